import { ConversationId, MessageId, UserId } from "@chat/domain/Ids"
import { type Mentions, type Message, Reaction, RoomMention } from "@chat/domain/Message"
import type { User } from "@chat/domain/User"
import { Body, Seq } from "@chat/domain/Values"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Schema from "effect/Schema"
import type * as Statement from "effect/sql/Statement"
import { knownUser } from "../users/Directory.ts"
import { int8, Time } from "../storage/rows.ts"
import { versionFor } from "./versions.ts"
import { isHidden, type Viewer } from "./visibility.ts"

/** A row of `messages`, as `messageColumns` reads it. */
export const MessageRow = Schema.Struct({
  id: MessageId,
  conversation: ConversationId,
  messageSeq: int8(Seq),
  author: UserId,
  body: Schema.NullOr(Body),
  rev: int8(Seq),
  postedAt: Time,
  editedAt: Schema.NullOr(Time),
  deletedAt: Schema.NullOr(Time),
  reactions: Schema.NullOr(Schema.Array(Reaction)),
  pinnedAt: Schema.NullOr(Time),
  pinnedBy: Schema.NullOr(UserId),
  hidden: Schema.Boolean,
  replyTo: Schema.NullOr(int8(Seq)),
  thread: Schema.NullOr(int8(Seq)),
  replies: Schema.Int,
  lastReply: Schema.NullOr(int8(Seq)),
  mentions: Schema.Array(UserId),
  mentionsRoom: Schema.NullOr(RoomMention),
  forwarded: Schema.NullOr(UserId),
})
export type MessageRow = typeof MessageRow.Type

/** The columns of a table alias `m` that make up a `MessageRow`, as this account sees the message. */
export const messageColumns = (sql: PgClient, viewer: Viewer): Statement.Fragment => {
  const version = versionFor(sql, viewer)
  return sql`m.id, m.conversation_id AS conversation, m.seq AS "messageSeq", m.author_id AS author,
    ${version.body} AS body, ${version.rev} AS rev, m.posted_at AS "postedAt", ${version.editedAt} AS "editedAt",
    m.deleted_at AS "deletedAt", m.reply_to AS "replyTo", m.thread, ${version.replies} AS replies,
    ${version.lastReply} AS "lastReply", ${version.mentions} AS mentions, m.mentions_room AS "mentionsRoom",
    m.forwarded, ${version.pinnedAt} AS "pinnedAt", ${version.pinnedBy} AS "pinnedBy",
    ${isHidden(sql, viewer, "m.id")} AS hidden, ${version.reactions} AS reactions`
}

/** Whom a message names. */
export const peopleIn = ({ author, pinnedBy, forwarded }: MessageRow): ReadonlyArray<UserId> =>
  [author, pinnedBy, forwarded].filter((person) => person !== null)

/** The message as the contract has it. Everybody who ever wrote has a row in `users`, so the author is known. */
export const toMessage = (row: MessageRow, users: ReadonlyMap<UserId, User>): Message => {
  const { messageSeq, author, pinnedAt, pinnedBy, reactions, body, hidden, forwarded, ...rest } = row
  return {
    ...rest,
    seq: messageSeq,
    author: knownUser(users, author),
    body: hidden ? null : body,
    reactions: reactions ?? [],
    pinned: pinnedAt === null || pinnedBy === null ? null : { at: pinnedAt, by: knownUser(users, pinnedBy) },
    hidden,
    forwarded: forwarded === null ? null : { author: knownUser(users, forwarded) },
  }
}

/** Whom the text of a message mentions, as events keep it; `null`: nobody. */
export const mentionsOf = (message: Pick<Message, "mentions" | "mentionsRoom">): Mentions | null =>
  message.mentions.length === 0 && message.mentionsRoom === null
    ? null
    : { users: message.mentions, room: message.mentionsRoom }

/** What an event keeps of a change of mentions: nothing where there are none. */
export const factsOf = (before: Mentions | null, after: Mentions | null): object => ({
  ...(before === null ? {} : { mentionsBefore: before }),
  ...(after === null ? {} : { mentionsAfter: after }),
})
