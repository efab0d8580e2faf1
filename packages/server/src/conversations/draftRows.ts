import { Draft } from "@chat/domain/Draft"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Schema from "effect/Schema"
import type * as Statement from "effect/sql/Statement"
import type { Viewer } from "../logs/visibility.ts"

/** The drafts of a conversation, as `draftsOf` reads them. */
export const DraftsRow = Schema.Array(Draft)

/** What an account has begun to write in a conversation, a column of the query, as JSON. */
export const draftsOf = (sql: PgClient, account: Viewer, conversation: string): Statement.Fragment =>
  sql`(SELECT coalesce(jsonb_agg(jsonb_build_object('thread', nullif(d.thread, 0), 'body', d.body,
      'at', to_char(d.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'rev', d.rev) ORDER BY d.thread), '[]')
    FROM drafts d
    WHERE d.account_id = ${account} AND d.conversation_id = ${sql.literal(conversation)} AND d.body IS NOT NULL)`
