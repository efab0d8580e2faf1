import {
  BadRequest,
  IdTaken,
  NoticeNotFound,
  type NotPermitted,
  type StorageUnavailable,
  TooLarge,
} from "@chat/domain/Errors"
import { type CommandId, type NoticeId, UserId } from "@chat/domain/Ids"
import type { Notice } from "@chat/domain/Notice"
import type { NoticeText, Timestamp } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { ServerRoles } from "../admin/ServerRoles.ts"
import { Audit } from "../audit/Audit.ts"
import { ServerConfig } from "../config/ServerConfig.ts"
import { Hub } from "../hub/Hub.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { Int8 } from "../storage/rows.ts"
import { isInForce, NoticeRow, noticeColumns, toNotice } from "./NoticeRow.ts"

interface Broadcast {
  readonly commandId: CommandId
  readonly text: NoticeText
  readonly until?: Timestamp
}

const Rows = Schema.Array(NoticeRow)
const Made = Schema.Tuple([NoticeRow])
const Known = Schema.Array(Schema.Struct({ ...NoticeRow.fields, by: UserId }))
const Count = Schema.Tuple([Schema.Struct({ count: Int8, isOver: Schema.Boolean })])

/** What admins tell everybody. One row each, however many accounts there are. */
export class Notices extends Context.Service<
  Notices,
  {
    readonly broadcast: (
      actor: UserId,
      command: Broadcast,
    ) => Effect.Effect<Notice, NotPermitted | TooLarge | IdTaken | BadRequest | StorageUnavailable>
    readonly withdraw: (
      actor: UserId,
      notice: NoticeId,
    ) => Effect.Effect<void, NotPermitted | NoticeNotFound | StorageUnavailable>
    /** Those in force, the newest first. */
    readonly list: Effect.Effect<ReadonlyArray<Notice>, StorageUnavailable>
  }
>()("@chat/server/notices/Notices") {
  static readonly layer = Layer.effect(
    Notices,
    Effect.gen(function* () {
      const { write: sql, read } = yield* Database
      const { limits } = yield* ServerConfig
      const roles = yield* ServerRoles
      const audit = yield* Audit
      const hub = yield* Hub
      const tell = sql.afterCommit(hub.publish({ _tag: "NoticesMoved" }))

      /** What a repeat is answered, whatever has changed since. */
      const find = Effect.fnUntraced(function* (actor: UserId, id: CommandId) {
        const rows = yield* sql`SELECT ${noticeColumns(sql)}, n.by_id AS by FROM notices n WHERE n.id = ${id}`
        const [known] = yield* Schema.decodeUnknownEffect(Known)(rows)
        if (known === undefined) return undefined
        const { by, ...notice } = known
        return by === actor ? toNotice(notice) : yield* new IdTaken({ id })
      })

      // One admin at a time, so that none goes over the end of the list.
      const lock = sql`LOCK TABLE notices IN SHARE ROW EXCLUSIVE MODE`

      const check = Effect.fnUntraced(function* (until: Timestamp | undefined) {
        const rows = yield* sql`SELECT count(*) AS count,
          coalesce(${until ?? null}::timestamptz <= clock_timestamp(), false) AS "isOver"
          FROM notices n WHERE ${isInForce(sql)}`
        const [{ count, isOver }] = yield* Schema.decodeUnknownEffect(Count)(rows)
        if (isOver) return yield* new BadRequest({ detail: "until has passed already" })
        if (count < limits.notices) return
        return yield* new TooLarge({ what: "list of notices", limit: limits.notices, actual: count + 1 })
      })

      const broadcast = Effect.fn("Notices.broadcast")(
        function* (actor: UserId, { commandId, text, until }: Broadcast) {
          const before = yield* find(actor, commandId)
          if (before !== undefined) return before
          yield* roles.demand(actor, "admin")
          yield* lock
          // It may have been made while this waited for its turn.
          const meanwhile = yield* find(actor, commandId)
          if (meanwhile !== undefined) return meanwhile
          yield* check(until)
          const rows = yield* sql`INSERT INTO notices AS n (id, body, at, until, by_id)
            VALUES (${commandId}, ${text}, date_trunc('milliseconds', clock_timestamp()), ${until ?? null}::timestamptz,
              ${actor})
            RETURNING ${noticeColumns(sql)}`
          const [made] = yield* Schema.decodeUnknownEffect(Made)(rows)
          yield* audit.record("notice", { actor, detail: { notice: made.id } })
          yield* tell
          return toNotice(made)
        },
        sql.withTransaction,
        orUnavailable,
      )

      const withdraw = Effect.fn("Notices.withdraw")(
        function* (actor: UserId, notice: NoticeId) {
          yield* roles.demand(actor, "admin")
          const ended = yield* sql`UPDATE notices
            SET withdrawn_at = clock_timestamp(), rev = rev + 1, changed = pg_current_xact_id()
            WHERE id = ${notice} AND withdrawn_at IS NULL RETURNING id`
          if (ended.length > 0) {
            yield* audit.record("notice-withdrawn", { actor, detail: { notice } })
            return yield* tell
          }
          const known = yield* sql`SELECT FROM notices WHERE id = ${notice}`
          if (known.length === 0) return yield* new NoticeNotFound({ notice })
        },
        sql.withTransaction,
        orUnavailable,
      )

      const list = Effect.gen(function* () {
        const rows = yield* read`SELECT ${noticeColumns(read)} FROM notices n WHERE ${isInForce(read)}
          ORDER BY n.at DESC, n.id DESC`
        return (yield* Schema.decodeUnknownEffect(Rows)(rows)).map(toNotice)
      }).pipe(orUnavailable, Effect.withSpan("Notices.list"))

      return Notices.of({ broadcast, withdraw, list })
    }),
  )
}
