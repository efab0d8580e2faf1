import { ConversationNotFound, Forbidden, NotMember } from "@chat/domain/Errors"
import type { ConversationId, UserId } from "@chat/domain/Ids"
import { type Action, may, mayInvite, Role } from "@chat/domain/permissions"
import { BanReason, RoomSettings } from "@chat/domain/Room"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Time } from "../storage/rows.ts"

/** A room, and what somebody is to it. */
const RoomRow = Schema.Struct({
  ...RoomSettings.fields,
  passwordHash: Schema.NullOr(Schema.String),
  memberCount: Schema.Int,
  member: Schema.Boolean,
  role: Schema.NullOr(Role),
  /** There is a ban that has not ended. */
  banned: Schema.Boolean,
  bannedUntil: Schema.NullOr(Time),
  banReason: Schema.NullOr(BanReason),
})
export type RoomRow = typeof RoomRow.Type

const decode = Schema.decodeUnknownEffect(Schema.Array(RoomRow))

/**
 * The room, unless there is none of which this account may know: a private one is for its members. Inside a transaction
 * that holds the log's lock it is what holds at the commit.
 */
export const readRoom = Effect.fnUntraced(function* (sql: PgClient, conversation: ConversationId, account: UserId) {
  const rows = yield* sql`SELECT c.name, c.topic, c.history, c.access, c.slow_mode AS "slowMode",
      c.read_only AS "readOnly", c.member_limit AS "memberLimit", c.archived, c.password_hash AS "passwordHash",
      c.member_count AS "memberCount", m.account_id IS NOT NULL AS member, m.role,
      b.account_id IS NOT NULL AS banned, b.until AS "bannedUntil", b.reason AS "banReason"
    FROM conversations c
    LEFT JOIN members m ON m.conversation_id = c.id AND m.account_id = ${account}
    LEFT JOIN bans b ON b.conversation_id = c.id AND b.account_id = ${account}
      AND (b.until IS NULL OR b.until > clock_timestamp())
    WHERE c.id = ${conversation} AND c.kind = 'room' AND c.deleted_at IS NULL`
  const [room] = yield* decode(rows)
  return room
})

/** The room for a member who wants to do something there that not everybody may. */
export const readRoomFor = Effect.fnUntraced(function* (
  sql: PgClient,
  conversation: ConversationId,
  account: UserId,
  action: Action,
) {
  const room = yield* readRoom(sql, conversation, account)
  if (room === undefined || (room.access === "private" && !room.member)) {
    return yield* new ConversationNotFound({ conversation })
  }
  if (!room.member) return yield* new NotMember({ conversation })
  if (!may(room.role, action)) return yield* new Forbidden({ action })
  return room
})

/** The room for a member who wants to invite to it. */
export const readRoomToInvite = Effect.fnUntraced(function* (
  sql: PgClient,
  conversation: ConversationId,
  account: UserId,
) {
  const room = yield* readRoom(sql, conversation, account)
  if (room === undefined || (room.access === "private" && !room.member)) {
    return yield* new ConversationNotFound({ conversation })
  }
  if (!room.member) return yield* new NotMember({ conversation })
  if (!mayInvite(room.access, room.role)) return yield* new Forbidden({ action: "invite" })
  return room
})

/** Gives a member a role. Where the owner changes, the old one goes first: there is never more than one. */
export const setRole = (sql: PgClient, conversation: ConversationId, user: UserId, role: Role) =>
  sql`UPDATE members SET role = ${role} WHERE conversation_id = ${conversation} AND account_id = ${user}`

/** What is set for the room, and nothing else of it. */
export const settingsOf = ({
  name,
  topic,
  history,
  access,
  slowMode,
  readOnly,
  memberLimit,
  archived,
}: RoomSettings): RoomSettings => ({ name, topic, history, access, slowMode, readOnly, memberLimit, archived })
