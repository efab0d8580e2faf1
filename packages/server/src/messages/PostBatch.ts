import { ConversationId, type MessageId, type UserId } from "@chat/domain/Ids"
import type { RoomMention } from "@chat/domain/Message"
import { type Body, type Mark, Seq } from "@chat/domain/Values"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { eventVersion } from "../logs/Logs.ts"
import { factsOf, mentionsOf } from "../logs/MessageRow.ts"
import { int8, Time } from "../storage/rows.ts"

/** A post, decided from the access of the log at `rev`. */
export interface Post {
  readonly conversation: ConversationId
  readonly actor: UserId
  readonly id: MessageId
  readonly content: Content
  readonly rev: number
  /** So many seconds have to have passed since the author's last post there; 0: none. */
  readonly pause: number
  /** The other person has blocked the author: the post is for the author alone. */
  readonly onlyFor: UserId | null
  readonly mark: Mark
}

/** What is posted, with whatever it names looked up. */
export interface Content {
  readonly body: Body
  readonly replyTo: Seq | null
  readonly thread: Seq | null
  readonly mentions: ReadonlyArray<UserId>
  readonly mentionsRoom: RoomMention | null
  /** Who wrote the text, if somebody else did. */
  readonly forwarded: UserId | null
}

const Row = Schema.Struct({
  /** The place of the post in the batch. */
  n: Schema.Int,
  /** Null: it was placed just now. Otherwise what the command of this id brought about before. */
  known: Schema.NullOr(Schema.String),
  /** The author's last post there is not long enough ago; the rest of the row says nothing. */
  slow: Schema.Boolean,
  conversation: ConversationId,
  seq: int8(Seq),
  at: Time,
})
export type PostRow = typeof Row.Type

const decode = Schema.decodeUnknownEffect(Schema.Array(Row))

const toInput = ({ content, ...post }: Post, n: number) => ({
  ...post,
  ...content,
  n,
  facts: factsOf(null, mentionsOf(content)),
})

/**
 * Of the posts that have to wait for the author's last one, those that need not wait any more: the row of who posted last
 * is written under the log's lock, and only if that is long enough ago, which no other statement can overlook.
 */
const slowed = (sql: PgClient) => sql`locked_first AS (
      SELECT id, access_rev FROM logs WHERE id = ANY (ARRAY(SELECT conversation FROM fresh)) ORDER BY id FOR UPDATE
    ), waiting AS (
      SELECT f.n, f.conversation, f.actor,
        row_number() OVER (PARTITION BY f.conversation, f.actor ORDER BY f.n) AS nth
      FROM fresh f JOIN locked_first k ON k.id = f.conversation AND k.access_rev = f.rev WHERE f.pause > 0
    ), turns AS (
      INSERT INTO slow_posts (conversation_id, account_id, at)
      SELECT conversation, actor, date_trunc('milliseconds', clock_timestamp()) FROM waiting WHERE nth = 1
      ON CONFLICT (conversation_id, account_id) DO UPDATE SET at = excluded.at
      WHERE slow_posts.at <= excluded.at - make_interval(secs =>
        (SELECT c.slow_mode FROM conversations c WHERE c.id = slow_posts.conversation_id))
      RETURNING conversation_id, account_id
    ), slow AS (
      SELECT w.n, w.conversation FROM waiting w
      WHERE w.nth > 1 OR (w.conversation, w.actor) NOT IN (SELECT conversation_id, account_id FROM turns)
    ), `

/**
 * Stores posts, of any number of logs, in one statement: a repeat is recognised before a `seq` is taken; the rows of the
 * logs are locked in the order of their ids; a post that was decided from access that no longer holds has no row in the
 * answer. What it looks up it looks up by key, one by one, whatever the planner thinks of a table that was small when it
 * made the plan. What begins a thread is counted anew with what goes into it. A repeat that another node commits at this moment
 * violates a unique index, and the whole statement with it.
 */
export const insertPosts = Effect.fnUntraced(function* (sql: PgClient, posts: ReadonlyArray<Post>) {
  const isSlow = posts.some(({ pause }) => pause > 0)
  const rows = yield* sql`WITH input AS (
      SELECT * FROM jsonb_to_recordset(${PgTypes.jsonb(posts.map(toInput))})
        AS i (n int, conversation uuid, actor uuid, id uuid, rev bigint, pause int, mark text, body text, "replyTo" bigint,
          thread bigint, mentions uuid[], "mentionsRoom" text, forwarded uuid, facts jsonb, "onlyFor" uuid)
    ), known AS (
      SELECT i.n, e.* FROM input i CROSS JOIN LATERAL (SELECT type, log_id, seq, at FROM events
        WHERE actor_id = i.actor AND command_id = i.id LIMIT 1) e
      UNION ALL
      SELECT i.n, c.* FROM input i CROSS JOIN LATERAL (SELECT type, log_id, seq, at FROM idle_commands
        WHERE actor_id = i.actor AND command_id = i.id LIMIT 1) c
    ), fresh AS (
      SELECT * FROM input WHERE n NOT IN (SELECT n FROM known)
    ), ${isSlow ? slowed(sql) : sql``} due AS (
      SELECT * FROM fresh ${isSlow ? sql`WHERE n NOT IN (SELECT n FROM slow)` : sql``}
    ), wanted AS (
      SELECT conversation, rev, count(*) AS posts FROM due GROUP BY conversation, rev
    ), locked AS (
      SELECT id, access_rev FROM logs WHERE id = ANY (ARRAY(SELECT conversation FROM wanted)) ORDER BY id FOR UPDATE
    ), taken AS (
      UPDATE logs l SET
        seq = l.seq + w.posts,
        at = greatest(l.at, date_trunc('milliseconds', clock_timestamp()))
      FROM wanted w JOIN locked k ON k.id = w.conversation AND k.access_rev = w.rev
      WHERE l.id = w.conversation
      RETURNING l.id, w.rev, l.seq - w.posts AS base, l.at
    ), placed AS (
      SELECT f.*, t.base + row_number() OVER (PARTITION BY f.conversation ORDER BY f.n) AS seq, t.at
      FROM due f JOIN taken t ON t.id = f.conversation AND t.rev = f.rev
    ), stored AS (
      INSERT INTO messages (id, conversation_id, seq, author_id, body, rev, posted_at, reply_to, thread, mentions,
        mentions_room, forwarded, only_for)
      SELECT id, conversation, seq, actor, body, seq, at, "replyTo", thread, mentions, "mentionsRoom", forwarded,
          "onlyFor" FROM placed
    ), counted AS (
      UPDATE messages r SET replies = r.replies + t.posts, last_reply = t.last, rev = t.last,
        forked = r.forked OR t.secret
      FROM (SELECT conversation, thread, count(*) AS posts, max(seq) AS last, bool_or("onlyFor" IS NOT NULL) AS secret
        FROM placed WHERE thread IS NOT NULL
        GROUP BY conversation, thread) t
      WHERE r.conversation_id = t.conversation AND r.seq = t.thread
    ), logged AS (
      INSERT INTO events
        (log_id, seq, mark, at, actor_id, command_id, type, version, message_id, message_seq, data,
          only_for)
      SELECT conversation, seq, decode(mark, 'hex'), at, actor, id, 'MessagePosted', ${eventVersion}::smallint, id, seq,
        facts, "onlyFor" FROM placed
    )
    SELECT n, NULL AS known, false AS slow, conversation, seq, at FROM placed
    UNION ALL
    SELECT n, type, false, log_id, seq, at FROM known
    ${isSlow ? sql`UNION ALL SELECT n, NULL, true, conversation, 0, 'epoch' FROM slow` : sql``}`
  return yield* decode(rows)
})
