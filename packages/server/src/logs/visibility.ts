import type { UserId } from "@chat/domain/Ids"
import type { PgClient } from "@effect/sql-pg/PgClient"
import type * as Statement from "effect/sql/Statement"

/** Who looks: an account, or a column of the query where one query is for several. */
export type Viewer = UserId | Statement.Fragment

/**
 * Whether an account can see what is at a place of a log: the one condition under which a query returns what a message
 * says, or that it exists. `log`, `seq` and `onlyFor` are columns of the query, the last one that of the message, or of
 * the event, which may be for one account alone.
 */
export const canSee = (sql: PgClient, account: Viewer, log: string, seq: string, onlyFor: string): Statement.Fragment =>
  sql`(${sql.literal(onlyFor)} IS NULL OR ${sql.literal(onlyFor)} = ${account}) AND EXISTS (SELECT FROM visibility v WHERE v.account_id = ${account} AND v.log_id = ${sql.literal(log)}
    AND v.from_seq <= ${sql.literal(seq)} AND (v.to_seq IS NULL OR v.to_seq >= ${sql.literal(seq)}))`

/** Whether an account has deleted a message for itself, whose id is a column of the query. */
export const isHidden = (sql: PgClient, account: Viewer, message: string): Statement.Fragment =>
  sql`EXISTS (SELECT FROM hidden_messages h
    WHERE h.account_id = ${account} AND h.message_id = ${sql.literal(message)})`

/**
 * Whether a message, a row of the alias `u`, counts as unread for an account that can see it and has not read so far:
 * in SQL what `countsAsUnread` is.
 */
export const isUnread = (sql: PgClient, account: Viewer): Statement.Fragment =>
  sql`u.thread IS NULL AND ${isUnreadInThread(sql, account)}`

/** The same within a thread: in SQL what `countsInThread` is. */
export const isUnreadInThread = (sql: PgClient, account: Viewer): Statement.Fragment =>
  sql`u.author_id <> ${account} AND u.deleted_at IS NULL AND NOT ${isHidden(sql, account, "u.id")}`

/** Whether a row `m` of `messages` says something to somebody: they can see it, and neither it is deleted nor hidden. */
export const isThere = (sql: PgClient, account: UserId): Statement.Fragment =>
  sql`m.deleted_at IS NULL AND ${canSee(sql, account, "m.conversation_id", "m.seq", "m.only_for")}
    AND NOT ${isHidden(sql, account, "m.id")}`
/** Whether an account sees what is still to come in a log. `log` is a column of the query. */
export const sees = (sql: PgClient, account: UserId, log: string): Statement.Fragment =>
  sql`EXISTS (SELECT FROM visibility v
    WHERE v.account_id = ${account} AND v.log_id = ${sql.literal(log)} AND v.to_seq IS NULL)`
