import { ConversationId, conversationLog, LogId, UserId } from "@chat/domain/Ids"
import { mostMarked, type ReadMarks } from "@chat/domain/ReadMarks"
import { Seq, type Stamp } from "@chat/domain/Values"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Statement from "effect/sql/Statement"
import { areApart } from "../contacts/relations.ts"
import { markKey, type MovedMark } from "../followers/Follower.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { gather, gatherRows } from "../storage/gather.ts"
import { Int8, int8 } from "../storage/rows.ts"

/** One mark, and the conversation that it is of. */
export type MarkRow = ReadMarks & { readonly conversation: ConversationId }

export const MarkColumns = Schema.Struct({
  conversation: ConversationId,
  user: UserId,
  delivered: int8(Seq),
  read: int8(Seq),
  rev: Int8,
})
const Rows = Schema.Array(Schema.Struct({ n: Schema.Int, ...MarkColumns.fields }))
const Sightings = Schema.Array(Schema.Struct({ viewers: Schema.Array(UserId), ...MarkColumns.fields }))

/** A mark, and to whom it looks like this. */
export interface Sighting {
  readonly viewers: ReadonlyArray<UserId>
  readonly mark: MarkRow
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
  const changed = yield* gatherRows(
    Effect.fn("marksReader.since")(function* (
      asks: ReadonlyArray<{ readonly account: UserId; readonly stamp: Stamp }>,
    ) {
      const rows = yield* sql`SELECT asked.n, k.conversation, k."user", k.delivered, k.read, k.rev
        FROM jsonb_to_recordset(${PgTypes.jsonb(asks)}) AS asked (n int, account uuid, stamp text)
        JOIN LATERAL (${visibleMarks(sql, sql`v.id = asked.account`)}) k ON k.changed >= asked.stamp::xid8`
      return yield* Schema.decodeUnknownEffect(Rows)(rows)
    }, orUnavailable),
  )
  const since = (account: UserId, stamp: Stamp) =>
    Effect.map(changed({ account, stamp }), (found) => found.map(({ n: _, ...mark }): MarkRow => mark))

  /** Those that moved, as those see them who may: by the rules of `visibleMarks`, but for what is silent. */
  const sightings = Effect.fn("marksReader.sightings")(function* (moved: ReadonlyArray<MovedMark>) {
    const rows = yield* sql`SELECT k.conversation_id AS conversation, k.account_id AS "user", k.rev,
        CASE WHEN v.delivered_receipts THEN k.delivered ELSE k.read END AS delivered,
        CASE WHEN v.read_receipts THEN k.read ELSE 0 END AS read, jsonb_agg(v.id) AS viewers
      FROM (SELECT DISTINCT log, account
        FROM jsonb_to_recordset(${PgTypes.jsonb(moved)}) AS r (log uuid, account uuid)) m
      JOIN read_marks k ON k.conversation_id = m.log AND k.account_id = m.account
      JOIN conversations c ON c.id = k.conversation_id AND c.member_count <= ${mostMarked}
      JOIN members theirs ON theirs.conversation_id = c.id AND theirs.account_id = k.account_id
      JOIN members mine ON mine.conversation_id = c.id AND mine.account_id <> k.account_id
      JOIN users v ON v.id = mine.account_id AND (v.read_receipts OR v.delivered_receipts)
      WHERE NOT ${areApart(sql, "v.id", "k.account_id")}
      GROUP BY k.conversation_id, k.account_id, v.delivered_receipts, v.read_receipts`
    const found = yield* Schema.decodeUnknownEffect(Sightings)(rows)
    const told: ReadonlyArray<Sighting> = found.map(({ viewers, ...mark }) => ({ viewers, mark }))
    return told
  }, orUnavailable)

  const seen = yield* gather((asked: ReadonlyArray<ReadonlyArray<MovedMark>>) => sightings(asked.flat()))

  /** Those that moved, as an account may see them. */
  const moved = (account: UserId, marks: ReadonlyArray<MovedMark>) =>
    Effect.map(seen(marks), (found): ReadonlyArray<MarkRow> => {
      const asked = new Set(marks.map(markKey))
      return found.flatMap(({ viewers, mark }) =>
        viewers.includes(account) && asked.has(markKey({ log: conversationLog(mark.conversation), account: mark.user }))
          ? [mark]
          : [],
      )
    })

  /** Which have changed since a stamp. */
  const changedSince = Effect.fn("marksReader.changedSince")(function* (since: Stamp) {
    const rows = yield* sql`SELECT conversation_id AS log, account_id AS account FROM read_marks
      WHERE changed >= ${since}::text::xid8`
    return yield* Schema.decodeUnknownEffect(Moved)(rows)
  }, orUnavailable)

  return { since, sightings, moved, changedSince }
})

export type MarksReader = Effect.Success<typeof makeMarksReader>
