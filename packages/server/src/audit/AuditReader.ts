import type { AuditEntry, AuditFilter } from "@chat/domain/Admin"
import type { StorageUnavailable } from "@chat/domain/Errors"
import { SessionId, UserId } from "@chat/domain/Ids"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { Int8, Time } from "../storage/rows.ts"
import { Directory } from "../users/Directory.ts"

const Rows = Schema.Array(
  Schema.Struct({
    id: Int8,
    at: Time,
    action: Schema.String,
    account: Schema.NullOr(UserId),
    actor: Schema.NullOr(UserId),
    session: Schema.NullOr(SessionId),
    address: Schema.NullOr(Schema.String),
    detail: Schema.Record(Schema.String, Schema.String),
  }),
)

/** Reads the record of what concerns security. */
export class AuditReader extends Context.Service<
  AuditReader,
  {
    /** The newest first. */
    readonly page: (
      filter: AuditFilter,
      page: { readonly before: number | undefined; readonly limit: number },
    ) => Effect.Effect<{ readonly entries: ReadonlyArray<AuditEntry>; readonly more: boolean }, StorageUnavailable>
  }
>()("@chat/server/audit/AuditReader") {
  static readonly layer = Layer.effect(
    AuditReader,
    Effect.gen(function* () {
      const { read: sql } = yield* Database
      const directory = yield* Directory

      const page = Effect.fn("AuditReader.page")(function* (
        { account, action, since, until }: AuditFilter,
        { before, limit }: { readonly before: number | undefined; readonly limit: number },
      ) {
        const of = account === undefined ? sql`true` : sql`(a.account_id = ${account} OR a.actor_id = ${account})`
        const rows = yield* sql`SELECT a.id, a.at, a.action, a.account_id AS account, a.actor_id AS actor,
            a.session_id AS session, a.address, a.detail
          FROM audit a WHERE ${of}
            AND (${action ?? null}::text IS NULL OR a.action = ${action ?? null}::text)
            AND (${since ?? null}::timestamptz IS NULL OR a.at >= ${since ?? null}::timestamptz)
            AND (${until ?? null}::timestamptz IS NULL OR a.at < ${until ?? null}::timestamptz)
            AND (${before ?? null}::bigint IS NULL OR a.id < ${before ?? null}::bigint)
          ORDER BY a.id DESC LIMIT ${limit + 1}`
        const found = yield* Schema.decodeUnknownEffect(Rows)(rows)
        const some = found.slice(0, limit)
        const named = some.flatMap(({ account, actor }) => [account, actor].filter((id) => id !== null))
        const users = yield* directory.resolve(named)
        const userOf = (id: UserId | null) => (id === null ? null : (users.get(id) ?? null))
        const entries = some.map(({ id, at, action, account, actor, session, address, detail }) => ({
          id,
          at,
          action,
          account: userOf(account),
          actor: userOf(actor),
          session,
          address,
          detail,
        }))
        return { entries, more: found.length > limit }
      }, orUnavailable)

      return AuditReader.of({ page })
    }),
  )
}
