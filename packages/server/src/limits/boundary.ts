import { Boundary } from "@chat/domain/Authentication"
import { Internal } from "@chat/domain/Errors"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { counted } from "../meters/counted.ts"
import { Meters } from "../meters/Meters.ts"

/** Around every call, which is counted: a fault of ours goes to the log with its cause, and to the caller under a number alone. */
export const layerBoundary = Layer.effect(
  Boundary,
  Effect.map(Meters, (meters) =>
    Boundary.of((effect, { rpc }) =>
      counted(
        meters,
        rpc._tag,
        Effect.catchCause(effect, (cause) => {
          if (!Cause.hasDies(cause)) return Effect.failCause(cause)
          const traceId = crypto.randomUUID()
          return Effect.logError("A call failed by a fault of the server", cause).pipe(
            Effect.annotateLogs({ traceId, rpc: rpc._tag }),
            Effect.andThen(new Internal({ traceId })),
          )
        }),
      ),
    ),
  ),
)
