import type { ListedDraft } from "@chat/domain/Draft"
import { ConversationId, LogId, UserId } from "@chat/domain/Ids"
import { Body, Seq, type Stamp } from "@chat/domain/Values"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { gatherRows } from "../storage/gather.ts"
import { Int8, int8, Time } from "../storage/rows.ts"

const Row = Schema.Struct({
  conversation: ConversationId,
  thread: Schema.NullOr(int8(Seq)),
  body: Schema.NullOr(Body),
  at: Time,
  rev: Int8,
})
const Rows = Schema.Array(Schema.Struct({ n: Schema.Int, ...Row.fields }))
const WrittenRows = Schema.Array(Schema.Struct({ ...Row.fields, body: Body }))
const Places = Schema.Array(Schema.Struct({ account: UserId, log: LogId }))

/** Where a list of drafts goes on. */
export type DraftPlace = Pick<ListedDraft, "at" | "conversation" | "thread">

interface Ask {
  readonly account: UserId
  readonly logs: ReadonlyArray<LogId>
  readonly since: Stamp | null
}

/** What delivery, and a list, ask of the database about drafts. */
export const makeDraftsReader = Effect.gen(function* () {
  const { read: sql } = yield* Database
  const columns = sql.literal(`d.conversation_id AS conversation, nullif(d.thread, 0) AS thread, d.body, d.at, d.rev`)

  /** Those of these conversations, and those that have changed since a stamp, removed or not. */
  const rowsOf = yield* gatherRows(
    Effect.fn("draftsReader.some")(function* (asks: ReadonlyArray<Ask>) {
      const rows = yield* sql`SELECT asked.n, ${columns}
        FROM jsonb_to_recordset(${PgTypes.jsonb(asks)}) AS asked (n int, account uuid, logs jsonb, since text)
        JOIN drafts d ON d.account_id = asked.account AND (d.changed >= asked.since::xid8
          OR d.conversation_id IN (SELECT value::uuid FROM jsonb_array_elements_text(asked.logs)))`
      return yield* Schema.decodeUnknownEffect(Rows)(rows)
    }, orUnavailable),
  )
  const some = (account: UserId, logs: ReadonlyArray<LogId>, since: Stamp | undefined) =>
    Effect.map(rowsOf({ account, logs, since: since ?? null }), (found) => found.map(({ n: _, ...draft }) => draft))

  /** Whose have changed since a stamp, of these accounts, and where. */
  const changedSince = Effect.fn("draftsReader.changedSince")(function* (
    since: Stamp,
    accounts: ReadonlyArray<UserId>,
  ) {
    const rows = yield* sql`SELECT DISTINCT account_id AS account, conversation_id AS log FROM drafts
      WHERE changed >= ${since}::text::xid8
        AND account_id IN (SELECT value::uuid FROM jsonb_array_elements_text(${PgTypes.jsonb(accounts)}))`
    return yield* Schema.decodeUnknownEffect(Places)(rows)
  }, orUnavailable)

  /** Those that say something, the last one written first. */
  const page = Effect.fn("draftsReader.page")(function* (
    account: UserId,
    { after, limit }: { readonly after: DraftPlace | undefined; readonly limit: number },
  ) {
    const rows = yield* sql`SELECT ${columns} FROM drafts d
      WHERE d.account_id = ${account} AND d.body IS NOT NULL
        AND (${after?.at ?? null}::timestamptz IS NULL OR (d.at, d.conversation_id, d.thread)
          < (${after?.at ?? null}::timestamptz, ${after?.conversation ?? null}::uuid, ${after?.thread ?? 0}::bigint))
      ORDER BY d.at DESC, d.conversation_id DESC, d.thread DESC LIMIT ${limit}`
    return yield* Schema.decodeUnknownEffect(WrittenRows)(rows)
  }, orUnavailable)

  return { some, changedSince, page }
})

export type DraftsReader = Effect.Success<typeof makeDraftsReader>
