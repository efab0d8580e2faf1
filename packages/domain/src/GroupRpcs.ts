/**
 * Groups: conversations of a few people, without a name or an owner, in which all are equals. Whoever is in one can add
 * others, who then see all of it, and can leave it. To whoever is not, it does not exist: `ConversationNotFound`.
 *
 * Who may be added is who may be written to one to one. Somebody who takes messages from friends only is added by friends:
 * `FriendsOnly`. Somebody who has blocked the one who adds them is in the group for everybody else and never sees it, which
 * cannot be told from silence, until they are added by somebody else, or again after the block. What people in a group
 * write comes to everybody there, as in a room, and a client folds that of whom one has blocked.
 */
import * as Schema from "effect/Schema"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import { Authentication } from "./Authentication.ts"
import { Receipt } from "./Conversation.ts"
import { ConversationNotFound, FriendsOnly, IdTaken, TooLarge, UserBlocked, UserNotFound, failures } from "./Errors.ts"
import { CommandId, ConversationId, UserId } from "./Ids.ts"

const toAdd = [UserNotFound, FriendsOnly, UserBlocked, TooLarge, IdTaken] as const

/**
 * Begins a group of the caller and two or more others; with fewer: `BadRequest`. It is a new one each time, also with the
 * same people. A group has an end (`groupMembers` in the server's limits): `TooLarge`.
 */
export class OpenGroup extends Rpc.make("OpenGroup", {
  payload: { commandId: CommandId, users: Schema.Array(UserId).check(Schema.isMaxLength(1_000)) },
  success: Receipt,
  error: failures(...toAdd),
}) {}

/** Adds somebody to a group that the caller is in; they can read all of it. In it already: nothing changes. */
export class AddToGroup extends Rpc.make("AddToGroup", {
  payload: { commandId: CommandId, conversation: ConversationId, user: UserId },
  success: Receipt,
  error: failures(ConversationNotFound, ...toAdd),
}) {}

/** Leaves a group. What could be read until then can be read for ever. */
export class LeaveGroup extends Rpc.make("LeaveGroup", {
  payload: { commandId: CommandId, conversation: ConversationId },
  success: Receipt,
  error: failures(ConversationNotFound, IdTaken),
}) {}

export class GroupRpcs extends RpcGroup.make(OpenGroup, AddToGroup, LeaveGroup).middleware(Authentication) {}
