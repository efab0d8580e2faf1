/** `chat login`. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { Misuse } from "../failure/failures.ts"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { ask, readPassword } from "../terminal/input.ts"
import { isInteractive, Output } from "../terminal/Output.ts"
import { deviceName, passwordFlag, welcome } from "./signIn.ts"

export const login = Command.make(
  "login",
  {
    name: Argument.String("name").pipe(
      Argument.withMetavar("NAME"),
      Argument.withDescription("Your name or your email address; asked for on a terminal if absent"),
      Argument.optional,
    ),
    stdin: passwordFlag,
  },
  Effect.fn("login")(function* (input) {
    const { logIn } = yield* ChatHttp
    const { json } = yield* Output
    const mayAsk = isInteractive() && !input.stdin && !json
    const name = Option.isSome(input.name) ? input.name.value : mayAsk ? yield* ask("Name or email: ") : ""
    if (name === "") return yield* new Misuse({ detail: "as whom? Give a name or an email address" })
    const password = yield* readPassword({ stdin: input.stdin, twice: false })
    const device = yield* deviceName
    yield* welcome(yield* logIn({ login: name.replace(/^@/u, ""), password: Redacted.value(password), device }))
  }),
).pipe(
  Command.withDescription("Sign in to an account that there is"),
  Command.withExamples([
    { command: "chat login ann", description: "Asks for the password" },
    { command: "pass show chat | chat login ann --password-stdin", description: "From a script" },
    { command: "chat --profile work login ann@example.com", description: "A second account beside the first" },
  ]),
)
