import { ConversationId, UserId } from "@chat/domain/Ids"
import { type Invitation, invitedRoom } from "@chat/domain/Invite"
import type { User } from "@chat/domain/User"
import { Timestamp } from "@chat/domain/Values"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Schema from "effect/Schema"
import type * as Statement from "effect/sql/Statement"
import { knownUser } from "../users/Directory.ts"

/** An invitation within JSON, where a time is a text, with the id of who invited. */
export const InvitationRow = Schema.Struct({ ...invitedRoom, conversation: ConversationId, by: UserId, at: Timestamp })

export const toInvitation = (
  { by, ...rest }: typeof InvitationRow.Type,
  users: ReadonlyMap<UserId, User>,
): Invitation => ({ ...rest, by: knownUser(users, by) })

/** What the account `id`, a column of the query, is invited to, as JSON: each room as it was then. */
export const invitationsOf = (sql: PgClient, id: string): Statement.Fragment =>
  sql`(SELECT coalesce(jsonb_agg(jsonb_build_object('conversation', i.conversation_id, 'name', i.name, 'topic', i.topic,
      'memberCount', i.member_count, 'by', i.received_by, 'at',
      to_char(i.received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) ORDER BY i.received_at, i.conversation_id),
      '[]')
    FROM invitations i WHERE i.account_id = ${sql.literal(id)} AND i.received_at IS NOT NULL)`

/** The accounts that somebody, a column of the query, has invited, each as `holder`. */
export const invitedBy = (sql: PgClient, somebody: string): Statement.Fragment =>
  sql`SELECT account_id AS holder FROM invitations WHERE received_by = ${sql.literal(somebody)}`
