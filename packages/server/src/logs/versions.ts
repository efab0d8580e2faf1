import type { PgClient } from "@effect/sql-pg/PgClient"
import type * as Statement from "effect/sql/Statement"
import type { Viewer } from "./visibility.ts"

/**
 * A message, a row of the alias `m` unless told, as one viewer has it. Nearly every message is the same for everybody who
 * sees it. One is `forked` where somebody has changed it, put something on it or answered in its thread after the other
 * one had blocked them: then each viewer's version is told from the events that are for them.
 */
export const versionFor = (sql: PgClient, viewer: Viewer, alias: "m" | "u" = "m") => {
  const of = (column: string) => sql.literal(`${alias}.${column}`)
  const events = sql`events e WHERE e.message_id = ${of("id")} AND e.type <> 'MessagePosted'
    AND (e.only_for IS NULL OR e.only_for = ${viewer})`
  const told = (...types: ReadonlyArray<string>) => sql`${events} AND e.type IN ${sql.in(types)}`
  const replies = sql`messages t WHERE t.conversation_id = ${of("conversation_id")} AND t.thread = ${of("seq")}
    AND (t.only_for IS NULL OR t.only_for = ${viewer})`
  const either = (column: string, own: Statement.Fragment) =>
    sql`CASE WHEN ${of("forked")} THEN (${own}) ELSE ${of(column)} END`

  // The event that the text is from.
  const written = sql`(SELECT greatest(${of("seq")}, max(e.seq)) FROM ${told("MessageEdited")})`

  const lastPin = (column: string) => sql`SELECT CASE WHEN e.type = 'MessagePinned' THEN ${sql.literal(column)} END
    FROM ${told("MessagePinned", "MessageUnpinned")} AND ${of("deleted_at")} IS NULL ORDER BY e.seq DESC LIMIT 1`

  const counted = (rows: Statement.Fragment) =>
    sql`SELECT jsonb_agg(jsonb_build_object('emoji', r.emoji, 'count', r.count, 'mine', r.mine) ORDER BY r.first)
      FROM (SELECT emoji, count(*), bool_or(account_id = ${viewer}) AS mine, min(seq) AS first
        FROM ${rows} GROUP BY emoji) r`

  const lastReactions = sql`(SELECT * FROM (
      SELECT DISTINCT ON (e.actor_id, e.data->>'emoji') e.actor_id AS account_id, e.data->>'emoji' AS emoji, e.seq, e.at,
        e.type
      FROM ${told("ReactionAdded", "ReactionRemoved")} AND ${of("deleted_at")} IS NULL
      ORDER BY e.actor_id, e.data->>'emoji', e.seq DESC
    ) l WHERE l.type = 'ReactionAdded') there`

  return {
    /** Who reacted with what: rows of `account_id`, `emoji`, `seq` and `at`. */
    standing: sql`SELECT account_id, emoji, seq, at FROM reactions WHERE message_id = ${of("id")} AND NOT ${of("forked")}
      UNION ALL SELECT account_id, emoji, seq, at FROM ${lastReactions} WHERE ${of("forked")}`,
    rev: either(
      "rev",
      sql`greatest(${of("seq")}, (SELECT max(e.seq) FROM ${events}), (SELECT max(t.seq) FROM ${replies}))`,
    ),
    // What was written over is kept with the first revision that came after it.
    body: either(
      "body",
      sql`CASE WHEN ${of("deleted_at")} IS NULL THEN coalesce((
        SELECT v.body FROM message_revisions v WHERE v.message_id = ${of("id")} AND v.rev >= ${written}
        ORDER BY v.rev LIMIT 1), ${of("body")}) END`,
    ),
    mentions: either(
      "mentions",
      sql`ARRAY(SELECT value::uuid FROM events e, jsonb_array_elements_text(e.data->'mentionsAfter'->'users')
        WHERE e.log_id = ${of("conversation_id")} AND e.seq = ${written} AND ${of("deleted_at")} IS NULL)`,
    ),
    editedAt: either("edited_at", sql`SELECT max(e.at) FROM ${told("MessageEdited")}`),
    replies: either("replies", sql`SELECT count(*)::int FROM ${replies} AND t.deleted_at IS NULL`),
    lastReply: either("last_reply", sql`SELECT max(t.seq) FROM ${replies} AND t.deleted_at IS NULL`),
    pinnedAt: either("pinned_at", lastPin("e.at")),
    pinnedBy: either("pinned_by", lastPin("e.actor_id")),
    reactions: sql`CASE
      WHEN ${of("forked")} THEN (${counted(lastReactions)})
      WHEN ${of("reacted")} THEN (${counted(sql`reactions WHERE message_id = ${of("id")}`)})
    END`,
  }
}
