import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { Keys } from "./Keys.ts"

/** The public key that access tokens are verified with (RFC 7517). */
export const layerJwksRoute = HttpRouter.add(
  "GET",
  "/.well-known/jwks.json",
  Effect.gen(function* () {
    const { published } = yield* Keys
    return yield* HttpServerResponse.json(
      { keys: [published] },
      { headers: { "cache-control": "public, max-age=300" } },
    )
  }),
)
