/** Presence and typing: who is there, and who is writing. */
import * as Schema from "effect/Schema"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import { Authentication } from "./Authentication.ts"
import { ConversationNotFound, IdTaken, NotMember, TooLarge, failures } from "./Errors.ts"
import { CommandId, ConversationId, MessageId } from "./Ids.ts"
import { OnlineUser, Presence, PresenceChoice } from "./Presence.ts"
import { AccountReceipt } from "./User.ts"
import { PageSize, Query } from "./Values.ts"

/**
 * How the account wants to be seen from now on, on all its devices and however often the server starts anew: durable,
 * as `PresenceChosen` in the account's log. The same as before: nothing changes.
 */
export class SetPresence extends Rpc.make("SetPresence", {
  payload: { commandId: CommandId, state: PresenceChoice },
  success: AccountReceipt,
  error: failures(IdTaken),
}) {}

/**
 * Says that somebody was active at this device, `idle` milliseconds ago. Most other calls say so too, as of now; not
 * those that a program makes by itself: `Sync`, `OfferCursors`, `Watch`, `MarkRead`,
 * `Delivered`, `ListMarks`.
 */
export class Heartbeat extends Rpc.make("Heartbeat", {
  payload: { idle: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)) },
  error: failures(),
}) {}

/**
 * Says which conversations are in view, and with them, also if there are none, all friends: the `Sync` of this connection
 * brings `PresenceChanged` of friends and of the members (of each the first 200, in the order of joining) and `TypingChanged`, until the next `Watch` or its own end. Answers how these
 * people are seen now; after that at most one `PresenceChanged` comes in a second, of all that has changed. Conversations
 * of which one is not a member are left out. Of two people of whom one has blocked the other, each is `offline` to the other,
 * without `lastSeen`, as who is invisible. Over HTTP, or before `Sync`, there is only the answer. Over the limit
 * `watched`: `TooLarge`.
 */
export class Watch extends Rpc.make("Watch", {
  payload: { conversations: Schema.Array(ConversationId) },
  success: Schema.Array(Presence),
  error: failures(TooLarge),
}) {}

/**
 * Says that somebody is writing. It reaches whoever watches the conversation, lasts six seconds unless said again, and
 * ends with the post. What is said more often than once in three seconds is dropped, and so is what would have to wait.
 */
export class Typing extends Rpc.make("Typing", {
  payload: { conversation: ConversationId, thread: Schema.optionalKey(MessageId) },
  error: failures(ConversationNotFound, NotMember),
}) {}

/**
 * Those who are there and are friends of the caller or share a conversation, by id; nobody whom the caller has blocked, or
 * is blocked by. 20 unless told, 100 at most. A page may have fewer
 * although more follow: `next` says whether there are more.
 */
export class OnlineUsers extends Rpc.make("OnlineUsers", {
  payload: { after: Schema.optionalKey(Query), limit: Schema.optionalKey(PageSize) },
  success: Schema.Struct({ users: Schema.Array(OnlineUser), next: Schema.NullOr(Schema.String) }),
  error: failures(),
}) {}

export class PresenceRpcs extends RpcGroup.make(SetPresence, Heartbeat, Watch, Typing, OnlineUsers).middleware(
  Authentication,
) {}
