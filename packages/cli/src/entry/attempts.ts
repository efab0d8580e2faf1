/** Asking the server: whether it is there, and for an account. What it refuses is told by the field that it is about. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { contractVersion } from "@chat/domain/Contract"
import packageJson from "../../package.json" with { type: "json" }
import { deviceName, readEmail, readLogin, readName, remember } from "../session/signIn.ts"
import { layerCalls } from "../settings/calls.ts"
import { readServer, Settings } from "../settings/Settings.ts"
import { checkLength } from "../terminal/input.ts"
import type { Filled, Problems } from "./Form.ts"

interface Problem {
  readonly field: keyof Problems
  readonly message: string
}

const about =
  (field: keyof Problems) =>
  ({ message }: { readonly message: string }): Problem => ({ field, message })

/** With the server that is named, where nobody is signed in yet. */
const there = Effect.fnUntraced(function* (server: string) {
  const settings = yield* Settings
  return Settings.at(settings, yield* Effect.mapError(readServer("this", server), about("server")))
})

// fresh: what was made for another server is remembered by its layer
const callsOf = (settings: Settings["Service"]) =>
  Layer.fresh(layerCalls).pipe(Layer.provideMerge(Layer.succeed(Settings, settings)))

/** Fails with what stands in the way. */
export const check = Effect.fnUntraced(function* (server: string) {
  const hello = Effect.gen(function* () {
    const { rpc } = yield* ChatHttp
    yield* rpc("Hello", { client: `chat/${packageJson.version}`, contract: contractVersion })
  })
  yield* Effect.mapError(Effect.provide(hello, callsOf(yield* there(server))), about("server"))
})

const signUp = Effect.fnUntraced(function* ({ name, email, password, again }: Filled) {
  const { signUp } = yield* ChatHttp
  const username = yield* Effect.mapError(readName(name), about("name"))
  const address = yield* Effect.mapError(readEmail(email), about("email"))
  yield* Effect.mapError(checkLength(password), about("password"))
  if (password !== again)
    return yield* Effect.fail({ field: "again", message: "The two passwords are not the same" } as const)
  return yield* signUp({ username, email: address, password, device: yield* deviceName }).pipe(
    Effect.catchTags({
      UsernameTaken: (error) => Effect.fail(about("name")(error)),
      EmailTaken: (error) => Effect.fail(about("email")(error)),
      WeakPassword: (error) => Effect.fail(about("password")(error)),
    }),
  )
})

const logIn = Effect.fnUntraced(function* ({ name, password }: Filled) {
  const { logIn } = yield* ChatHttp
  const login = yield* Effect.mapError(readLogin(name), about("name"))
  return yield* logIn({ login, password, device: yield* deviceName }).pipe(
    Effect.catchTag("InvalidCredentials", (error) => Effect.fail(about("password")(error))),
  )
})

const isProblem = (failure: object): failure is Problem => "field" in failure

/** What is told of a failure: by its field, if it has one. */
const problemOf = (failure: Problem | { readonly _tag: string; readonly message: string }): Problem =>
  isProblem(failure) ? failure : about(failure._tag === "Disconnected" ? "server" : "all")(failure)

/** Signs in, and answers where. */
export const signIn = Effect.fnUntraced(function* (filled: Filled) {
  const settings = yield* there(filled.server)
  const signing = Effect.flatMap(filled.choice === "up" ? signUp(filled) : logIn(filled), remember)
  yield* Effect.mapError(Effect.provide(signing, callsOf(settings)), problemOf)
  return settings
})
