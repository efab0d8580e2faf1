/**
 * Inviting to rooms. The owner and moderators invite, and in a public room every member (`mayInvite`); to whoever is not
 * a member a private room does not exist. Whoever is banned stays out, invited or not.
 */
import * as Schema from "effect/Schema"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import { Authentication } from "./Authentication.ts"
import { Receipt } from "./Conversation.ts"
import { ConversationNotFound, Forbidden, IdTaken, NotMember, failures } from "./Errors.ts"
import { CommandId, ConversationId } from "./Ids.ts"
import { InviteLink, InviteToken, InviteUses } from "./Invite.ts"
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

export class InviteRpcs extends RpcGroup.make(CreateInviteLink, ListInviteLinks, RevokeInviteLink).middleware(
  Authentication,
) {}
