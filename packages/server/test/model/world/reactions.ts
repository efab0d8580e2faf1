// What people put on messages.
import type { UserId } from "@chat/domain/Ids"
import type { Pin, Reaction } from "@chat/domain/Message"
import type { Emoji } from "@chat/domain/Values"
import { changesTo, known, type Log, logOf, upTo, userOf, type World } from "./World.ts"

/** That somebody reacted, at the place that says so. */
export interface Reacted {
  readonly user: UserId
  readonly emoji: Emoji
  readonly seq: number
}

/** The reactions that stand under the message at `message` after `until`, the oldest first; those that a viewer is told of. */
export const reactionsAt = (log: Log, message: number, until?: number, viewer?: UserId): ReadonlyArray<Reacted> => {
  let reactions: ReadonlyArray<Reacted> = []
  for (const [seq, { fact, actor }] of changesTo(log, message, viewer, until)) {
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
export const reactionsFor = (reactions: ReadonlyArray<Reacted>, viewer: UserId | undefined): ReadonlyArray<Reaction> =>
  [...new Set(reactions.map(({ emoji }) => emoji))].map((emoji) => {
    const such = reactions.filter((reaction) => reaction.emoji === emoji)
    return { emoji, count: such.length, mine: such.some(({ user }) => user === viewer) }
  })

/** Since when, and by whom, the message at `message` is pinned after `until`. */
export const pinAt = (world: World, id: string, message: number, until?: number, viewer?: UserId): Pin | null => {
  let pin: Pin | null = null
  for (const [, { fact, actor, at }] of changesTo(logOf(world, id), message, viewer, until)) {
    if (fact.type === "RoomDeleted") pin = null
    if (!("message" in fact) || fact.message !== message) continue
    if (fact.type === "MessagePinned") pin = { at: known(at), by: userOf(world, actor) }
    if (fact.type === "MessageUnpinned" || fact.type === "MessageDeleted") pin = null
  }
  return pin
}

/** The places of the messages that are pinned in a conversation as far as somebody is told. */
export const pinned = (world: World, id: string, viewer: UserId): ReadonlyArray<number> =>
  upTo(logOf(world, id)).flatMap(([seq, { fact }]) =>
    fact.type === "MessagePosted" && pinAt(world, id, seq, undefined, viewer) !== null ? [seq] : [],
  )
