// Groups, of which somebody may see nothing so far.
import type { ConversationId, UserId } from "@chat/domain/Ids"
import type { Fact } from "./facts.ts"
import { move } from "./positions.ts"
import { append, type Log, logOf, type World } from "./World.ts"

export const isGroup = (log: Log): boolean => log[0]?.fact.type === "GroupOpened"

/** The same without that somebody sees nothing of it. */
const shown = (fact: Fact, user: UserId): Fact => {
  if (fact.type === "MemberAdded" && fact.user === user) return { ...fact, isUnseen: false }
  if (fact.type !== "GroupOpened") return fact
  return { ...fact, unseenBy: fact.unseenBy.filter((other) => other !== user) }
}

/** A group is there from now on for somebody who is in it and had seen nothing of it. */
export const revealGroup = (world: World, id: ConversationId, user: UserId): World => {
  const log = logOf(world, id).map((happening) => ({ ...happening, fact: shown(happening.fact, user) }))
  const seen = { ...world, logs: new Map(world.logs).set(id, log) }
  const appeared = append(seen, user, user, { type: "ConversationAppeared", conversation: id, from: 1 })
  return move(appeared, id, user, { seq: 0 })
}
