import { CurrentSession } from "@chat/domain/Authentication"
import { Unauthenticated } from "@chat/domain/Errors"
import { RestApi } from "@chat/domain/rest/RestApi"
import type { SignedIn } from "@chat/domain/SessionRpcs"
import { DeviceName } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Redacted from "effect/Redacted"
import { ServerConfig } from "../config/ServerConfig.ts"
import { Sessions } from "../sessions/Sessions.ts"
import { asProblem, Calls } from "./Calls.ts"
import { checkCsrf, dropCookie, intoCookie, refreshCookie } from "./cookie.ts"
import { commandIdOf } from "./idempotency.ts"

interface Ask {
  readonly query: { readonly mode?: "token" | "cookie" }
  readonly headers: { readonly "x-chat-csrf"?: string; readonly "idempotency-key"?: string }
}

const unnamed = DeviceName.make("REST")

export const layerAuth = HttpApiBuilder.group(
  RestApi,
  "auth",
  Effect.fnUntraced(function* (handlers) {
    const { open, signedIn } = yield* Calls
    const sessions = yield* Sessions
    const config = yield* ServerConfig

    // A page that is refused has not signed in: otherwise it could sign its visitor in to an account of its own.
    const before = ({ query, headers }: Ask) =>
      query.mode === "cookie" ? asProblem(checkCsrf(headers, config)) : Effect.void
    const after = ({ query }: Ask, answer: SignedIn) =>
      query.mode === "cookie"
        ? Effect.map(intoCookie(answer.tokens, config), (tokens) => ({ ...answer, tokens }))
        : Effect.succeed(answer)

    const fromCookie = Effect.fnUntraced(function* (headers: Ask["headers"]) {
      const token = yield* refreshCookie
      if (token === undefined || token === "") return yield* new Unauthenticated({ reason: "missing" })
      yield* checkCsrf(headers, config)
      return token
    }, asProblem)

    // The cookie alone proves the session: it is renewed once more, which tells whose it is.
    const byCookie = (refreshToken: string) =>
      Effect.map(open("Refresh", { refreshToken }), ({ accessToken }) => accessToken)

    const logOut = (accessToken: string) =>
      Effect.flatMap(asProblem(sessions.verify(Redacted.make(accessToken))), ({ current }) =>
        Effect.provideService(signedIn("LogOut", undefined), CurrentSession, current),
      )

    return handlers.handleAll({
      register: Effect.fnUntraced(function* ({ payload: { device = unnamed, ...account }, ...ask }) {
        yield* before(ask)
        const commandId = commandIdOf(ask.headers, account.username)
        return yield* after(ask, yield* open("SignUp", { commandId, device, ...account }))
      }),
      login: Effect.fnUntraced(function* ({ payload: { device = unnamed, ...login }, ...ask }) {
        yield* before(ask)
        return yield* after(ask, yield* open("LogIn", { device, ...login }))
      }),
      refresh: Effect.fnUntraced(function* ({ headers, payload }) {
        if (payload !== null) return yield* open("Refresh", payload)
        const tokens = yield* open("Refresh", { refreshToken: yield* fromCookie(headers) })
        return yield* intoCookie(tokens, config)
      }),
      logout: Effect.fnUntraced(function* ({ headers }) {
        const bearer = /^Bearer +(?<token>\S+)$/iu.exec(headers.authorization ?? "")?.groups?.["token"]
        if (bearer !== undefined) return yield* logOut(bearer)
        const token = yield* fromCookie(headers)
        // Whatever comes of it, the page is signed out.
        yield* dropCookie
        yield* logOut(yield* byCookie(token))
      }),
      resetPassword: ({ payload }) => open("ResetPassword", payload),
    })
  }),
)
