/** Ways into a room for those who could not come in by themselves. */
import * as Schema from "effect/Schema"
import { ConversationId } from "./Ids.ts"
import { User } from "./User.ts"
import { RoomName, Seq, Timestamp, Topic } from "./Values.ts"

/** What lets in: 43 characters of base64url. Whatever else it is, is `InviteInvalid`. */
export const InviteToken = Schema.String.check(Schema.isMaxLength(64))

/** How many people a link lets in. */
export const InviteUses = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))

/** A link that lets in whoever shows its token, for as long as who made it may invite. The token is told once. */
export const InviteLink = Schema.Struct({
  /** The `seq` of its `InviteLinkMade`, which is what it is called. */
  link: Seq,
  by: User,
  at: Timestamp,
  /** When it ends by itself; `null`: never. */
  expiresAt: Schema.NullOr(Timestamp),
  /** How many people it lets in in all; `null`: without a limit. */
  uses: Schema.NullOr(InviteUses),
  /** How many have come in with it. */
  used: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
})
export type InviteLink = typeof InviteLink.Type

/** All that somebody who is invited sees of a room, which may be a private one. */
export const invitedRoom = {
  conversation: ConversationId,
  name: RoomName,
  topic: Topic,
  memberCount: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
}

/**
 * An invitation as whoever is invited sees it; of a room there is one. In the log and in a snapshot of an account the room
 * is as it was when the invitation came, in `ListInvitations` as it is now.
 */
export const Invitation = Schema.Struct({
  ...invitedRoom,
  by: User,
  at: Timestamp,
})
export type Invitation = typeof Invitation.Type

/** An invitation as those see it who may invite to the room. */
export const SentInvitation = Schema.Struct({ user: User, by: User, at: Timestamp })
export type SentInvitation = typeof SentInvitation.Type

/**
 * How an invitation ended: they are a member, whichever way they came in; they declined; it was revoked; or there is
 * nothing to come into any more, because they were banned or the room is gone, or because their account was closed.
 */
export const InvitationOutcome = Schema.Literals(["joined", "declined", "revoked", "void"])
export type InvitationOutcome = typeof InvitationOutcome.Type
