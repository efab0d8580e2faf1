/** What somebody does with messages and conversations for themselves alone, on all of their devices. */
import * as Schema from "effect/Schema"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import { Authentication } from "./Authentication.ts"
import { NotificationLevel } from "./Conversation.ts"
import { ReadPosition } from "./ReadPosition.ts"
import { ConversationNotFound, IdTaken, MessageNotFound, NotMember, failures } from "./Errors.ts"
import { CommandId, ConversationId, MessageId } from "./Ids.ts"
import { Message } from "./Message.ts"
import { AccountReceipt } from "./User.ts"
import { PageSize, Seq, Timestamp } from "./Values.ts"

const target = { commandId: CommandId, conversation: ConversationId, message: MessageId }
const refusals = failures(MessageNotFound, IdTaken)

/**
 * Deletes a message for oneself, for good: from then on it is `hidden` wherever it comes, without its text, and does not
 * count as unread. Others see it as before. Hidden already: nothing changes.
 */
export class HideMessage extends Rpc.make("HideMessage", {
  payload: target,
  success: AccountReceipt,
  error: refusals,
}) {}

/** Puts a message aside for later. There already: nothing changes. */
export class StarMessage extends Rpc.make("StarMessage", {
  payload: target,
  success: AccountReceipt,
  error: refusals,
}) {}

/** Takes a star away, also from a message that cannot be seen any more. Not there: nothing changes. */
export class UnstarMessage extends Rpc.make("UnstarMessage", {
  payload: target,
  success: AccountReceipt,
  error: failures(IdTaken),
}) {}

/**
 * What was put aside, the last first; 20 unless told, 100 at most. Left out is what the caller cannot see any more: it
 * was deleted, or hidden.
 */
export class ListStars extends Rpc.make("ListStars", {
  payload: { before: Schema.optionalKey(Seq), limit: Schema.optionalKey(PageSize) },
  success: Schema.Struct({
    /** `seq` and `at` are those of the event in the account's log that says so. */
    stars: Schema.Array(Schema.Struct({ message: Message, seq: Seq, at: Timestamp })),
    /** Give this back as `before` for the next part; `null`: there is none. */
    next: Schema.NullOr(Seq),
    /** The head of the account's log in the database snapshot that the page was read from. */
    asOf: Seq,
  }),
  error: failures(),
}) {}

/**
 * Says that the message at `seq`, and what came after it, has not been read: the position goes back to before it.
 * Nothing there was read so far: nothing changes. Repeating it is safe without an id as long as nobody reads on.
 */
export class MarkUnread extends Rpc.make("MarkUnread", {
  payload: { conversation: ConversationId, seq: Seq },
  success: ReadPosition,
  error: failures(ConversationNotFound, NotMember),
}) {}

/**
 * Says what one wants to be told of in a conversation, on all of one's devices: for good, or until a time. Repeating it
 * is safe without an id, because only the last one counts.
 */
export class SetNotifications extends Rpc.make("SetNotifications", {
  payload: { conversation: ConversationId, level: NotificationLevel, until: Schema.optionalKey(Timestamp) },
  /** The read position, whose `rev` says which choice is the last. */
  success: ReadPosition,
  error: failures(ConversationNotFound, NotMember),
}) {}

export class PersonalRpcs extends RpcGroup.make(
  HideMessage,
  StarMessage,
  UnstarMessage,
  ListStars,
  MarkUnread,
  SetNotifications,
).middleware(Authentication) {}
