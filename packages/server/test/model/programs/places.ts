// Where something is done: which conversation, which message.
import type { ConversationId, MessageId, UserId } from "@chat/domain/Ids"
import { peerOf } from "../world/contacts.ts"
import { openConversations } from "../world/conversations.ts"
import { isDeleted, isRoom, membersAt } from "../world/rooms.ts"
import { conversationsIn, logOf, type World } from "../world/World.ts"
import { withUser } from "./random.ts"

// Negative numbers count from the newest.
export const nth = <A>(items: ReadonlyArray<A>, n: number): A | undefined =>
  n < 0 ? items.at(n) : items[n % items.length]

const directWith = (world: World, user: UserId, other: number): ConversationId | undefined => {
  const peer = nth([...world.users.keys()], other)
  return conversationsIn(world).find((id) => peerOf(logOf(world, id), user) === peer)
}

/** Mostly one that the user is in; sometimes one that they have nothing to do with. */
export const conversationFor = (world: World, user: UserId, where: number): ConversationId | undefined => {
  if (where <= withUser(0)) return directWith(world, user, withUser(0) - where)
  const own = [...openConversations(world, user)]
  const all = conversationsIn(world)
  return where % 7 === 0 || own.length === 0 ? nth(all, where) : nth(own, where)
}

export const roomFor = (world: World, user: UserId, where: number): ConversationId | undefined => {
  const outside = conversationsIn(world).filter((id) => {
    const log = logOf(world, id)
    return isRoom(log) && !isDeleted(log) && !membersAt(log).has(user)
  })
  return outside.length === 0 || where % 7 === 0 ? conversationFor(world, user, where) : nth(outside, where)
}

export const messageFor = (
  world: World,
  conversation: ConversationId,
  user: UserId,
  what: number,
): MessageId | undefined => {
  const posted = logOf(world, conversation).flatMap(({ fact, actor }) =>
    fact.type === "MessagePosted" ? [{ id: fact.id, actor }] : [],
  )
  const own = posted.filter(({ actor }) => actor === user)
  // The newest are changed most, while people look at them.
  const recent = own.slice(-3)
  return nth(what % 9 === 0 || own.length === 0 ? posted : what % 3 === 0 ? own : recent, what)?.id
}

export const recentMessage = (world: World, conversation: ConversationId, what: number): MessageId | undefined =>
  nth(
    logOf(world, conversation)
      .flatMap(({ fact }) => (fact.type === "MessagePosted" ? [fact.id] : []))
      .slice(what % 5 === 0 ? 0 : -3),
    what,
  )
