/**
 * Rooms: making them, coming and going, and keeping order in them. To whoever is not a member a private room does not
 * exist, whatever the call: `ConversationNotFound`. What a role is enough for is in `permissions`.
 */
import * as Schema from "effect/Schema"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import { Authentication } from "./Authentication.ts"
import { Receipt, Room } from "./Conversation.ts"
import {
  Banned,
  ConversationNotFound,
  Forbidden,
  IdTaken,
  InviteInvalid,
  MemberNotFound,
  NotMember,
  OwnerMustStay,
  RoomArchived,
  RoomNameTaken,
  RoomPasswordRequired,
  TooLarge,
  UserNotFound,
  WeakPassword,
  WrongRoomPassword,
  failures,
} from "./Errors.ts"
import { CommandId, ConversationId, UserId } from "./Ids.ts"
import { InviteToken } from "./Invite.ts"
import { Ban, BanReason, HistoryVisibility, RoomChanges, roomOptions, RoomPassword } from "./Room.ts"
import { PageCursor, PageSize, Query, RoomName, Timestamp, Topic } from "./Values.ts"

/** Makes a room, public unless told, whose first member and owner is the caller. */
export class CreateRoom extends Rpc.make("CreateRoom", {
  payload: { commandId: CommandId, name: RoomName, topic: Topic, history: HistoryVisibility, ...roomOptions },
  success: Receipt,
  error: failures(RoomNameTaken, WeakPassword, IdTaken, TooLarge),
}) {}

/** Rooms by name that are not private; those whose name holds `query`, if given. Archived ones are for members. */
export class ListRooms extends Rpc.make("ListRooms", {
  payload: {
    query: Schema.optionalKey(Query),
    after: Schema.optionalKey(PageCursor),
    limit: Schema.optionalKey(PageSize),
  },
  success: Schema.Struct({ rooms: Schema.Array(Room), next: Schema.NullOr(Schema.String) }),
  error: failures(),
}) {}

/**
 * Becomes a member of a room that is not private, with `password` where the room has one, or of any room by an invitation
 * to the caller or a link: `link` is the token of one, and refused with `InviteInvalid`, whatever the room, if it is not
 * good. So is an invitation by somebody who may not invite any more, where there is no other way in. The invitation ends.
 * A member already: nothing changes.
 * A room that is full refuses with `CapacityExceeded`; wrong passwords are limited per account and room, and per address,
 * with `RateLimited`.
 */
export class JoinRoom extends Rpc.make("JoinRoom", {
  payload: {
    commandId: CommandId,
    conversation: ConversationId,
    password: Schema.optionalKey(RoomPassword),
    link: Schema.optionalKey(InviteToken),
  },
  success: Receipt,
  error: failures(
    ConversationNotFound,
    Banned,
    RoomArchived,
    RoomPasswordRequired,
    WrongRoomPassword,
    InviteInvalid,
    IdTaken,
  ),
}) {}

/**
 * Is a member no longer. Not a member: nothing changes. What could be read until then can be read for ever. The owner
 * leaves only a room without other members.
 */
export class LeaveRoom extends Rpc.make("LeaveRoom", {
  payload: { commandId: CommandId, conversation: ConversationId },
  success: Receipt,
  error: failures(ConversationNotFound, OwnerMustStay, IdTaken),
}) {}

const ofMembers = [ConversationNotFound, NotMember, Forbidden, IdTaken] as const

/** Changes what is set for a room. As it is already: nothing changes. */
export class UpdateRoom extends Rpc.make("UpdateRoom", {
  payload: { commandId: CommandId, conversation: ConversationId, changes: RoomChanges },
  success: Receipt,
  error: failures(...ofMembers, RoomNameTaken, WeakPassword, TooLarge),
}) {}

/**
 * Ends a room for everybody: all members are removed, the texts of its messages are dropped, and its name is free again.
 * It cannot be taken back.
 */
export class DeleteRoom extends Rpc.make("DeleteRoom", {
  payload: { commandId: CommandId, conversation: ConversationId },
  success: Receipt,
  error: failures(...ofMembers),
}) {}

/** Makes another member the owner; the caller is a moderator from then on. */
export class TransferRoom extends Rpc.make("TransferRoom", {
  payload: { commandId: CommandId, conversation: ConversationId, user: UserId },
  success: Receipt,
  error: failures(...ofMembers, MemberNotFound),
}) {}

/** Makes a member a moderator, or a moderator a member. */
export class SetMemberRole extends Rpc.make("SetMemberRole", {
  payload: {
    commandId: CommandId,
    conversation: ConversationId,
    user: UserId,
    role: Schema.Literals(["moderator", "member"]),
  },
  success: Receipt,
  error: failures(...ofMembers, MemberNotFound),
}) {}

/** Removes a member, who may come back. Not a member: nothing changes. Moderators remove members, the owner anybody. */
export class KickMember extends Rpc.make("KickMember", {
  payload: { commandId: CommandId, conversation: ConversationId, user: UserId },
  success: Receipt,
  error: failures(...ofMembers),
}) {}

/**
 * Keeps somebody out, until a time or for good, and removes them if they are a member. A ban that there is gets the new
 * reason and end. Of members as with `KickMember`.
 */
export class BanMember extends Rpc.make("BanMember", {
  payload: {
    commandId: CommandId,
    conversation: ConversationId,
    user: UserId,
    reason: BanReason,
    until: Schema.optionalKey(Timestamp),
  },
  success: Receipt,
  error: failures(...ofMembers, UserNotFound),
}) {}

/** Lifts a ban. Not banned: nothing changes. */
export class UnbanMember extends Rpc.make("UnbanMember", {
  payload: { commandId: CommandId, conversation: ConversationId, user: UserId },
  success: Receipt,
  error: failures(...ofMembers),
}) {}

/** Who is kept out of a room, the newest ban first; for its owner and moderators. */
export class ListBans extends Rpc.make("ListBans", {
  payload: {
    conversation: ConversationId,
    after: Schema.optionalKey(PageCursor),
    limit: Schema.optionalKey(PageSize),
  },
  success: Schema.Struct({ bans: Schema.Array(Ban), next: Schema.NullOr(Schema.String) }),
  error: failures(ConversationNotFound, NotMember, Forbidden),
}) {}

export class RoomRpcs extends RpcGroup.make(
  CreateRoom,
  ListRooms,
  JoinRoom,
  LeaveRoom,
  UpdateRoom,
  DeleteRoom,
  TransferRoom,
  SetMemberRole,
  KickMember,
  BanMember,
  UnbanMember,
  ListBans,
).middleware(Authentication) {}
