import { CurrentSession } from "@chat/domain/Authentication"
import { Unauthenticated } from "@chat/domain/Errors"
import { RestAuthentication } from "@chat/domain/rest/RestAuthentication"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { ServerConfig } from "../config/ServerConfig.ts"
import { RateLimits } from "../limits/RateLimits.ts"
import { Sessions } from "../sessions/Sessions.ts"
import { asProblem, inSeconds, withHeaders } from "./Calls.ts"

/**
 * Who calls, by the access token; and not too often. How often is said in the header fields of
 * draft-ietf-httpapi-ratelimit-headers-06, the last draft that has them one by one, which is what clients understand.
 */
export const layerRestAuthentication = Layer.effect(
  RestAuthentication,
  Effect.gen(function* () {
    const sessions = yield* Sessions
    const rates = yield* RateLimits
    const { restPerMinute } = (yield* ServerConfig).rates
    const allow = (user: CurrentSession["Service"]["user"]) =>
      Effect.matchEffect(rates.rest(user), {
        onSuccess: ({ limit, remaining, resetAfter }) => withHeaders(rateHeaders(limit, remaining, resetAfter)),
        onFailure: (error) =>
          Effect.andThen(withHeaders(rateHeaders(restPerMinute, 0, error.retryAfter)), Effect.fail(error)),
      })
    return RestAuthentication.of({
      bearer: Effect.fnUntraced(function* (operation, { credential }) {
        const current = yield* asProblem(
          Effect.gen(function* () {
            if (Redacted.value(credential) === "") return yield* new Unauthenticated({ reason: "missing" })
            const { current } = yield* sessions.verify(credential)
            yield* allow(current.user)
            return current
          }),
        )
        return yield* Effect.provideService(operation, CurrentSession, current)
      }),
    })
  }),
)

const rateHeaders = (limit: number, remaining: number, resetAfter: number) => ({
  "ratelimit-limit": String(limit),
  "ratelimit-remaining": String(remaining),
  "ratelimit-reset": inSeconds(resetAfter),
})
