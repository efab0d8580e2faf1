// Conversations as lists have them.
import type { Conversation } from "@chat/domain/Conversation"
import type { ConversationId, UserId } from "@chat/domain/Ids"
import { Seq } from "@chat/domain/Values"
import { headOf, known, type Log, logOf, upTo, userOf, type World } from "./World.ts"
import { countsAt, messageAt, visibleMessages } from "./messages.ts"
import { positionAt, revOf } from "./positions.ts"
import { threadPositions } from "./threads.ts"
import { membersAt, roleAt, roomAt, stretchesAt } from "./rooms.ts"

export const positionOf = (world: World, id: ConversationId, user: UserId): Conversation["position"] => ({
  seq: Seq.make(positionAt(world, id, user).seq),
  rev: revOf(world, id, user),
})

const kinds = { RoomCreated: "room", DirectOpened: "direct", GroupOpened: "group" } as const

const kindOf = (log: Log): Conversation["kind"] | undefined => {
  const type = log[0]?.fact.type
  return type === "RoomCreated" || type === "DirectOpened" || type === "GroupOpened" ? kinds[type] : undefined
}

/** Who besides the viewer is in a group, in the order of joining. */
const peopleIn = (world: World, log: Log, user: UserId, until: number) =>
  [...membersAt(log, until)]
    .filter(([id]) => id !== user)
    .toSorted(([a, left], [b, right]) => left - right || (a < b ? -1 : 1))
    .map(([id]) => userOf(world, id))

/** What a conversation that is no room has of what is set for rooms. */
const nothingSet = {
  name: null,
  topic: null,
  history: "all",
  access: "private",
  slowMode: 0,
  readOnly: false,
  memberLimit: 0,
  archived: false,
} as const

/**
 * A conversation as a member's list has it as of `until`, with the position given; without its mark. What they have hidden
 * later does not count yet: the next position says so.
 */
export const conversationAt = (
  world: World,
  id: ConversationId,
  user: UserId,
  until = headOf(world, id),
  position = positionOf(world, id, user),
): Omit<Conversation, "mark"> => {
  const log = logOf(world, id)
  const first = log[0]
  const room = roomAt(log, until)?.settings
  const kind = kindOf(log)
  if (kind === undefined) throw new Error(`${id} did not begin`)
  const open = stretchesAt(log, user, until).find(({ to }) => to === Infinity)
  const last = visibleMessages(log, user, until).at(-1)
  const { notifications, own } = positionAt(world, id, user, position.rev)
  const threads = threadPositions(world, id, user)
  const peer = first?.fact.type === "DirectOpened" ? first.fact.members.find((member) => member !== user) : undefined
  return {
    id,
    kind,
    ...(room ?? nothingSet),
    peer: peer === undefined ? null : userOf(world, peer),
    ...(kind === "group" ? { people: peopleIn(world, log, user, until) } : {}),
    role: roleAt(log, user, until),
    createdAt: known(first?.at),
    memberCount: membersAt(log, until).size,
    from: Seq.make(open?.from ?? 0),
    lastMessage: last === undefined ? null : messageAt(world, user, id, last, until),
    position,
    ...countsAt(world, id, user, { position: position.seq, until, own }),
    ...(threads.length === 0 ? {} : { threads }),
    ...(notifications === undefined ? {} : { notifications }),
    seq: Seq.make(until),
  }
}

/** The conversations that an account's log says can be seen after `until`. */
export const openConversations = (world: World, user: UserId, until = Infinity): ReadonlySet<ConversationId> => {
  const open = new Set<ConversationId>()
  for (const [, { fact }] of upTo(logOf(world, user), until)) {
    if (fact.type === "ConversationAppeared") open.add(fact.conversation)
    else if (fact.type === "ConversationGone") open.delete(fact.conversation)
  }
  return open
}

/** The list of conversations, the newest first. */
export const conversationList = (world: World, user: UserId): ReadonlyArray<Omit<Conversation, "mark">> =>
  [...openConversations(world, user)]
    .map((id) => conversationAt(world, id, user))
    .toSorted((a, b) => {
      const [left, right] = [a.lastMessage?.postedAt ?? a.createdAt, b.lastMessage?.postedAt ?? b.createdAt]
      return left === right ? (a.id < b.id ? 1 : -1) : left < right ? 1 : -1
    })

/** Members as a list has them. */
export const memberList = (world: World, id: ConversationId) =>
  [...membersAt(logOf(world, id))]
    .map(([user, joined]) => ({
      user: userOf(world, user),
      joined: Seq.make(joined),
      role: roleAt(logOf(world, id), user),
    }))
    .toSorted((a, b) => a.joined - b.joined || (a.user.id < b.user.id ? -1 : 1))
