import { CurrentSession } from "@chat/domain/Authentication"
import { contractVersion } from "@chat/domain/Contract"
import { OpenRpcs, SessionRpcs } from "@chat/domain/SessionRpcs"
import { Timestamp } from "@chat/domain/Values"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import packageJson from "../../package.json" with { type: "json" }
import { ServerConfig } from "../config/ServerConfig.ts"
import { ClientAddress } from "../limits/ClientAddress.ts"
import { RateLimits } from "../limits/RateLimits.ts"
import { Sessions } from "./Sessions.ts"

const hello = OpenRpcs.toLayerHandler(
  "Hello",
  Effect.gen(function* () {
    const { limits } = yield* ServerConfig
    return () =>
      Effect.map(DateTime.nowAsDate, (now) => ({
        version: packageJson.version,
        contract: contractVersion,
        limits,
        time: Timestamp.make(now.toISOString()),
      }))
  }),
)

const refresh = OpenRpcs.toLayerHandler(
  "Refresh",
  Effect.gen(function* () {
    const sessions = yield* Sessions
    const limits = yield* RateLimits
    return Effect.fnUntraced(function* ({ refreshToken }) {
      yield* limits.refresh(yield* ClientAddress)
      return yield* sessions.refresh(Redacted.make(refreshToken))
    })
  }),
)

const signedIn = SessionRpcs.toLayer(
  Effect.gen(function* () {
    const sessions = yield* Sessions
    return SessionRpcs.of({
      LogOut: Effect.fnUntraced(function* () {
        const current = yield* CurrentSession
        // The session that calls is there.
        yield* Effect.catchTag(sessions.end(current, "logout"), "SessionNotFound", Effect.die)
      }),
      ListSessions: () => Effect.flatMap(CurrentSession, (current) => sessions.list(current)),
      RevokeSession: Effect.fnUntraced(function* ({ session }) {
        const { user } = yield* CurrentSession
        yield* sessions.end({ user, session }, "revoked")
      }),
    })
  }),
)

export const layerSessionHandlers = Layer.mergeAll(hello, refresh, signedIn)
