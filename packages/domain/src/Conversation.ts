/** Conversations, as they stand in a list; their members; rooms as non-members see them. */
import * as Schema from "effect/Schema"
import { orAbsent } from "./orAbsent.ts"
import { Draft } from "./Draft.ts"
import { ConversationId } from "./Ids.ts"
import { Message } from "./Message.ts"
import { ReadPosition } from "./ReadPosition.ts"
import { Role } from "./permissions.ts"
import { HistoryVisibility, RoomAccess, roomRules } from "./Room.ts"
import { ThreadPosition } from "./Thread.ts"
import { User } from "./User.ts"
import { Mark, RoomName, Seq, Timestamp, Topic } from "./Values.ts"

/** What an account wants to be told of in a conversation: everything, what mentions it, or nothing. */
export const NotificationLevel = Schema.Literals(["all", "mentions", "none"])
export type NotificationLevel = typeof NotificationLevel.Type

/** A choice of less than everything. It is for clients to heed; unread messages count as before. */
export const Notifications = Schema.Struct({
  level: NotificationLevel,
  /** From then on everything counts again; absent: without an end. */
  until: Schema.optionalKey(Timestamp),
})
export type Notifications = typeof Notifications.Type

/** Between two people; a room, with a name and roles; or a group of a few people, which has neither. */
export const ConversationKind = Schema.Literals(["direct", "room", "group"])
export type ConversationKind = typeof ConversationKind.Type

/** A conversation as one of its members sees it in the list, as of `seq` of its log. */
export const Conversation = Schema.Struct({
  id: ConversationId,
  kind: ConversationKind,
  /** Of a room. */
  name: Schema.NullOr(RoomName),
  topic: Schema.NullOr(Topic),
  /** The other person of a direct conversation. */
  peer: Schema.NullOr(User),
  /** Of a group, and of nothing else: who besides the viewer is in it, in the order of joining. */
  people: Schema.optionalKey(Schema.Array(User)),
  history: HistoryVisibility,
  ...roomRules,
  /** What the viewer is to the room; `null` where there is none. */
  role: Schema.NullOr(Role).pipe(orAbsent(null)),
  createdAt: Timestamp,
  memberCount: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
  /** The first `seq` of the stretch of the log that the member can see now. */
  from: Seq,
  /** The newest message that the member can see, deleted or not. */
  lastMessage: Schema.NullOr(Message),
  position: ReadPosition,
  /** Messages of others after `position` that are in no thread, are not deleted and that the member can see. */
  unread: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
  /** Those of them that mention the member, by name or with all others. */
  mentions: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)).pipe(orAbsent(0)),
  /** What the member wants to be told of; absent: everything. Goes with the `rev` of `position`. */
  notifications: Schema.optionalKey(Notifications),
  /**
   * How far the member has read in threads, by the place where each begins: those of the newest threads in which they have
   * said so, 100 at most; absent: in none.
   */
  threads: Schema.optionalKey(Schema.Array(ThreadPosition)),
  /** What the member has begun to write there; absent: nothing. */
  drafts: Schema.optionalKey(Schema.Array(Draft)),
  /** The place in the log that all of this holds as of. */
  seq: Seq,
  mark: Mark,
})
export type Conversation = typeof Conversation.Type

/** A member of a conversation. */
export const Member = Schema.Struct({
  user: User,
  /** The `seq` of the event that made them a member, which orders the list. */
  joined: Seq,
  /** `null` outside of rooms. */
  role: Schema.NullOr(Role).pipe(orAbsent(null)),
})
export type Member = typeof Member.Type

/** Part of a list of members, by `joined`, then by id. */
export const MemberPage = Schema.Struct({
  conversation: ConversationId,
  members: Schema.Array(Member),
  /** Give this back as `after` for the next part; `null`: there is none. */
  next: Schema.NullOr(Schema.String),
  /** The head of the log in the database snapshot that the page was read from. */
  asOf: Seq,
})
export type MemberPage = typeof MemberPage.Type

/** A room that is not private, as everybody sees it. */
export const Room = Schema.Struct({
  id: ConversationId,
  name: RoomName,
  topic: Topic,
  access: RoomAccess.pipe(orAbsent("public")),
  memberCount: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
  /** Whether the caller is a member. */
  joined: Schema.Boolean,
})
export type Room = typeof Room.Type

/** What a durable command answers: the place in a log from which its effect can be seen. */
export const Receipt = Schema.Struct({
  /** The conversation whose log has it. */
  conversation: ConversationId,
  seq: Seq,
  at: Timestamp,
})
export type Receipt = typeof Receipt.Type
