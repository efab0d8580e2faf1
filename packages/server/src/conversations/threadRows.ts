import { mostThreadPositions, ThreadPosition } from "@chat/domain/Thread"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Schema from "effect/Schema"
import type * as Statement from "effect/sql/Statement"
import type { Viewer } from "../logs/visibility.ts"

/** How far somebody has read in threads, as `threadsOf` reads it. */
export const ThreadsRow = Schema.Array(ThreadPosition)

/** How far an account has read in the newest threads of a conversation, a column of the query, as JSON. */
export const threadsOf = (sql: PgClient, account: Viewer, conversation: string): Statement.Fragment =>
  sql`(SELECT coalesce(jsonb_agg(jsonb_build_object('thread', t.thread,
      'position', jsonb_build_object('seq', t.seq, 'rev', t.rev)) ORDER BY t.thread), '[]')
    FROM (SELECT r.thread, r.seq, r.rev FROM thread_positions r
      WHERE r.account_id = ${account} AND r.conversation_id = ${sql.literal(conversation)}
      ORDER BY r.thread DESC LIMIT ${mostThreadPositions}) t)`
