import { Authentication, CurrentSession } from "@chat/domain/Authentication"
import { Unauthenticated } from "@chat/domain/Errors"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { CurrentConnection } from "./CurrentConnection.ts"
import { RateLimits } from "../limits/RateLimits.ts"
import { Presence } from "../presence/Presence.ts"
import { Sessions } from "./Sessions.ts"

const bearer = /^Bearer +(?<token>\S+)$/iu

/** What programs call by themselves, which says nothing of whether anybody is there; `Heartbeat` says it itself. */
const passive: ReadonlySet<string> = new Set([
  "Sync",
  "OfferCursors",
  "Watch",
  "MarkRead",
  "Delivered",
  "ListMarks",
  "Heartbeat",
])
/** These have a rate of their own, that of messages. */
const paysAsMessage: ReadonlySet<string> = new Set(["PostMessage", "ForwardMessage"])

/** Who calls, by the access token in the call's own header; and not too often. */
export const layerAuthentication = Layer.effect(
  Authentication,
  Effect.gen(function* () {
    const sessions = yield* Sessions
    const rates = yield* RateLimits
    const presence = yield* Presence
    return Authentication.of(
      Effect.fnUntraced(function* (effect, { headers, rpc, client }) {
        const authorization = headers["authorization"] ?? ""
        const token = bearer.exec(authorization)?.groups?.["token"]
        if (token === undefined) return yield* new Unauthenticated({ reason: "missing" })
        const { current, expiresAt } = yield* sessions.verify(Redacted.make(token))
        const connection = yield* CurrentConnection
        const { user, session } = current
        connection.bind({ user, session, client, authorization, expiresAt })
        if (!paysAsMessage.has(rpc._tag)) yield* rates.call(current.user)
        if (!passive.has(rpc._tag)) yield* presence.touch(client, 0)
        return yield* Effect.provideService(effect, CurrentSession, current)
      }),
    )
  }),
)
