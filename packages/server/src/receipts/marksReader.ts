import { ConversationId, LogId, UserId } from "@chat/domain/Ids"
import { mostMarked, type ReadMarks } from "@chat/domain/ReadMarks"
import { Seq, type Stamp } from "@chat/domain/Values"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Statement from "effect/sql/Statement"
import { areApart } from "../contacts/relations.ts"
import type { MovedMark } from "../followers/Follower.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { gather } from "../storage/gather.ts"
import { Int8, int8 } from "../storage/rows.ts"

/** One mark, and the conversation that it is of. */
type MarkRow = ReadMarks & { readonly conversation: ConversationId }

export const MarkColumns = Schema.Struct({
  conversation: ConversationId,
  user: UserId,
  delivered: int8(Seq),
  read: int8(Seq),
  rev: Int8,
})
const Rows = Schema.Array(MarkColumns)
const Sights = Schema.Array(Schema.Struct({ viewer: UserId, ...MarkColumns.fields }))

/** A mark that moved, and who is to be told of it. */
interface Sight extends MovedMark {
  readonly viewer: UserId
}

const Moved = Schema.Array(Schema.Struct({ log: LogId, account: UserId }))

/**
 * The marks of others that an account may see: of members, in conversations of few that it is a member of, and of each
 * kind only if it tells that kind itself. Nothing of whom it has blocked; of who has blocked it, what it was before
 * (`silent`), which does not move.
 */
export const visibleMarks = (sql: PgClient, viewer: Statement.Fragment): Statement.Fragment => sql`
  SELECT v.id AS viewer, c.id AS conversation, k.account_id AS "user", k.rev, k.changed, k.silent,
    CASE WHEN v.delivered_receipts THEN k.delivered WHEN v.read_receipts THEN k.read ELSE 0 END AS delivered,
    CASE WHEN v.read_receipts THEN k.read ELSE 0 END AS read
  FROM users v
  JOIN members mine ON mine.account_id = v.id
  JOIN conversations c ON c.id = mine.conversation_id AND c.member_count <= ${mostMarked}
  JOIN LATERAL (
    SELECT r.account_id, r.delivered, r.read, r.rev, r.changed, false AS silent FROM read_marks r
      WHERE r.conversation_id = c.id AND r.account_id <> v.id AND NOT ${areApart(sql, "v.id", "r.account_id")}
    UNION ALL
    SELECT s.account_id, s.delivered, s.read, s.rev, s.changed, true FROM silent_marks s
      WHERE s.viewer_id = v.id AND s.conversation_id = c.id AND NOT EXISTS (
        SELECT FROM blocks b WHERE b.account_id = v.id AND b.blocked_id = s.account_id)
  ) k ON true
  JOIN members theirs ON theirs.conversation_id = c.id AND theirs.account_id = k.account_id
  WHERE ${viewer} AND (v.read_receipts OR v.delivered_receipts)`

/** What delivery asks of the database about marks. */
export const makeMarksReader = Effect.gen(function* () {
  const { read: sql } = yield* Database

  /** Those that have changed since a stamp, as an account may see them. */
  const since = Effect.fn("marksReader.since")(function* (account: UserId, stamp: Stamp) {
    const rows = yield* sql`SELECT conversation, "user", delivered, read, rev
      FROM (${visibleMarks(sql, sql`v.id = ${account}`)}) k WHERE k.changed >= ${stamp}::text::xid8`
    return (yield* Schema.decodeUnknownEffect(Rows)(rows)) satisfies ReadonlyArray<MarkRow>
  }, orUnavailable)

  // When somebody gets something, everybody else there asks at the same moment: one query answers all of them.
  const seen = yield* gather(
    Effect.fn("marksReader.seen")(function* (asked: ReadonlyArray<ReadonlyArray<Sight>>) {
      const rows = yield* sql`SELECT k.viewer, k.conversation, k."user", k.delivered, k.read, k.rev
        FROM jsonb_to_recordset(${PgTypes.jsonb(asked.flat())}) AS m (viewer uuid, log uuid, account uuid)
        JOIN LATERAL (${visibleMarks(sql, sql`v.id = m.viewer AND c.id = m.log AND k.account_id = m.account`)}) k
          ON NOT k.silent`
      return Map.groupBy(yield* Schema.decodeUnknownEffect(Sights)(rows), ({ viewer }) => viewer)
    }, orUnavailable),
  )

  /** Those that moved, as an account may see them. */
  const moved = (account: UserId, marks: ReadonlyArray<MovedMark>) =>
    Effect.map(seen(marks.map((mark) => ({ viewer: account, ...mark }))), (found): ReadonlyArray<MarkRow> =>
      (found.get(account) ?? []).map(({ viewer: _, ...mark }) => mark),
    )

  /** Which have changed since a stamp. */
  const changedSince = Effect.fn("marksReader.changedSince")(function* (since: Stamp) {
    const rows = yield* sql`SELECT conversation_id AS log, account_id AS account FROM read_marks
      WHERE changed >= ${since}::text::xid8`
    return yield* Schema.decodeUnknownEffect(Moved)(rows)
  }, orUnavailable)

  return { since, moved, changedSince }
})

export type MarksReader = Effect.Success<typeof makeMarksReader>
