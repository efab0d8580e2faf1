// Inviting people to rooms, and links into them.
import type { ConversationId, UserId } from "@chat/domain/Ids"
import { contactsOf } from "../world/contacts.ts"
import {
  endInvitation,
  invitationOf,
  invitedRoom,
  letsIn,
  linksInto,
  mayInvite,
  setInvitation,
} from "../world/invitations.ts"
import { membersAt, roleAt } from "../world/rooms.ts"
import { append, isThereStill, logOf, type World } from "../world/World.ts"
import { type Answer, type Of, rules } from "./Command.ts"
import { happen, type Outcome, said, unchanged } from "./outcome.ts"
import { knows } from "./rooms.ts"

/** Why somebody may not invite to a room. */
export const inviteRefusal = (world: World, conversation: ConversationId, actor: UserId): string | undefined => {
  const log = logOf(world, conversation)
  if (!knows(log, actor)) return "ConversationNotFound"
  if (!membersAt(log).has(actor)) return "NotMember"
  return mayInvite(log, actor) ? undefined : "Forbidden"
}

const guestRefusal = (world: World, { actor, conversation, user }: Of<"InviteToRoom">): string | undefined => {
  if (!isThereStill(world, user)) return "UserNotFound"
  if (membersAt(logOf(world, conversation)).has(user)) return "AlreadyMember"
  return contactsOf(world, actor).blocks.has(user) ? "UserBlocked" : undefined
}

export const inviteToRoom = (world: World, command: Of<"InviteToRoom">, answer: Answer): Outcome => {
  const { actor, conversation, user } = command
  const refusal = inviteRefusal(world, conversation, actor) ?? guestRefusal(world, command)
  if (refusal !== undefined) return { refused: refusal }
  const before = invitationOf(world, conversation, user)
  const arrives = !contactsOf(world, user).blocks.has(actor) && letsIn(world, conversation, user) !== true
  if (before !== undefined) return unchanged(arrives ? arrive(world, command) : world, command, actor)
  const waiting = [...world.invitations.values()].filter((invited) => invited.user === user)
  if (waiting.length >= rules.invitations) return { refused: "TooLarge" }
  const { world: sent, done } = happen(world, command, actor, { type: "InvitationSent", conversation, user }, answer)
  const invited = setInvitation(sent, { conversation, user, by: actor, at: done.at, received: undefined })
  return { done, world: arrives ? arrive(invited, command) : invited }
}

const arrive = (world: World, { actor, conversation, user }: Of<"InviteToRoom">): World => {
  const invited = invitationOf(world, conversation, user)
  const room = invitedRoom(world, conversation, actor)
  if (invited === undefined || room === undefined) return world
  const told = append(world, user, actor, { type: "InvitationReceived", room })
  return setInvitation(told, { ...invited, received: actor })
}

const moderates = (world: World, conversation: ConversationId, actor: UserId): boolean => {
  const role = roleAt(logOf(world, conversation), actor)
  return role === "owner" || role === "moderator"
}

export const revokeInvitation = (world: World, command: Of<"RevokeInvitation">, answer: Answer): Outcome => {
  const { actor, conversation, user } = command
  const refusal = inviteRefusal(world, conversation, actor)
  if (refusal !== undefined) return { refused: refusal }
  const invited = invitationOf(world, conversation, user)
  if (invited === undefined) return unchanged(world, command, actor)
  if (invited.by !== actor && !moderates(world, conversation, actor)) return { refused: "Forbidden" }
  const ended = endInvitation(world, command, "revoked")
  return happen(ended, command, actor, { type: "InvitationRevoked", conversation, user }, answer)
}

export const declineInvitation = (world: World, command: Of<"DeclineInvitation">, answer: Answer): Outcome => {
  const { actor, conversation } = command
  if (invitationOf(world, conversation, actor)?.received === undefined) return unchanged(world, command, actor)
  const ended = endInvitation(world, { conversation, user: actor }, "declined")
  return happen(ended, command, actor, { type: "InvitationEnded", conversation, outcome: "declined" }, answer)
}

export const createInviteLink = (world: World, command: Of<"CreateInviteLink">, answer: Answer): Outcome => {
  const { actor, conversation, uses = null, expiresAt = null } = command
  const refusal = inviteRefusal(world, conversation, actor)
  if (refusal !== undefined) return { refused: refusal }
  // What has ended already, programs put long ago.
  if (expiresAt !== null && expiresAt < "2020") return { refused: "BadRequest" }
  const token = said(answer)?.token ?? ""
  return happen(world, command, conversation, { type: "InviteLinkMade", token, uses, expiresAt }, answer)
}

export const revokeInviteLink = (world: World, command: Of<"RevokeInviteLink">, answer: Answer): Outcome => {
  const { actor, conversation, link } = command
  const refusal = inviteRefusal(world, conversation, actor)
  if (refusal !== undefined) return { refused: refusal }
  const found = linksInto(logOf(world, conversation)).find((one) => one.link === link)
  if (found === undefined) return unchanged(world, command, conversation)
  if (found.by !== actor && !moderates(world, conversation, actor)) return { refused: "Forbidden" }
  return happen(world, command, conversation, { type: "InviteLinkRevoked", link }, answer)
}
