import { Boundary } from "@chat/domain/Authentication"
import { Internal } from "@chat/domain/Errors"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { counted } from "../meters/counted.ts"
import { Meters } from "../meters/Meters.ts"

/**
 * Gives a call what it has to know of where it came from, by the number of its client. Not by the context of the fiber that
 * takes it: the RPC server would copy all services for each connection and each call that is made over it, and keep them.
 */
export const CallOrigin = Context.Reference<
  <A, E, R>(client: number, call: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
>("@chat/server/limits/boundary/CallOrigin", { defaultValue: () => (_, call) => call })

/** Around every call, which is counted: a fault of ours goes to the log with its cause, and to the caller under a number alone. */
export const layerBoundary = Layer.effect(
  Boundary,
  Effect.map(Meters, (meters) =>
    Boundary.of((effect, { rpc, client }) =>
      counted(
        meters,
        rpc._tag,
        Effect.catchCause(
          Effect.flatMap(CallOrigin, (from) => from(client.id, effect)),
          (cause) => {
            if (!Cause.hasDies(cause)) return Effect.failCause(cause)
            const traceId = crypto.randomUUID()
            return Effect.logError("A call failed by a fault of the server", cause).pipe(
              Effect.annotateLogs({ traceId, rpc: rpc._tag }),
              Effect.andThen(new Internal({ traceId })),
            )
          },
        ),
      ),
    ),
  ),
)
