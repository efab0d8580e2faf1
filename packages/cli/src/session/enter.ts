/** Signing up or in within `chat --plain`, line by line, where everything is asked for and a slip is asked about again. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { Misuse } from "../failure/failures.ts"
import { layerCalls } from "../settings/calls.ts"
import { readServer, Settings } from "../settings/Settings.ts"
import { ask, askHidden, checkLength } from "../terminal/input.ts"
import { Output } from "../terminal/Output.ts"
import { printableLine } from "../text/printable.ts"
import { deviceName, readEmail, readLogin, readName, welcome } from "./signIn.ts"

/** Somebody would rather not. */
const quit = { _tag: "Quit" } as const

const isQuit = (failure: unknown): failure is typeof quit => failure === quit

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

/** Which server, for who has not said so: an empty answer is the one of this machine. */
const askServer = Effect.gen(function* () {
  const settings = yield* Settings
  const read = (text: string) => (text === "" ? Effect.succeed(settings.server) : readServer("the answer", text))
  return Settings.at(settings, yield* until(typed(`Server [${settings.server}]: `), read))
})

const readChoice = (text: string): Effect.Effect<"up" | "in", Misuse> => {
  const choice = text.toLowerCase().replaceAll(/[ -]/gu, "")
  if (["s", "signup", "up"].includes(choice)) return Effect.succeed("up")
  if (["l", "login", "in"].includes(choice)) return Effect.succeed("in")
  return Effect.fail(new Misuse({ detail: "Type s for a new account, l for the one you have, or /quit" }))
}

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
  yield* welcome(yield* logIn({ login, password, device: yield* deviceName }))
})

const attempt = Effect.fnUntraced(function* (choice: "up" | "in") {
  if (choice === "up") yield* signUp
  else yield* logIn
  return true
})

/** Asks until somebody is signed in. */
const signIn = Effect.gen(function* () {
  const output = yield* Output
  const { server } = yield* Settings
  yield* output.note(`You are not signed in at ${server}. /quit ends`)
  const choice = yield* until(typed("Sign up (s) or log in (l)? "), readChoice)
  const again = (error: { readonly message: string }) => Effect.as(output.note(printableLine(error.message)), false)
  for (;;) {
    const isDone = yield* attempt(choice).pipe(
      Effect.catchTags({ UsernameTaken: again, EmailTaken: again, WeakPassword: again, InvalidCredentials: again }),
    )
    if (isDone) return
  }
})

/** Has somebody signed in, and then does what is to be done there; nothing, if they would rather not. */
export const entered = <E, R>(talk: Effect.Effect<void, E, R>) =>
  Effect.gen(function* () {
    const { isDefault } = yield* Settings
    const settings = isDefault ? yield* askServer : yield* Settings
    // fresh: what was made for another server is remembered by its layer
    const there = Layer.fresh(layerCalls).pipe(Layer.provideMerge(Layer.succeed(Settings, settings)))
    yield* signIn.pipe(Effect.andThen(talk), Effect.provide(there))
  }).pipe(Effect.catchIf(isQuit, () => Effect.void))
