/** Conversations: one to one and in rooms. */
import * as Schema from "effect/Schema"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import { Authentication } from "./Authentication.ts"
import { Conversation, MemberPage, Receipt } from "./Conversation.ts"
import { ConversationNotFound, FriendsOnly, IdTaken, NotMember, UserNotFound, failures } from "./Errors.ts"
import { CommandId, ConversationId, UserId } from "./Ids.ts"
import { PageCursor, PageSize } from "./Values.ts"

/**
 * Opens the conversation with somebody. There is one for each two people, also when both open it at once; opening it
 * again changes nothing and answers the same conversation. With oneself: `BadRequest`. With somebody who takes messages
 * from friends only: `FriendsOnly`, if it is not there yet.
 */
export class OpenDirect extends Rpc.make("OpenDirect", {
  payload: { commandId: CommandId, user: UserId },
  success: Receipt,
  error: failures(UserNotFound, FriendsOnly, IdTaken),
}) {}

/** The caller's conversations, the one with the newest message first. */
export class ListConversations extends Rpc.make("ListConversations", {
  payload: { after: Schema.optionalKey(PageCursor), limit: Schema.optionalKey(PageSize) },
  success: Schema.Struct({ conversations: Schema.Array(Conversation), next: Schema.NullOr(Schema.String) }),
  error: failures(),
}) {}

/** One of the caller's conversations. */
export class GetConversation extends Rpc.make("GetConversation", {
  payload: { conversation: ConversationId },
  success: Conversation,
  error: failures(ConversationNotFound),
}) {}

/** The members of a conversation that the caller is a member of. */
export class ListMembers extends Rpc.make("ListMembers", {
  payload: {
    conversation: ConversationId,
    after: Schema.optionalKey(PageCursor),
    limit: Schema.optionalKey(PageSize),
  },
  success: MemberPage,
  error: failures(ConversationNotFound, NotMember),
}) {}

export class ConversationRpcs extends RpcGroup.make(
  OpenDirect,
  ListConversations,
  GetConversation,
  ListMembers,
).middleware(Authentication) {}
