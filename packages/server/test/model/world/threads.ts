// How far people have read in threads, and which threads they are in.
import type { ConversationId, UserId } from "@chat/domain/Ids"
import type { ThreadPosition, ThreadSummary } from "@chat/domain/Thread"
import { Seq } from "@chat/domain/Values"
import { countsAt, messageAt, visibleMessages } from "./messages.ts"
import { isFor, stretchesAt } from "./rooms.ts"
import { type Log, logOf, pair, type World } from "./World.ts"

const keyOf = (user: UserId, id: ConversationId, thread: number): string => `${pair(user, id)}/${thread}`

/** Every position that somebody has had in a thread, the last one last. */
export const readingsOf = (world: World, id: ConversationId, user: UserId, thread: number): ReadonlyArray<number> =>
  world.threadPositions.get(keyOf(user, id, thread)) ?? []

/** The world in which somebody has read in a thread up to `seq`. */
export const moveInThread = (world: World, id: ConversationId, user: UserId, thread: number, seq: number): World => {
  const readings = [...readingsOf(world, id, user, thread), seq]
  return { ...world, threadPositions: new Map(world.threadPositions).set(keyOf(user, id, thread), readings) }
}

const positionIn = (world: World, id: ConversationId, user: UserId, thread: number): ThreadPosition["position"] => {
  const readings = readingsOf(world, id, user, thread)
  return { seq: Seq.make(readings.at(-1) ?? 0), rev: readings.length }
}

/** The messages that have begun a thread, or could. */
const rootsOf = (log: Log): ReadonlyArray<number> =>
  log.flatMap(({ fact }, index) => (fact.type === "MessagePosted" && fact.thread === undefined ? [index + 1] : []))

/** How far somebody has read in the threads of a conversation in which they have said so. */
export const threadPositions = (world: World, id: ConversationId, user: UserId): ReadonlyArray<ThreadPosition> =>
  world.threadPositions.size === 0
    ? []
    : rootsOf(logOf(world, id)).flatMap((root) =>
        readingsOf(world, id, user, root).length === 0
          ? []
          : [{ thread: Seq.make(root), position: positionIn(world, id, user, root) }],
      )

/** Whether anybody has said of a message that it began a thread, or that they have read up to it in one. */
export const isReadInThread = (world: World, id: string, seq: number): boolean =>
  [...world.threadPositions].some(([key, readings]) => {
    const [, conversation, thread] = key.split("/")
    return conversation === id && (Number(thread) === seq || (readings.at(-1) ?? 0) >= seq)
  })

/** Whether a place is one where a thread begins, as somebody sees it. */
export const isRoot = (world: World, id: ConversationId, user: UserId, seq: number): boolean => {
  const log = logOf(world, id)
  const fact = log[seq - 1]?.fact
  return fact?.type === "MessagePosted" && fact.thread === undefined && isFor(log, user, stretchesAt(log, user), seq)
}

/** The threads of a conversation that somebody began, wrote in, is mentioned in or has marked as read. */
export const threadsOf = (world: World, id: ConversationId, user: UserId): ReadonlyArray<ThreadSummary> => {
  const log = logOf(world, id)
  const visible = visibleMessages(log, user)
  return rootsOf(log).flatMap((place) => {
    if (!isRoot(world, id, user, place)) return []
    const root = messageAt(world, user, id, place)
    if (root.replies === 0) return []
    const within = visible.map((seq) => messageAt(world, user, id, seq)).filter(({ thread }) => thread === place)
    const own = within.filter(({ author }) => author.id === user)
    const { seq: marked, rev } = positionIn(world, id, user, place)
    const isIn = root.author.id === user || own.length > 0 || rev > 0 || within.some((m) => m.mentions.includes(user))
    if (!isIn) return []
    const seq = Seq.make(Math.max(marked, own.at(-1)?.seq ?? 0))
    return [{ root, position: { seq, rev }, ...countsAt(world, id, user, { position: seq, thread: place }) }]
  })
}

/** What there is in a thread, for somebody. */
export const saidInThread = (world: World, id: ConversationId, user: UserId, root: number) =>
  visibleMessages(logOf(world, id), user)
    .map((seq) => messageAt(world, user, id, seq))
    .filter(({ thread }) => thread === root)
