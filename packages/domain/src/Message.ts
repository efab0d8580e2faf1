/** Messages and pages of them. */
import * as Schema from "effect/Schema"
import { ConversationId, MessageId, UserId } from "./Ids.ts"
import { orAbsent } from "./orAbsent.ts"
import { User } from "./User.ts"
import { Body, Emoji, Seq, Timestamp } from "./Values.ts"

/** How often an emoji stands under a message. */
export const Reaction = Schema.Struct({
  emoji: Emoji,
  count: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)),
  /** Whether the viewer is among those who reacted with it. */
  mine: Schema.Boolean,
})
export type Reaction = typeof Reaction.Type

/** That a message is pinned: since when, and by whom. */
export const Pin = Schema.Struct({ at: Timestamp, by: User })
export type Pin = typeof Pin.Type

/** Everybody in the room (`@room`), or everybody who is there now (`@here`). */
export const RoomMention = Schema.Literals(["room", "here"])
export type RoomMention = typeof RoomMention.Type

/** Whom a text mentions. */
export const Mentions = Schema.Struct({
  users: Schema.Array(UserId),
  room: Schema.NullOr(RoomMention),
})
export type Mentions = typeof Mentions.Type

/** A message as it is now: after every edit, and without its text once it is deleted. */
export const Message = Schema.Struct({
  id: MessageId,
  conversation: ConversationId,
  /** The `seq` of its posting, which is its place in the conversation. */
  seq: Seq,
  author: User,
  /** `null` once deleted, or if `hidden`. */
  body: Schema.NullOr(Body),
  /** The last `seq` folded into this message; of two versions the one with the greater `rev` is the newer. */
  rev: Seq,
  postedAt: Timestamp,
  editedAt: Schema.NullOr(Timestamp),
  deletedAt: Schema.NullOr(Timestamp),
  /** In the order in which the oldest of each came; none on a deleted message. */
  reactions: Schema.Array(Reaction).pipe(orAbsent([])),
  /** `null`: it is not pinned. */
  pinned: Schema.NullOr(Pin).pipe(orAbsent(null)),
  /** The viewer has deleted it for themselves: it has no `body` for them, whatever others see. */
  hidden: Schema.Boolean.pipe(orAbsent(false)),
  /** The message that it answers, to be shown with a quote of it. */
  replyTo: Schema.NullOr(Seq).pipe(orAbsent(null)),
  /** The message that began the thread in which this one is. */
  thread: Schema.NullOr(Seq).pipe(orAbsent(null)),
  /** How many messages there are in the thread that this one began, deleted ones left out, whoever can see them. */
  replies: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)).pipe(orAbsent(0)),
  /** The newest of these. */
  lastReply: Schema.NullOr(Seq).pipe(orAbsent(null)),
  /** Members whom the text mentions by name. */
  mentions: Schema.Array(UserId).pipe(orAbsent([])),
  mentionsRoom: Schema.NullOr(RoomMention).pipe(orAbsent(null)),
  /** Who wrote the text, if it was forwarded from elsewhere. */
  forwarded: Schema.NullOr(Schema.Struct({ author: User })).pipe(orAbsent(null)),
})
export type Message = typeof Message.Type

/** What a message has that stands by itself, mentions nobody, and that nobody has put anything on. */
export const unmarked = {
  reactions: [],
  pinned: null,
  hidden: false,
  replyTo: null,
  thread: null,
  replies: 0,
  lastReply: null,
  mentions: [],
  mentionsRoom: null,
  forwarded: null,
} as const satisfies Partial<Message>

/** Part of a conversation's history. */
export const HistoryPage = Schema.Struct({
  conversation: ConversationId,
  /** By `seq`, ascending; deleted ones included, as tombstones. */
  messages: Schema.Array(Message),
  /** The page holds every message that the caller can see with `from <= seq <= to`. */
  from: Seq,
  to: Seq,
  /** The head of the log in the database snapshot that the page was read from. */
  asOf: Seq,
  /** Whether there is more in the direction of reading. */
  more: Schema.Boolean,
})
export type HistoryPage = typeof HistoryPage.Type

/** Part of a thread; `from`, `to` and `more` are said of the messages in it. */
export const ThreadPage = Schema.Struct({ ...HistoryPage.fields, root: Message })
export type ThreadPage = typeof ThreadPage.Type

/** A text that a message had before it was changed. */
export const Revision = Schema.Struct({
  body: Body,
  /** Since when it was the text. */
  at: Timestamp,
})
export type Revision = typeof Revision.Type
