// What people put on messages.
import type { UserId } from "@chat/domain/Ids"
import type { Pin, Reaction } from "@chat/domain/Message"
import type { Emoji } from "@chat/domain/Values"
import { known, type Log, logOf, upTo, userOf, type World } from "./World.ts"

/** That somebody reacted, at the place that says so. */
export interface Reacted {
  readonly user: UserId
  readonly emoji: Emoji
  readonly seq: number
}

/** The reactions that stand under the message at `message` after `until`, the oldest first. */
export const reactionsAt = (log: Log, message: number, until = Infinity): ReadonlyArray<Reacted> => {
  let reactions: ReadonlyArray<Reacted> = []
  for (const [seq, { fact, actor }] of upTo(log, until)) {
    if (fact.type === "RoomDeleted") reactions = []
    if (!("message" in fact) || fact.message !== message) continue
    if (fact.type === "MessageDeleted") reactions = []
    if (fact.type === "ReactionAdded") reactions = [...reactions, { user: actor, emoji: fact.emoji, seq }]
    if (fact.type === "ReactionRemoved") {
      reactions = reactions.filter(({ user, emoji }) => user !== actor || emoji !== fact.emoji)
    }
  }
  return reactions
}

/** The same as a message shows it to somebody. */
export const reactionsFor = (reactions: ReadonlyArray<Reacted>, viewer: UserId): ReadonlyArray<Reaction> =>
  [...new Set(reactions.map(({ emoji }) => emoji))].map((emoji) => {
    const such = reactions.filter((reaction) => reaction.emoji === emoji)
    return { emoji, count: such.length, mine: such.some(({ user }) => user === viewer) }
  })

/** Since when, and by whom, the message at `message` is pinned after `until`. */
export const pinAt = (world: World, id: string, message: number, until = Infinity): Pin | null => {
  let pin: Pin | null = null
  for (const [, { fact, actor, at }] of upTo(logOf(world, id), until)) {
    if (fact.type === "RoomDeleted") pin = null
    if (!("message" in fact) || fact.message !== message) continue
    if (fact.type === "MessagePinned") pin = { at: known(at), by: userOf(world, actor) }
    if (fact.type === "MessageUnpinned" || fact.type === "MessageDeleted") pin = null
  }
  return pin
}

/** The places of the messages that are pinned in a conversation. */
export const pinned = (world: World, id: string): ReadonlyArray<number> =>
  upTo(logOf(world, id)).flatMap(([seq, { fact }]) =>
    fact.type === "MessagePosted" && pinAt(world, id, seq) !== null ? [seq] : [],
  )
