/** Messages: posting, changing, reading. */
import * as Schema from "effect/Schema"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import { Authentication } from "./Authentication.ts"
import { Receipt } from "./Conversation.ts"
import { ReadPosition } from "./ReadPosition.ts"
import {
  ConversationNotFound,
  FriendsOnly,
  IdTaken,
  MessageNotFound,
  NotAuthor,
  NotMember,
  ReadOnly,
  RoomArchived,
  SlowMode,
  TooLarge,
  failures,
} from "./Errors.ts"
import { CommandId, ConversationId, MessageId } from "./Ids.ts"
import { HistoryPage, Message, Revision, ThreadPage } from "./Message.ts"
import { ThreadSummary } from "./Thread.ts"
import { Body, PageSize, Query, Seq } from "./Values.ts"

/**
 * Posts a message. The client makes `id`; posted again with it, however late and whatever has changed since, the first
 * receipt comes back and there is still one message. Answered after the message is durable. What `replyTo` or `thread`
 * names must be there for the caller to see, and `thread` must not be in a thread itself: else `MessageNotFound`.
 * In a direct conversation with somebody who takes messages from friends only: `FriendsOnly`. Who has blocked the author
 * never gets it, and the author is not told.
 */
export class PostMessage extends Rpc.make("PostMessage", {
  payload: {
    conversation: ConversationId,
    id: MessageId,
    body: Body,
    /** The message that this one answers. */
    replyTo: Schema.optionalKey(Seq),
    /** The message whose thread this one goes into; the first one begins it. */
    thread: Schema.optionalKey(Seq),
  },
  success: Receipt,
  error: failures(
    ConversationNotFound,
    NotMember,
    FriendsOnly,
    RoomArchived,
    ReadOnly,
    SlowMode,
    MessageNotFound,
    TooLarge,
    IdTaken,
  ),
}) {}

/**
 * Posts the text of another message, as it is now, in the name of the caller; the new message says who wrote it. Like
 * `PostMessage` in everything else. Whom the text mentions is not mentioned again. A message that the caller cannot see,
 * or that has no text any more: `MessageNotFound`.
 */
export class ForwardMessage extends Rpc.make("ForwardMessage", {
  payload: {
    conversation: ConversationId,
    id: MessageId,
    source: Schema.Struct({ conversation: ConversationId, seq: Seq }),
  },
  success: Receipt,
  error: failures(
    ConversationNotFound,
    NotMember,
    FriendsOnly,
    RoomArchived,
    ReadOnly,
    SlowMode,
    MessageNotFound,
    IdTaken,
  ),
}) {}

/** Changes the text of one's own message, where one could post. The same text as before: nothing changes. */
export class EditMessage extends Rpc.make("EditMessage", {
  payload: { commandId: CommandId, conversation: ConversationId, message: MessageId, body: Body },
  success: Receipt,
  error: failures(
    ConversationNotFound,
    NotMember,
    FriendsOnly,
    RoomArchived,
    ReadOnly,
    MessageNotFound,
    NotAuthor,
    TooLarge,
    IdTaken,
  ),
}) {}

/**
 * Deletes one's own message for everybody, or that of another where one moderates the room; a tombstone without text
 * stays. Deleted already: nothing changes.
 */
export class DeleteMessage extends Rpc.make("DeleteMessage", {
  payload: { commandId: CommandId, conversation: ConversationId, message: MessageId },
  success: Receipt,
  error: failures(ConversationNotFound, NotMember, MessageNotFound, NotAuthor, IdTaken),
}) {}

/**
 * A page of messages: the newest; those before a `seq`; or those after one. 20 unless told, 100 at most. Also for a
 * conversation that the caller has left, as far as it could be seen.
 */
export class History extends Rpc.make("History", {
  payload: {
    conversation: ConversationId,
    /** Messages with a smaller `seq`, the nearest. Not together with `after`. */
    before: Schema.optionalKey(Seq),
    /** Messages with a greater `seq`, the nearest. */
    after: Schema.optionalKey(Seq),
    limit: Schema.optionalKey(PageSize),
  },
  success: HistoryPage,
  error: failures(ConversationNotFound),
}) {}

/** Messages by their places, such as those that others answer. What the caller cannot see is left out. */
export class GetMessages extends Rpc.make("GetMessages", {
  payload: {
    conversation: ConversationId,
    seqs: Schema.Array(Seq).check(Schema.isMinLength(1), Schema.isMaxLength(100)),
  },
  success: Schema.Struct({
    conversation: ConversationId,
    /** By `seq`, ascending. */
    messages: Schema.Array(Message),
    /** The head of the log in the database snapshot that they were read from. */
    asOf: Seq,
  }),
  error: failures(ConversationNotFound),
}) {}

/** A page of a thread, like `History`; `root` is the message that began it, whether or not anybody has answered. */
export class Thread extends Rpc.make("Thread", {
  payload: {
    conversation: ConversationId,
    root: Seq,
    before: Schema.optionalKey(Seq),
    after: Schema.optionalKey(Seq),
    limit: Schema.optionalKey(PageSize),
  },
  success: ThreadPage,
  error: failures(ConversationNotFound, MessageNotFound),
}) {}

/**
 * The texts that one's own message had before it was changed, or that of another where one moderates the room: oldest
 * first. Gone when the message is deleted.
 */
export class ListRevisions extends Rpc.make("ListRevisions", {
  payload: { conversation: ConversationId, message: MessageId },
  success: Schema.Array(Revision),
  error: failures(ConversationNotFound, NotMember, MessageNotFound, NotAuthor),
}) {}

/**
 * The threads that the caller began, wrote in, is mentioned in or has marked as read, of conversations that they are in:
 * the one with the newest reply first. What changes in one comes as events of its conversation, and how far it has been read
 * elsewhere as `ThreadPositionChanged`; `threadCounts` counts anew what is loaded.
 */
export class ListThreads extends Rpc.make("ListThreads", {
  payload: {
    conversation: Schema.optionalKey(ConversationId),
    /** From `next` of the page before, with the same `conversation`. */
    after: Schema.optionalKey(Query),
    limit: Schema.optionalKey(PageSize),
  },
  success: Schema.Struct({ threads: Schema.Array(ThreadSummary), next: Schema.NullOr(Schema.String) }),
  error: failures(),
}) {}

/**
 * Says that everything up to `seq` has been read: of the conversation, or of the one thread. A position never goes back: a lower `seq` changes nothing and answers
 * the position that there is, so that repeating it is safe without an id.
 */
export class MarkRead extends Rpc.make("MarkRead", {
  payload: {
    conversation: ConversationId,
    seq: Seq,
    /** The message that began the thread; absent: what is in no thread. */
    thread: Schema.optionalKey(Seq),
  },
  success: ReadPosition,
  error: failures(ConversationNotFound, NotMember, MessageNotFound),
}) {}

export class MessageRpcs extends RpcGroup.make(
  PostMessage,
  ForwardMessage,
  EditMessage,
  DeleteMessage,
  History,
  GetMessages,
  Thread,
  ListRevisions,
  ListThreads,
  MarkRead,
).middleware(Authentication) {}
