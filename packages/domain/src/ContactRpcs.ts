/**
 * Friends, requests, blocks and preferences. A command that finds things as it wants them changes nothing. With oneself:
 * `BadRequest`. Each list has an end (`contacts` in the server's settings); over it: `TooLarge`.
 */
import * as Schema from "effect/Schema"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import { Authentication } from "./Authentication.ts"
import { ContactPage, Preferences, WhoMayWrite } from "./Contact.ts"
import { FriendRequestNotFound, IdTaken, TooLarge, UserBlocked, UserNotFound, failures } from "./Errors.ts"
import { CommandId, UserId } from "./Ids.ts"
import { AccountReceipt } from "./User.ts"
import { PageSize, Query } from "./Values.ts"

/** From `next` of the page before; not for reading. */
const PageCursor = Query

const about = { commandId: CommandId, user: UserId }
const page = { after: Schema.optionalKey(PageCursor), limit: Schema.optionalKey(PageSize) }

/**
 * Asks somebody to be friends. Who has asked already is answered by it: then both are friends, also when both ask at the
 * same moment. Friends already, or asked already: nothing changes. Somebody who has blocked the caller never gets it, and
 * the caller is not told; asked again after the block has ended, they get it. To somebody whom the caller has blocked:
 * `UserBlocked`.
 */
export class SendFriendRequest extends Rpc.make("SendFriendRequest", {
  payload: about,
  success: AccountReceipt,
  error: failures(UserNotFound, UserBlocked, TooLarge, IdTaken),
}) {}

/** Takes a request back. */
export class CancelFriendRequest extends Rpc.make("CancelFriendRequest", {
  payload: about,
  success: AccountReceipt,
  error: failures(UserNotFound, IdTaken),
}) {}

/** Says yes to who has asked. Friends already: nothing changes. */
export class AcceptFriendRequest extends Rpc.make("AcceptFriendRequest", {
  payload: about,
  success: AccountReceipt,
  error: failures(UserNotFound, FriendRequestNotFound, TooLarge, IdTaken),
}) {}

/** Says no to who has asked, which they are told. */
export class DeclineFriendRequest extends Rpc.make("DeclineFriendRequest", {
  payload: about,
  success: AccountReceipt,
  error: failures(UserNotFound, IdTaken),
}) {}

/** Ends a friendship, for both. */
export class RemoveFriend extends Rpc.make("RemoveFriend", {
  payload: about,
  success: AccountReceipt,
  error: failures(UserNotFound, IdTaken),
}) {}

/** The caller's friends. */
export class ListFriends extends Rpc.make("ListFriends", {
  payload: page,
  success: ContactPage,
  error: failures(),
}) {}

/** Requests that have not been answered: those that the caller has `sent`, or has `received`. */
export class ListFriendRequests extends Rpc.make("ListFriendRequests", {
  payload: { direction: Schema.Literals(["sent", "received"]), ...page },
  success: ContactPage,
  error: failures(),
}) {}

/**
 * From now on nothing comes from somebody, and they are not told: what they write in a direct conversation is stored and
 * acknowledged, and visible to them alone, also after the block has ended; their requests to be friends do not arrive,
 * and one that has arrived is gone. What was there before stays, and so does a friendship. In rooms their messages are
 * delivered as to everybody, and a client folds them. What they delete is deleted for everybody.
 */
export class BlockUser extends Rpc.make("BlockUser", {
  payload: about,
  success: AccountReceipt,
  error: failures(UserNotFound, TooLarge, IdTaken),
}) {}

/** Ends a block. What came while it lasted stays where it is. */
export class UnblockUser extends Rpc.make("UnblockUser", {
  payload: about,
  success: AccountReceipt,
  error: failures(UserNotFound, IdTaken),
}) {}

/** Whom the caller has blocked. */
export class ListBlocks extends Rpc.make("ListBlocks", {
  payload: page,
  success: ContactPage,
  error: failures(),
}) {}

/** What the caller has decided; what was never set has its default. */
export class GetPreferences extends Rpc.make("GetPreferences", { success: Preferences, error: failures() }) {}

/** Sets what is given and leaves the rest as it is. */
export class SetPreferences extends Rpc.make("SetPreferences", {
  payload: { commandId: CommandId, whoMayWrite: Schema.optionalKey(WhoMayWrite) },
  success: AccountReceipt,
  error: failures(IdTaken),
}) {}

export class ContactRpcs extends RpcGroup.make(
  SendFriendRequest,
  CancelFriendRequest,
  AcceptFriendRequest,
  DeclineFriendRequest,
  RemoveFriend,
  ListFriends,
  ListFriendRequests,
  BlockUser,
  UnblockUser,
  ListBlocks,
  GetPreferences,
  SetPreferences,
).middleware(Authentication) {}
