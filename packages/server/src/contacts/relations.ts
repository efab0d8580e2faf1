import type { UserId } from "@chat/domain/Ids"
import type { PgClient } from "@effect/sql-pg/PgClient"
import type * as Statement from "effect/sql/Statement"

/** Whether somebody, a column of the query, has blocked an account. */
export const hasBlocked = (sql: PgClient, somebody: string, account: UserId): Statement.Fragment =>
  sql`EXISTS (SELECT FROM blocks b WHERE b.account_id = ${sql.literal(somebody)} AND b.blocked_id = ${account})`

/** Whether one of two columns of the query has blocked the other: neither is told how the other is, or how far. */
export const areApart = (sql: PgClient, one: string, other: string): Statement.Fragment => {
  const [a, b] = [sql.literal(one), sql.literal(other)]
  return sql`EXISTS (SELECT FROM blocks x
    WHERE (x.account_id = ${a} AND x.blocked_id = ${b}) OR (x.account_id = ${b} AND x.blocked_id = ${a}))`
}

/** Whether somebody, a column of the query, takes messages from friends only, and the account is none. */
export const refuses = (sql: PgClient, somebody: string, account: UserId): Statement.Fragment =>
  sql`(EXISTS (SELECT FROM preferences w WHERE w.account_id = ${sql.literal(somebody)} AND w.who_may_write = 'friends')
    AND NOT EXISTS (SELECT FROM friends f
      WHERE f.account_id = ${sql.literal(somebody)} AND f.friend_id = ${account}))`
