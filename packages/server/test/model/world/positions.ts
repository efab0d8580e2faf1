// How far people have read, what they want to be told of, and what they have put away or aside for themselves.
import type { ConversationId, UserId } from "@chat/domain/Ids"
import type { OwnFact } from "./facts.ts"
import { headOf, logOf, onceFor, pair, type Position, upTo, type World } from "./World.ts"

const none: Position = { seq: 0, notifications: undefined, own: 0 }

/** The position with this `rev`, or the last one. */
export const positionAt = (world: World, id: ConversationId, user: UserId, rev?: number): Position => {
  const positions = world.positions.get(pair(user, id)) ?? []
  return (rev === undefined ? positions.at(-1) : positions[rev - 1]) ?? none
}

/** How often it has moved. */
export const revOf = (world: World, id: ConversationId, user: UserId): number =>
  world.positions.get(pair(user, id))?.length ?? 0

/** The next position of somebody: the last one with what is different. */
export const move = (
  world: World,
  id: ConversationId,
  user: UserId,
  change: Partial<Pick<Position, "seq" | "notifications">>,
): World => {
  const key = pair(user, id)
  const next = { ...positionAt(world, id, user), ...change, own: headOf(world, user) }
  return { ...world, positions: new Map(world.positions).set(key, [...(world.positions.get(key) ?? []), next]) }
}

const allOwn = onceFor((log) =>
  upTo(log).flatMap(([place, { fact, at }]) =>
    fact.type === "MessageHidden" || fact.type === "MessageStarred" || fact.type === "MessageUnstarred"
      ? [{ place, at, fact: fact satisfies OwnFact }]
      : [],
  ),
)

const ownFacts = (world: World, user: UserId, until = Infinity) =>
  allOwn(logOf(world, user)).filter(({ place }) => place <= until)

/** The places of the messages of a conversation that somebody has hidden from themselves, up to a place of their own log. */
export const hiddenAt = (world: World, id: ConversationId, user: UserId, until?: number): ReadonlySet<number> =>
  new Set(
    ownFacts(world, user, until).flatMap(({ fact }) =>
      fact.type === "MessageHidden" && fact.conversation === id ? [fact.seq] : [],
    ),
  )

/** What somebody has put aside, the last first, by the place of their own log that says so. */
export const starsOf = (world: World, user: UserId) => {
  const stars = new Map<string, ReturnType<typeof ownFacts>[number]>()
  for (const one of ownFacts(world, user)) {
    if (one.fact.type === "MessageStarred") stars.set(one.fact.messageId, one)
    if (one.fact.type === "MessageUnstarred") stars.delete(one.fact.messageId)
  }
  return [...stars.values()].toSorted((a, b) => b.place - a.place)
}

/** Whether anybody has hidden a message or put it aside. */
export const isKept = (world: World, id: string, seq: number): boolean =>
  [...world.users.keys()].some((user) =>
    ownFacts(world, user).some(({ fact }) => fact.conversation === id && fact.seq === seq),
  )
