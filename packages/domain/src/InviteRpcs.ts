/**
 * Inviting to rooms. The owner and moderators invite, and in a public room every member (`mayInvite`); to whoever is not
 * a member a private room does not exist. Whoever is banned stays out, invited or not.
 */
import * as Schema from "effect/Schema"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import { Authentication } from "./Authentication.ts"
import { Receipt } from "./Conversation.ts"
import {
  AlreadyMember,
  ConversationNotFound,
  Forbidden,
  IdTaken,
  NotMember,
  TooLarge,
  UserBlocked,
  UserNotFound,
  failures,
} from "./Errors.ts"
import { CommandId, ConversationId, UserId } from "./Ids.ts"
import { Invitation, InviteLink, InviteToken, InviteUses, SentInvitation } from "./Invite.ts"
import { AccountReceipt } from "./User.ts"
import { PageCursor, PageSize, Seq, Timestamp } from "./Values.ts"

/**
 * Makes a link into a room, until a time and for a number of people if these are given. It is called by the `seq` of the
 * receipt, and lets in as long as the caller may invite there. A repeat answers the same token.
 */
export class CreateInviteLink extends Rpc.make("CreateInviteLink", {
  payload: {
    commandId: CommandId,
    conversation: ConversationId,
    expiresAt: Schema.optionalKey(Timestamp),
    uses: Schema.optionalKey(InviteUses),
  },
  success: Schema.Struct({ ...Receipt.fields, token: InviteToken }),
  error: failures(ConversationNotFound, NotMember, Forbidden, IdTaken),
}) {}

/** The links into a room that are neither used up nor expired nor revoked, the newest first, without their tokens. */
export class ListInviteLinks extends Rpc.make("ListInviteLinks", {
  payload: {
    conversation: ConversationId,
    after: Schema.optionalKey(PageCursor),
    limit: Schema.optionalKey(PageSize),
  },
  success: Schema.Struct({ links: Schema.Array(InviteLink), next: Schema.NullOr(Schema.String) }),
  error: failures(ConversationNotFound, NotMember, Forbidden),
}) {}

/**
 * Ends a link: nobody comes in with it any more. One that there is not: nothing changes. The owner and moderators revoke
 * any link, others their own.
 */
export class RevokeInviteLink extends Rpc.make("RevokeInviteLink", {
  payload: { commandId: CommandId, conversation: ConversationId, link: Seq },
  success: Receipt,
  error: failures(ConversationNotFound, NotMember, Forbidden, IdTaken),
}) {}

const pages = { after: Schema.optionalKey(PageCursor), limit: Schema.optionalKey(PageSize) }

/**
 * Invites somebody to a room: until it ends, they come in with `JoinRoom` and nothing else, also into a private room or one
 * with a password, for as long as who invited them may invite there. Invited already: nothing changes. Somebody who has
 * blocked the caller never gets it, and the caller is not told; invited again after the block has ended, they get it.
 * A member: `AlreadyMember`. An account has only so many invitations (`invitations` in the server's settings): `TooLarge`.
 */
export class InviteToRoom extends Rpc.make("InviteToRoom", {
  payload: { commandId: CommandId, conversation: ConversationId, user: UserId },
  success: AccountReceipt,
  error: failures(
    ConversationNotFound,
    NotMember,
    Forbidden,
    UserNotFound,
    AlreadyMember,
    UserBlocked,
    TooLarge,
    IdTaken,
  ),
}) {}

/**
 * Takes an invitation back, which who was invited is told. None that there is: nothing changes. The owner and moderators
 * revoke any invitation, others their own.
 */
export class RevokeInvitation extends Rpc.make("RevokeInvitation", {
  payload: { commandId: CommandId, conversation: ConversationId, user: UserId },
  success: AccountReceipt,
  error: failures(ConversationNotFound, NotMember, Forbidden, IdTaken),
}) {}

/** Says no to an invitation; nobody is told, but it is not in the room's list any more. Not invited: nothing changes. */
export class DeclineInvitation extends Rpc.make("DeclineInvitation", {
  payload: { commandId: CommandId, conversation: ConversationId },
  success: AccountReceipt,
  error: failures(IdTaken),
}) {}

/** The rooms that the caller is invited to, as they are now; the oldest invitation first. */
export class ListInvitations extends Rpc.make("ListInvitations", {
  payload: pages,
  success: Schema.Struct({ invitations: Schema.Array(Invitation), next: Schema.NullOr(Schema.String) }),
  error: failures(),
}) {}

/** Who is invited to a room, the oldest invitation first; for those who may invite there. */
export class ListRoomInvitations extends Rpc.make("ListRoomInvitations", {
  payload: { conversation: ConversationId, ...pages },
  success: Schema.Struct({ invitations: Schema.Array(SentInvitation), next: Schema.NullOr(Schema.String) }),
  error: failures(ConversationNotFound, NotMember, Forbidden),
}) {}

export class InviteRpcs extends RpcGroup.make(
  CreateInviteLink,
  ListInviteLinks,
  RevokeInviteLink,
  InviteToRoom,
  RevokeInvitation,
  DeclineInvitation,
  ListInvitations,
  ListRoomInvitations,
).middleware(Authentication) {}
