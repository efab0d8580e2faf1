/** `chat signup`. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { Misuse } from "../failure/failures.ts"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { ask, readPassword } from "../terminal/input.ts"
import { isInteractive, Output } from "../terminal/Output.ts"
import { deviceName, passwordFlag, readEmail, readName, welcome } from "./signIn.ts"

const emailOf = Effect.fnUntraced(function* (given: Option.Option<string>, askFor: boolean) {
  const text = Option.isSome(given) ? given.value : askFor ? yield* ask("Email: ") : ""
  if (text === "") return yield* new Misuse({ detail: "there is no email address: give it with --email" })
  return yield* readEmail(text)
})

export const signup = Command.make(
  "signup",
  {
    name: Argument.String("name").pipe(
      Argument.withMetavar("NAME"),
      Argument.withDescription("The name that others find you by: 2 to 32 of a-z, 0-9, '_', '.' and '-'"),
    ),
    email: Flag.String("email").pipe(
      Flag.withMetavar("ADDRESS"),
      Flag.withDescription("Your email address; asked for on a terminal if absent"),
      Flag.optional,
    ),
    stdin: passwordFlag,
  },
  Effect.fn("signup")(function* (input) {
    const { signUp } = yield* ChatHttp
    const username = yield* readName(input.name)
    const { json } = yield* Output
    const email = yield* emailOf(input.email, isInteractive() && !input.stdin && !json)
    const password = yield* readPassword({ stdin: input.stdin, twice: true })
    const device = yield* deviceName
    yield* welcome(yield* signUp({ username, email, password: Redacted.value(password), device }))
  }),
).pipe(
  Command.withDescription("Make an account and sign in to it"),
  Command.withExamples([
    { command: "chat signup ann --email ann@example.com", description: "Asks for a password" },
    {
      command: "pass show chat | chat signup ann --email ann@example.com --password-stdin",
      description: "From a script",
    },
    {
      command: "chat --server https://chat.example.com signup ann --email ann@example.com",
      description: "At another server, which is remembered",
    },
  ]),
)
