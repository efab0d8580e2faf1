/** `chat passwd`. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { newCommandId } from "@chat/client/ids"
import { AccountReceipt } from "@chat/domain/User"
import { Misuse } from "../failure/failures.ts"
import { passwordFlag } from "../session/signIn.ts"
import { askHidden, checkLength, readText } from "../terminal/input.ts"
import { isInteractive, Output } from "../terminal/Output.ts"

/** What proves who it is, and the new password: two lines on stdin, or typed without echo. */
const readSecrets = Effect.fnUntraced(function* (stdin: boolean, question: string) {
  if (stdin) {
    const [proof = "", password = "", ...rest] = (yield* readText).split(/\r?\n/u)
    if (proof !== "" && password !== "" && rest.length === 0) return { proof, password }
    return yield* new Misuse({ detail: "stdin does not hold two lines: what there was, and the new password" })
  }
  if (!isInteractive()) {
    return yield* new Misuse({ detail: "there is no terminal to ask on: pipe both in, with --password-stdin" })
  }
  const proof = yield* askHidden(question)
  const password = yield* Effect.flatMap(askHidden("New password: "), checkLength)
  if ((yield* askHidden("The same again: ")) === password) return { proof, password }
  return yield* new Misuse({ detail: "the two passwords are not the same" })
})

export const passwd = Command.make(
  "passwd",
  {
    reset: Flag.Boolean("reset").pipe(
      Flag.withoutNegation,
      Flag.withDescription("You have lost your password, and have a token from an admin instead"),
      Flag.withDefault(false),
    ),
    stdin: passwordFlag,
  },
  Effect.fn("passwd")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const { proof, password } = yield* readSecrets(input.stdin, input.reset ? "Token: " : "Password of now: ")
    if (input.reset) {
      yield* rpc("ResetPassword", { token: proof.trim(), newPassword: password })
      return yield* output.note("That is your password now: chat login")
    }
    const command = { commandId: newCommandId(), oldPassword: proof, newPassword: password }
    yield* output.show(AccountReceipt, yield* rpc("ChangePassword", command))
    yield* output.note("That is your password now; you are signed out everywhere else")
  }),
).pipe(
  Command.withDescription("Change your password; every other session of yours ends"),
  Command.withExamples([
    { command: "chat passwd", description: "Asks for the old one and the new one" },
    { command: "chat passwd --reset", description: "With the token that an admin gave you" },
    { command: 'printf \'%s\\n%s\' "$OLD" "$NEW" | chat passwd --password-stdin', description: "From a script" },
  ]),
)
