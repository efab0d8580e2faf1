// Invitations and links, held against the model. When one was received, the model was not told.
import type { ConversationId, UserId } from "@chat/domain/Ids"
import type { Invitation } from "@chat/domain/Invite"
import { isDeepStrictEqual } from "node:util"
import { inviteRefusal } from "../commands/invitations.ts"
import type { InvitedRoom } from "../world/facts.ts"
import { invitedRoom, linksInto } from "../world/invitations.ts"
import { isRoom } from "../world/rooms.ts"
import { known, logOf, userOf, type World } from "../world/World.ts"
import type { Fresh, FreshConversation } from "./fetch.ts"
import type { Say } from "./problems.ts"

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** Whether these are the invitations, the oldest first. */
export const invitationProblems = (
  world: World,
  found: ReadonlyArray<Invitation>,
  rooms: Iterable<InvitedRoom>,
  say: Say,
): void => {
  const byRoom = <A extends { readonly conversation: string }>(list: ReadonlyArray<A>) =>
    list.toSorted((a, b) => (a.conversation < b.conversation ? -1 : 1))
  const without = found.map(({ at: _, ...invitation }) => invitation)
  const expected = [...rooms].map((room) => ({ ...room, by: userOf(world, room.by) }))
  const isInOrder = found.every(({ at }, index) => index === 0 || (found[index - 1]?.at ?? "") <= at)
  if (!isInOrder || !isDeepStrictEqual(plain(byRoom(without)), plain(byRoom(expected)))) {
    say("invitations", found, expected)
  }
}

/** To rooms as they are now. */
export const receivedProblems = (world: World, user: UserId, { invitations }: Fresh, say: Say): void => {
  const rooms = [...world.invitations.values()].flatMap(({ conversation, user: invited, received }) => {
    const room = invited === user && received !== undefined ? invitedRoom(world, conversation, received) : undefined
    return room === undefined ? [] : [room]
  })
  invitationProblems(world, invitations, rooms, say)
}

/** Who is invited to a room, and the links into it, for those who may invite there. */
export const roomInvitationProblems = (
  world: World,
  user: UserId,
  id: ConversationId,
  { invited, links }: FreshConversation,
  say: Say,
): void => {
  if (!isRoom(logOf(world, id))) return
  const refused = inviteRefusal(world, id, user)
  const guests = [...world.invitations.values()]
    .filter(({ conversation }) => conversation === id)
    .map(({ user: guest, by, at }) => ({ user: userOf(world, guest), by: userOf(world, by), at: known(at) }))
    .toSorted((a, b) => (a.at === b.at ? (a.user.id < b.user.id ? -1 : 1) : a.at < b.at ? -1 : 1))
  const shouldInvite = refused === undefined ? guests : { refused }
  if (!isDeepStrictEqual(plain(invited), plain(shouldInvite))) say("invited", invited, shouldInvite)
  const ways = linksInto(logOf(world, id)).map(({ token: _, by, at, ...link }) => ({
    ...link,
    by: userOf(world, by),
    at: known(at),
  }))
  const shouldLead = refused === undefined ? ways : { refused }
  const sorted = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map((one: object) => Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1))))
      : value
  if (!isDeepStrictEqual(plain(sorted(links)), plain(sorted(shouldLead)))) say("links", links, shouldLead)
}
