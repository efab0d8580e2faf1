// How far people have got, as they tell it to each other.
import type { ConversationId, UserId } from "@chat/domain/Ids"
import { mostMarked, type ReadMarks, type Receipts } from "@chat/domain/ReadMarks"
import { Seq } from "@chat/domain/Values"
import { contactsOf } from "./contacts.ts"
import { membersAt } from "./rooms.ts"
import { logOf, pair, upTo, type World } from "./World.ts"

/** How far somebody has got, and how often that has moved. */
export interface Reached {
  readonly delivered: number
  readonly read: number
  readonly rev: number
}

/** Which marks an account sends after `until` of its log. */
export const receiptsOf = (world: World, account: UserId, until?: number): Receipts => {
  let receipts: Receipts = { read: true, delivered: true }
  for (const [, { fact }] of upTo(logOf(world, account), until)) {
    if (fact.type === "ReceiptsChanged") receipts = { read: fact.read, delivered: fact.delivered }
  }
  return receipts
}

export const reachedBy = (world: World, id: ConversationId, user: UserId): Reached | undefined =>
  world.marks.get(pair(user, id))

/** The world in which somebody has got at least so far. */
export const reach = (
  world: World,
  id: ConversationId,
  user: UserId,
  { read = 0, delivered }: { readonly read?: number; readonly delivered: number },
): World => {
  const before = reachedBy(world, id, user)
  if (before !== undefined && before.read >= read && (read > 0 || before.delivered >= delivered)) return world
  const after = {
    read: Math.max(before?.read ?? 0, read),
    delivered: Math.max(before?.delivered ?? 0, delivered),
    rev: (before?.rev ?? 0) + 1,
  }
  return { ...world, marks: new Map(world.marks).set(pair(user, id), after) }
}

/** Whether marks are told there at all. */
export const isMarked = (world: World, id: ConversationId, user: UserId): boolean => {
  const members = membersAt(logOf(world, id))
  return members.has(user) && members.size <= mostMarked
}

const silentKey = (viewer: UserId, account: UserId, id: string): string => `${viewer}/${account}/${id}`

const isIn = (world: World, user: UserId, id: string): boolean => membersAt(logOf(world, id)).has(user)

/** From now on the marks of an account stand still for somebody whom it has blocked. */
export const standStill = (world: World, account: UserId, viewer: UserId): World => {
  const still = new Map(world.stillMarks)
  for (const [key, reached] of world.marks) {
    const [user, id = ""] = key.split("/")
    if (user === account && isIn(world, viewer, id)) still.set(silentKey(viewer, account, id), reached)
  }
  return { ...world, stillMarks: still }
}

/** They move again; what moved in the meantime moves now. */
export const moveAgain = (world: World, account: UserId, viewer: UserId): World => {
  const [marks, still] = [new Map(world.marks), new Map(world.stillMarks)]
  for (const [key, reached] of world.marks) {
    const [user, id = ""] = key.split("/")
    if (user !== account || !isIn(world, viewer, id)) continue
    const isSame = still.get(silentKey(viewer, account, id))?.rev === reached.rev
    if (!isSame) marks.set(key, { ...reached, rev: reached.rev + 1 })
  }
  for (const key of still.keys()) if (key.startsWith(`${viewer}/${account}/`)) still.delete(key)
  return { ...world, marks, stillMarks: still }
}

/** How far the others have got, as somebody is told. */
export const marksFor = (world: World, id: ConversationId, viewer: UserId): ReadonlyArray<ReadMarks> => {
  const told = receiptsOf(world, viewer)
  if (!isMarked(world, id, viewer) || (!told.read && !told.delivered)) return []
  const { blocks } = contactsOf(world, viewer)
  return [...membersAt(logOf(world, id)).keys()].toSorted().flatMap((user) => {
    if (user === viewer || blocks.has(user)) return []
    const isSilent = contactsOf(world, user).blocks.has(viewer)
    const reached = isSilent ? world.stillMarks.get(silentKey(viewer, user, id)) : reachedBy(world, id, user)
    if (reached === undefined) return []
    const read = told.read ? reached.read : 0
    return [
      { user, delivered: Seq.make(told.delivered ? reached.delivered : read), read: Seq.make(read), rev: reached.rev },
    ]
  })
}
