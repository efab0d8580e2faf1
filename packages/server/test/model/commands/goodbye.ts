// An account is deleted, and what it leaves behind is cleared away.
import type { ConversationId, UserId } from "@chat/domain/Ids"
import { type Emoji, Username } from "@chat/domain/Values"
import { contactsOf } from "../world/contacts.ts"
import type { Fact } from "../world/facts.ts"
import { isGroup } from "../world/groups.ts"
import { moveAgain } from "../world/marks.ts"
import { plainAt } from "../world/messages.ts"
import { profileOf, renamed } from "../world/people.ts"
import { isRoom, membersAt, roleAt, stretchesAt } from "../world/rooms.ts"
import { append, conversationsIn, logOf, upTo, userOf, type World } from "../world/World.ts"
import { removed } from "./messages.ts"

/** What takes an order that only the server knows: a reaction that goes. */
export interface Withdrawn {
  readonly conversation: ConversationId
  readonly message: number
  readonly emoji: Emoji
}

/** What they wrote is gone for everybody. */
export const eraseMessages = (world: World, user: UserId): World =>
  conversationsIn(world).reduce((before, id) => {
    if (stretchesAt(logOf(before, id), user).length === 0) return before
    return upTo(logOf(before, id)).reduce((after, [seq, { fact, actor }]) => {
      const isTheirs = fact.type === "MessagePosted" && actor === user
      return isTheirs && plainAt(after, undefined, id, seq).deletedAt === null ? removed(after, id, user, seq) : after
    }, before)
  }, world)

/** The reactions of somebody that others see. */
export const reactionsOf = (world: World, user: UserId): ReadonlyArray<Withdrawn> =>
  conversationsIn(world).flatMap((conversation) => {
    const last = new Map<string, Withdrawn | undefined>()
    for (const [, { fact, actor, onlyFor }] of upTo(logOf(world, conversation))) {
      if (fact.type === "MessageDeleted")
        for (const key of last.keys()) if (key.startsWith(`${fact.message}/`)) last.delete(key)
      if (fact.type === "RoomDeleted") last.clear()
      if (actor !== user || onlyFor !== undefined) continue
      if (fact.type !== "ReactionAdded" && fact.type !== "ReactionRemoved") continue
      const { message, emoji } = fact
      last.set(`${message}/${emoji}`, fact.type === "ReactionAdded" ? { conversation, message, emoji } : undefined)
    }
    return [...last.values()].filter((one) => one !== undefined)
  })

export const withdraw = (world: World, user: UserId, { conversation, message, emoji }: Withdrawn): World =>
  append(world, conversation, user, { type: "ReactionRemoved", message, emoji })

/** Whoever has been a moderator longest, or a member where there is none. */
const heirOf = (world: World, id: ConversationId, owner: UserId): UserId | undefined => {
  const log = logOf(world, id)
  const rank = (user: UserId) => (roleAt(log, user) === "moderator" ? 0 : 1)
  const others = [...membersAt(log)].filter(([user]) => user !== owner)
  return others.toSorted(([a, left], [b, right]) => rank(a) - rank(b) || left - right || (a < b ? -1 : 1))[0]?.[0]
}

const leave = (world: World, id: ConversationId, user: UserId): World => {
  const log = logOf(world, id)
  if (!membersAt(log).has(user) || !(isRoom(log) || isGroup(log))) return world
  const heir = roleAt(log, user) === "owner" ? heirOf(world, id, user) : undefined
  const handed: Fact | undefined = heir === undefined ? undefined : { type: "RoomTransferred", from: user, to: heir }
  const before = handed === undefined ? world : append(world, id, user, handed)
  return append(before, id, user, { type: "MemberLeft", user, reason: "left" })
}

/** Nothing is between two people any more. */
const forget = (world: World, user: UserId, other: UserId): World => {
  const [own, theirs] = [contactsOf(world, user), contactsOf(world, other)]
  const tell = (after: World, fact: Fact) => append(after, other, user, fact)
  const ended = { type: "FriendRequestEnded", user } as const
  let next = world
  if (own.friends.has(other)) next = tell(next, { type: "FriendRemoved", user })
  if (theirs.received.has(user)) next = tell(next, { ...ended, outcome: "cancelled", direction: "received" })
  if (theirs.sent.has(user)) next = tell(next, { ...ended, outcome: "declined", direction: "sent" })
  return own.blocks.has(other) ? moveAgain(next, user, other) : next
}

/** What is left of somebody whose messages and reactions have gone, if they had to. */
export const depart = (world: World, user: UserId): World => {
  const left = conversationsIn(world).reduce((after, id) => leave(after, id, user), world)
  const others = [...world.users.keys()].filter((other) => other !== user)
  const alone = others.reduce((after, other) => forget(after, user, other), left)
  // Nobody can have such a name.
  const named = { ...profileOf(alone, user), username: Username.make(`deleted-${user.slice(-12)}`), name: null }
  const gone = renamed(alone, user, named)
  return {
    ...gone,
    users: new Map(gone.users).set(user, { ...userOf(gone, user), deleted: true }),
    departed: new Map(gone.departed).set(user, true),
    invitations: new Map([...gone.invitations].filter(([, invited]) => invited.user !== user)),
  }
}
