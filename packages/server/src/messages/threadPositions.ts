import { ConversationId, LogId, UserId } from "@chat/domain/Ids"
import { Seq, type Stamp } from "@chat/domain/Values"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { gatherRows } from "../storage/gather.ts"
import { Int8, int8 } from "../storage/rows.ts"

const Rows = Schema.Array(
  Schema.Struct({ n: Schema.Int, conversation: ConversationId, thread: int8(Seq), seq: int8(Seq), rev: Int8 }),
)
const Moved = Schema.Array(Schema.Struct({ account: UserId, log: LogId, thread: int8(Seq) }))

interface Ask {
  readonly account: UserId
  readonly threads: ReadonlyArray<{ readonly log: LogId; readonly thread: Seq }>
  readonly since: Stamp | null
}

/** What delivery asks of the database about read positions in threads. */
export const makeThreadPositionsReader = Effect.gen(function* () {
  const { read: sql } = yield* Database

  /** Those of these threads, and those that have changed since a stamp. */
  const rowsOf = yield* gatherRows(
    Effect.fn("threadPositions.some")(function* (asks: ReadonlyArray<Ask>) {
      const rows = yield* sql`SELECT asked.n, p.conversation_id AS conversation, p.thread, p.seq, p.rev
        FROM jsonb_to_recordset(${PgTypes.jsonb(asks)}) AS asked (n int, account uuid, threads jsonb, since text)
        JOIN thread_positions p ON p.account_id = asked.account AND (p.changed >= asked.since::xid8
          OR (p.conversation_id, p.thread) IN (
            SELECT log, thread FROM jsonb_to_recordset(asked.threads) AS t (log uuid, thread bigint)))`
      return yield* Schema.decodeUnknownEffect(Rows)(rows)
    }, orUnavailable),
  )
  const some = (account: UserId, threads: Ask["threads"], since: Stamp | undefined) =>
    Effect.map(rowsOf({ account, threads, since: since ?? null }), (found) =>
      found.map(({ conversation, thread, seq, rev }) => ({ conversation, thread, position: { seq, rev } })),
    )

  /** Whose have changed since a stamp, of these accounts, and where. */
  const changedSince = Effect.fn("threadPositions.changedSince")(function* (
    since: Stamp,
    accounts: ReadonlyArray<UserId>,
  ) {
    const rows = yield* sql`SELECT account_id AS account, conversation_id AS log, thread FROM thread_positions
      WHERE changed >= ${since}::text::xid8
        AND account_id IN (SELECT value::uuid FROM jsonb_array_elements_text(${PgTypes.jsonb(accounts)}))`
    return yield* Schema.decodeUnknownEffect(Moved)(rows)
  }, orUnavailable)

  return { some, changedSince }
})

export type ThreadPositionsReader = Effect.Success<typeof makeThreadPositionsReader>
