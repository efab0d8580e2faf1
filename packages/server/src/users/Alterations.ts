import type { UserId } from "@chat/domain/Ids"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { SqlError } from "effect/sql/SqlError"
import { Hub } from "../hub/Hub.ts"
import { Database } from "../storage/Database.ts"

/** Changes of what others see of a user. Beside the logs: only the latest counts. */
export class Alterations extends Context.Service<
  Alterations,
  {
    /** In the transaction on `Database.write` that changes the user's row: whoever may have met them learns of it. */
    readonly note: (user: UserId) => Effect.Effect<void, SqlError>
  }
>()("@chat/server/users/Alterations") {
  static readonly layer = Layer.effect(
    Alterations,
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const hub = yield* Hub
      const note = Effect.fnUntraced(function* (user: UserId) {
        yield* sql`UPDATE users SET rev = rev + 1, changed = pg_current_xact_id() WHERE id = ${user}`
        yield* sql.afterCommit(hub.publish({ _tag: "UserAltered", user }))
      })
      return Alterations.of({ note })
    }),
  )
}
