/** What members put on messages for everybody to see: reactions and pins. */
import * as Schema from "effect/Schema"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import { Authentication } from "./Authentication.ts"
import { Receipt } from "./Conversation.ts"
import {
  ConversationNotFound,
  Forbidden,
  IdTaken,
  MessageNotFound,
  NotMember,
  RoomArchived,
  failures,
} from "./Errors.ts"
import { CommandId, ConversationId, MessageId } from "./Ids.ts"
import { Message } from "./Message.ts"
import { User } from "./User.ts"
import { Emoji, PageSize, Seq, Timestamp } from "./Values.ts"

const target = { commandId: CommandId, conversation: ConversationId, message: MessageId }
const refusals = [ConversationNotFound, NotMember, RoomArchived, MessageNotFound, IdTaken] as const

/**
 * Puts an emoji under a message that is not deleted; several per person. There already: nothing changes. Over the
 * server's limit for a person, or of different emojis for a message: `CapacityExceeded`.
 */
export class React extends Rpc.make("React", {
  payload: { ...target, emoji: Emoji },
  success: Receipt,
  error: failures(...refusals),
}) {}

/** Takes one's own emoji back. Not there: nothing changes. */
export class Unreact extends Rpc.make("Unreact", {
  payload: { ...target, emoji: Emoji },
  success: Receipt,
  error: failures(...refusals),
}) {}

/** Who reacted with what; `seq` is that of the event that says so. */
export const Reaction = Schema.Struct({ emoji: Emoji, user: User, seq: Seq, at: Timestamp })

/**
 * Who reacted to a message, the oldest first; 20 unless told, 100 at most. Also where the caller is not a member any
 * more, as far as the message can be seen.
 */
export class ListReactions extends Rpc.make("ListReactions", {
  payload: {
    conversation: ConversationId,
    message: MessageId,
    after: Schema.optionalKey(Seq),
    limit: Schema.optionalKey(PageSize),
  },
  success: Schema.Struct({
    reactions: Schema.Array(Reaction),
    /** Give this back as `after` for the next part; `null`: there is none. */
    next: Schema.NullOr(Seq),
    /** The head of the log in the database snapshot that the page was read from. */
    asOf: Seq,
  }),
  error: failures(ConversationNotFound, MessageNotFound),
}) {}

/**
 * Pins a message for everybody: either of two people in their conversation, in a room its owner and moderators. Pinned
 * already: nothing changes. Too many: `CapacityExceeded`.
 */
export class PinMessage extends Rpc.make("PinMessage", {
  payload: target,
  success: Receipt,
  error: failures(...refusals, Forbidden),
}) {}

/** Takes a pin away; for those who may pin. Not pinned: nothing changes. */
export class UnpinMessage extends Rpc.make("UnpinMessage", {
  payload: target,
  success: Receipt,
  error: failures(...refusals, Forbidden),
}) {}

/** Every pinned message that the caller can see, the one pinned last first. */
export class ListPins extends Rpc.make("ListPins", {
  payload: { conversation: ConversationId },
  success: Schema.Struct({
    messages: Schema.Array(Message),
    /** The head of the log in the database snapshot that the list was read from. */
    asOf: Seq,
  }),
  error: failures(ConversationNotFound),
}) {}

export class ReactionRpcs extends RpcGroup.make(
  React,
  Unreact,
  ListReactions,
  PinMessage,
  UnpinMessage,
  ListPins,
).middleware(Authentication) {}
