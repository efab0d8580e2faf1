import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Connections } from "../connections/Connections.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"

/** Whether this node should be given work. */
export class Readiness extends Context.Service<
  Readiness,
  {
    /** Undefined: it should. Otherwise why not. */
    readonly obstacle: Effect.Effect<string | undefined>
  }
>()("@chat/server/operations/Readiness") {
  static readonly layer = Layer.effect(
    Readiness,
    Effect.gen(function* () {
      const { read: sql } = yield* Database
      const connections = yield* Connections
      const probe = sql`SELECT 1`.pipe(
        Effect.timeoutOption("2 seconds"),
        orUnavailable,
        Effect.map((answer) => (answer._tag === "Some" ? undefined : "the database does not answer")),
        Effect.catch(() => Effect.succeed("the database does not answer")),
      )
      return Readiness.of({
        obstacle: Effect.flatMap(connections.isDraining, (draining) =>
          draining ? Effect.succeed("the server is stopping") : probe,
        ),
      })
    }),
  )
}
