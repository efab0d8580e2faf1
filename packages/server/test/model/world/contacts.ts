// Friends, requests and blocks, and what they do to conversations between two.
import { defaultPreferences } from "@chat/domain/Contact"
import type { ConversationId, UserId } from "@chat/domain/Ids"
import { append, type Log, logOf, upTo, type World } from "./World.ts"
import { move } from "./positions.ts"

/** Whom an account has to do with after `until` of its log. */
export const contactsOf = (world: World, account: UserId, until?: number) => {
  const lists = {
    friends: new Set<UserId>(),
    sent: new Set<UserId>(),
    received: new Set<UserId>(),
    blocks: new Set<UserId>(),
  }
  let preferences = defaultPreferences
  // Whoever has gone has nothing to do with anybody any more, though their log does not say so.
  const hasGone = until === undefined && world.departed.has(account)
  for (const [, { fact }] of upTo(logOf(world, account), until)) {
    if (fact.type === "FriendRequestSent") lists.sent.add(fact.user)
    else if (fact.type === "FriendRequestReceived") lists.received.add(fact.user)
    else if (fact.type === "FriendRequestEnded") lists[fact.direction].delete(fact.user)
    else if (fact.type === "FriendAdded") lists.friends.add(fact.user)
    else if (fact.type === "FriendRemoved") lists.friends.delete(fact.user)
    else if (fact.type === "Unblocked") lists.blocks.delete(fact.user)
    else if (fact.type === "PreferencesChanged") preferences = fact.preferences
    else if (fact.type === "Blocked") {
      lists.blocks.add(fact.user)
      lists.received.delete(fact.user)
    }
  }
  if (hasGone) for (const list of Object.values(lists)) list.clear()
  return { ...lists, preferences }
}

/** The other one of a conversation between two. */
export const peerOf = (log: Log, user: UserId): UserId | undefined => {
  const fact = log[0]?.fact
  return fact?.type === "DirectOpened" ? fact.members.find((member) => member !== user) : undefined
}

/** Set where the other one has blocked somebody: whatever they do there is for them alone. */
export const silencedIn = (world: World, id: string, user: UserId): UserId | undefined => {
  const peer = peerOf(logOf(world, id), user)
  return peer !== undefined && contactsOf(world, peer).blocks.has(user) ? user : undefined
}

/** Who of the two has seen nothing of a conversation so far. */
export const unseenBy = (log: Log): UserId | undefined => {
  const fact = log[0]?.fact
  return fact?.type === "DirectOpened" ? fact.unseenBy : undefined
}

/** A conversation is there from now on for who had seen nothing of it. */
export const reveal = (world: World, id: ConversationId): World => {
  const [first, ...rest] = logOf(world, id)
  const user = unseenBy(logOf(world, id))
  if (first?.fact.type !== "DirectOpened" || user === undefined) return world
  const fact = { type: "DirectOpened", members: first.fact.members } as const
  const shown = { ...world, logs: new Map(world.logs).set(id, [{ ...first, fact }, ...rest]) }
  const appeared = append(shown, user, user, { type: "ConversationAppeared", conversation: id, from: 1 })
  return move(appeared, id, user, { seq: 0 })
}
