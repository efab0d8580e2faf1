import { LastAdmin, NotPermitted, type StorageUnavailable } from "@chat/domain/Errors"
import { accountLog, UserId } from "@chat/domain/Ids"
import { ServerRole } from "@chat/domain/User"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"
import { Audit } from "../audit/Audit.ts"
import { ServerConfig } from "../config/ServerConfig.ts"
import { Logs } from "../logs/Logs.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"

const Roles = Schema.Array(Schema.Struct({ role: ServerRole }))
const Ids = Schema.Array(Schema.Struct({ id: UserId }))

/** Who looks after the server. */
export class ServerRoles extends Context.Service<
  ServerRoles,
  {
    /** Refuses whoever is not at least this. */
    readonly demand: (
      user: UserId,
      needs: "moderator" | "admin",
    ) => Effect.Effect<void, NotPermitted | StorageUnavailable>
    /** Refuses to go on without this admin if there is no other; in the transaction that takes their place away. */
    readonly keepOne: (user: UserId) => Effect.Effect<void, LastAdmin | SqlError | Schema.SchemaError>
    /** Makes those admins that the configuration names. */
    readonly ensureAdmins: Effect.Effect<void, StorageUnavailable>
  }
>()("@chat/server/admin/ServerRoles") {
  static readonly layer = Layer.effect(
    ServerRoles,
    Effect.gen(function* () {
      const { write: sql, read } = yield* Database
      const { admins } = yield* ServerConfig
      const logs = yield* Logs
      const audit = yield* Audit

      const demand = Effect.fn("ServerRoles.demand")(function* (user: UserId, needs: "moderator" | "admin") {
        const rows = yield* read`SELECT role FROM users WHERE id = ${user}`
        const [row] = yield* Schema.decodeUnknownEffect(Roles)(rows)
        if (row?.role !== "admin" && row?.role !== needs) return yield* new NotPermitted({ needs })
      }, orUnavailable)

      const keepOne = Effect.fnUntraced(function* (user: UserId) {
        // Locked, so that of the last two, each of whom removes the other, one stays.
        const rows = yield* sql`SELECT id FROM users
          WHERE role = 'admin' AND deactivated_at IS NULL AND deleted_at IS NULL ORDER BY id FOR UPDATE`
        const left = yield* Schema.decodeUnknownEffect(Ids)(rows)
        if (left.length === 1 && left[0]?.id === user) return yield* new LastAdmin()
      })

      const ensureAdmins = Effect.gen(function* () {
        const rows = yield* sql`SELECT id FROM users WHERE role <> 'admin' AND deleted_at IS NULL
          AND username IN (SELECT jsonb_array_elements_text(${PgTypes.jsonb(admins)})) ORDER BY id`
        for (const { id } of yield* Schema.decodeUnknownEffect(Ids)(rows)) {
          yield* logs.lock([accountLog(id)])
          yield* sql`UPDATE users SET role = 'admin' WHERE id = ${id}`
          yield* logs.append({ log: accountLog(id), actor: null, type: "AccountChanged", data: {} })
          yield* audit.record("role-change", { account: id, detail: { role: "admin", by: "CHAT_ADMINS" } })
        }
      }).pipe(sql.withTransaction, orUnavailable)

      return ServerRoles.of({ demand, keepOne, ensureAdmins })
    }),
  )
}
