import type { PgClient } from "@effect/sql-pg/PgClient"
import type * as Statement from "effect/sql/Statement"
import { versionFor } from "./versions.ts"
import { canSee, isUnread, isUnreadInThread, type Viewer } from "./visibility.ts"

const counts = (sql: PgClient, account: Viewer, log: string, which: Statement.Fragment): Statement.Fragment =>
  sql`(SELECT count(*) AS unread,
      count(*) FILTER (WHERE u.mentions_room IS NOT NULL OR ${account} = ANY (${versionFor(sql, account, "u").mentions})) AS mentioned
    FROM messages u
    WHERE u.conversation_id = ${sql.literal(log)} AND ${which} AND ${canSee(sql, account, log, "u.seq", "u.only_for")})`

/** What counts in a conversation, in one row: in SQL what `countsAsUnread` and `isMentioned` are. `log` and `position` are columns. */
export const unreadCounts = (sql: PgClient, account: Viewer, log: string, position: string): Statement.Fragment =>
  counts(sql, account, log, sql`u.seq > ${sql.literal(position)} AND ${isUnread(sql, account)}`)

/** The same within the thread that `root` began: all three are columns. */
export const unreadInThread = (
  sql: PgClient,
  account: Viewer,
  { log, root, position }: { readonly log: string; readonly root: string; readonly position: string },
): Statement.Fragment => {
  const within = sql`u.thread = ${sql.literal(root)} AND u.seq > ${sql.literal(position)}`
  return counts(sql, account, log, sql`${within} AND ${isUnreadInThread(sql, account)}`)
}
