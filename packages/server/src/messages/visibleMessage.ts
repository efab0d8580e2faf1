import { MessageNotFound, RoomArchived } from "@chat/domain/Errors"
import { type ConversationId, conversationLog, type MessageId, type UserId } from "@chat/domain/Ids"
import type { Role } from "@chat/domain/permissions"
import { Seq } from "@chat/domain/Values"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Logs } from "../logs/Logs.ts"
import { versionFor } from "../logs/versions.ts"
import { isThere } from "../logs/visibility.ts"
import { int8 } from "../storage/rows.ts"
import { readAccess, requireMember } from "./Access.ts"

/** Names a message, and where it is looked for. */
export interface MessageTarget {
  readonly conversation: ConversationId
  readonly message: MessageId
}

const Row = Schema.Array(Schema.Struct({ seq: int8(Seq), pinned: Schema.Boolean }))

/** A message that says something to somebody, by its id. */
export const visibleMessage = Effect.fnUntraced(function* (
  sql: PgClient,
  account: UserId,
  { conversation, message }: MessageTarget,
) {
  const rows = yield* sql`SELECT m.seq, ${versionFor(sql, account).pinnedAt} IS NOT NULL AS pinned FROM messages m
    WHERE m.id = ${message} AND m.conversation_id = ${conversation} AND ${isThere(sql, account)}`
  const [found] = yield* Schema.decodeUnknownEffect(Row)(rows)
  return found ?? (yield* new MessageNotFound({ messageId: message }))
})

/** A message under its log's lock. */
export interface LockedMessage {
  readonly seq: Seq
  readonly pinned: boolean
  /** The member's role; `null` in a direct conversation. */
  readonly role: Role | null
  /** Set: whatever is done with it is for this account alone. */
  readonly onlyFor: UserId | undefined
}

/**
 * The same, for a member who puts something on it, in a room that is not archived: under the log's lock, so that it holds
 * at the commit.
 */
export const lockMessage = Effect.fnUntraced(function* (
  sql: PgClient,
  logs: Logs["Service"],
  actor: UserId,
  target: MessageTarget,
) {
  const { conversation, message } = target
  yield* logs.lock([conversationLog(conversation)])
  const { standing, silenced, role, rules } = yield* readAccess(sql, conversation, actor)
  yield* requireMember(conversation, standing)
  if (rules.archived) return yield* new RoomArchived({ conversation })
  const found = yield* visibleMessage(sql, actor, target)
  if (silenced) yield* sql`UPDATE messages SET forked = true WHERE id = ${message}`
  return { ...found, role, onlyFor: silenced ? actor : undefined } satisfies LockedMessage
})
