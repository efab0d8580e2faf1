/** Signing up or in within plain `chat`, where everything is asked for and a slip is asked about again. */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { Misuse } from "../failure/failures.ts"
import { Settings } from "../settings/Settings.ts"
import { ask, askHidden, checkLength } from "../terminal/input.ts"
import { Output } from "../terminal/Output.ts"
import { printableLine } from "../text/printable.ts"
import { deviceName, readEmail, readName, welcome } from "./signIn.ts"

/** Somebody would rather not. */
const quit = { _tag: "Quit" } as const

const unlessQuit = (text: string): Effect.Effect<string, typeof quit> =>
  text.trim() === "/quit" ? Effect.fail(quit) : Effect.succeed(text)
const typed = (question: string) => Effect.flatMap(ask(question), (text) => unlessQuit(text.trim()))
const hidden = (question: string) => Effect.flatMap(askHidden(question), unlessQuit)

/** Asks until the answer is one. */
const until = Effect.fnUntraced(function* <A, E, E2 extends { readonly message: string }>(
  answer: Effect.Effect<string, E>,
  read: (text: string) => Effect.Effect<A, E2>,
) {
  const output = yield* Output
  for (;;) {
    const result = yield* Effect.result(read(yield* answer))
    if (Result.isSuccess(result)) return result.success
    yield* output.note(printableLine(result.failure.message))
  }
})

const readChoice = (text: string): Effect.Effect<"up" | "in", Misuse> => {
  const choice = text.toLowerCase().replaceAll(/[ -]/gu, "")
  if (["s", "signup", "up"].includes(choice)) return Effect.succeed("up")
  if (["l", "login", "in"].includes(choice)) return Effect.succeed("in")
  return Effect.fail(new Misuse({ detail: "Type s for a new account, l for the one you have, or /quit" }))
}

const readLogin = (text: string): Effect.Effect<string, Misuse> =>
  text === "" ? Effect.fail(new Misuse({ detail: "Your name or your email address" })) : Effect.succeed(text)

const newPassword = Effect.gen(function* () {
  const output = yield* Output
  for (;;) {
    const password = yield* until(hidden("Password: "), checkLength)
    if ((yield* hidden("The same again: ")) === password) return password
    yield* output.note("The two passwords are not the same")
  }
})

const signUp = Effect.gen(function* () {
  const { signUp } = yield* ChatHttp
  const username = yield* until(typed("Name: "), readName)
  const email = yield* until(typed("Email: "), readEmail)
  const password = yield* newPassword
  yield* welcome(yield* signUp({ username, email, password, device: yield* deviceName }))
})

const logIn = Effect.gen(function* () {
  const { logIn } = yield* ChatHttp
  const login = yield* until(typed("Name or email: "), readLogin)
  const password = yield* hidden("Password: ")
  yield* welcome(yield* logIn({ login: login.replace(/^@/u, ""), password, device: yield* deviceName }))
})

const attempt = Effect.fnUntraced(function* (choice: "up" | "in") {
  if (choice === "up") yield* signUp
  else yield* logIn
  return true
})

/** Asks until somebody is signed in; `false`: they would rather not. */
export const enter = Effect.gen(function* () {
  const output = yield* Output
  const { server } = yield* Settings
  yield* output.note(`You are not signed in at ${server}. /quit ends`)
  const choice = yield* until(typed("Sign up (s) or log in (l)? "), readChoice)
  const again = (error: { readonly message: string }) => Effect.as(output.note(printableLine(error.message)), false)
  for (;;) {
    const isDone = yield* attempt(choice).pipe(
      Effect.catchTags({ UsernameTaken: again, EmailTaken: again, WeakPassword: again, InvalidCredentials: again }),
    )
    if (isDone) return true
  }
}).pipe(Effect.catchTag("Quit", () => Effect.succeed(false)))
