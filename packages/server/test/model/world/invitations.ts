// Who is invited where, and which links lead into rooms.
import type { ConversationId, UserId } from "@chat/domain/Ids"
import type { InvitationOutcome } from "@chat/domain/Invite"
import type { Timestamp } from "@chat/domain/Values"
import type { InvitedRoom } from "./facts.ts"
import { membersAt, roleAt, roomAt } from "./rooms.ts"
import { append, type Log, logOf, pair, upTo, type World } from "./World.ts"

/** An invitation that stands: who made it, and by whose it was received. */
export interface Invited {
  readonly conversation: ConversationId
  readonly user: UserId
  readonly by: UserId
  readonly at: Timestamp | undefined
  readonly received: UserId | undefined
}

/** Whether somebody may invite to a room. */
export const mayInvite = (log: Log, user: UserId): boolean => {
  const role = roleAt(log, user)
  return role === "owner" || role === "moderator" || (role !== null && roomAt(log)?.settings.access === "public")
}

export const invitationOf = (world: World, conversation: ConversationId, user: UserId): Invited | undefined =>
  world.invitations.get(pair(conversation, user))

export const setInvitation = (world: World, invited: Invited): World => ({
  ...world,
  invitations: new Map(world.invitations).set(pair(invited.conversation, invited.user), invited),
})

/** Whether somebody comes in with their invitation; undefined: they know of none. */
export const letsIn = (world: World, conversation: ConversationId, user: UserId): boolean | undefined => {
  const received = invitationOf(world, conversation, user)?.received
  return received === undefined ? undefined : mayInvite(logOf(world, conversation), received)
}

/** An invitation ends, if there is one; it is told to who knows of it, unless they say so themselves. */
export const endInvitation = (
  world: World,
  { conversation, user }: Pick<Invited, "conversation" | "user">,
  outcome: InvitationOutcome,
): World => {
  const invited = invitationOf(world, conversation, user)
  if (invited === undefined) return world
  const invitations = new Map([...world.invitations].filter(([, other]) => other !== invited))
  const ended = { ...world, invitations }
  if (invited.received === undefined || outcome === "declined") return ended
  return append(ended, user, user, { type: "InvitationEnded", conversation, outcome })
}

export const endInvitationsTo = (world: World, conversation: ConversationId): World =>
  [...world.invitations.values()]
    .filter((invited) => invited.conversation === conversation)
    .reduce((after, invited) => endInvitation(after, invited, "void"), world)

/** What somebody has received, as their log has it after `until`: by room, with the room as it was then. */
export const receivedAt = (world: World, user: UserId, until?: number): ReadonlyMap<ConversationId, InvitedRoom> => {
  const received = new Map<ConversationId, InvitedRoom>()
  for (const [, { fact }] of upTo(logOf(world, user), until)) {
    if (fact.type === "InvitationReceived") received.set(fact.room.conversation, fact.room)
    if (fact.type === "InvitationEnded") received.delete(fact.conversation)
    if (fact.type !== "Blocked") continue
    for (const [id, { by }] of received) if (by === fact.user) received.delete(id)
  }
  return received
}

/** What a room is to who is invited to it by somebody. */
export const invitedRoom = (world: World, conversation: ConversationId, by: UserId): InvitedRoom | undefined => {
  const log = logOf(world, conversation)
  const settings = roomAt(log)?.settings
  if (settings === undefined) return undefined
  return { conversation, name: settings.name, topic: settings.topic, memberCount: membersAt(log).size, by }
}

/** A link that has neither been revoked nor used up. */
export interface Link {
  readonly link: number
  readonly by: UserId
  readonly at: Timestamp | undefined
  readonly token: string
  readonly expiresAt: Timestamp | null
  readonly uses: number | null
  readonly used: number
}

export const linksInto = (log: Log): ReadonlyArray<Link> => {
  const links = new Map<number, Link>()
  for (const [seq, { fact, actor, at }] of upTo(log)) {
    if (fact.type === "InviteLinkMade") {
      const { token, uses, expiresAt } = fact
      links.set(seq, { link: seq, by: actor, at, token, uses, expiresAt, used: 0 })
    }
    if (fact.type === "InviteLinkRevoked") links.delete(fact.link)
    if (fact.type === "RoomDeleted") links.clear()
    const used = fact.type === "MemberJoined" && fact.link !== undefined ? links.get(fact.link) : undefined
    if (used === undefined) continue
    if (used.used + 1 === used.uses) links.delete(used.link)
    else links.set(used.link, { ...used, used: used.used + 1 })
  }
  return [...links.values()].toSorted((a, b) => b.link - a.link)
}

/** The link with this token, if it lets in. */
export const goodLink = (log: Log, token: string): Link | undefined =>
  linksInto(log).find((link) => link.token === token && mayInvite(log, link.by))
