/**
 * Branded identifiers. Every id is a UUID in lower case: those that the server makes are version 7 (RFC 9562), those
 * that a client makes (message and command ids) may be of any version, because nothing is ordered or expired by an id.
 */
import * as Schema from "effect/Schema"

const Uuid = Schema.String.check(
  Schema.isPattern(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u, {
    expected: "a UUID in lower case",
  }),
)

/** An account. */
export const UserId = Uuid.pipe(Schema.brand("UserId"))
export type UserId = typeof UserId.Type

/** One login on one device. */
export const SessionId = Uuid.pipe(Schema.brand("SessionId"))
export type SessionId = typeof SessionId.Type

/** A conversation of any kind. */
export const ConversationId = Uuid.pipe(Schema.brand("ConversationId"))
export type ConversationId = typeof ConversationId.Type

/** A message; made by the client that posts it, and at the same time the id of that command. */
export const MessageId = Uuid.pipe(Schema.brand("MessageId"))
export type MessageId = typeof MessageId.Type

/**
 * Names one durable command of one account. A command that is sent again with the same id, however late, has no
 * further effect and gets the first result.
 */
export const CommandId = Uuid.pipe(Schema.brand("CommandId"))
export type CommandId = typeof CommandId.Type

/** A notice to everybody: the id of the command that made it. */
export const NoticeId = Uuid.pipe(Schema.brand("NoticeId"))
export type NoticeId = typeof NoticeId.Type

/** A log: that of a conversation has the conversation's id, that of an account the user's. */
export const LogId = Uuid.pipe(Schema.brand("LogId"))
export type LogId = typeof LogId.Type

/** The log of a conversation. */
export const conversationLog = (id: ConversationId): LogId => LogId.make(id)

/** The log of an account. */
export const accountLog = (id: UserId): LogId => LogId.make(id)
