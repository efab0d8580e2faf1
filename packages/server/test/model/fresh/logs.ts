// A log that was read anew, held against the model.
import { type ConversationId, type UserId } from "@chat/domain/Ids"
import { isDeepStrictEqual } from "node:util"
import type { Items, Refused } from "./fetch.ts"
import { type Say, show } from "./problems.ts"
import { headOf, logOf, type World } from "../world/World.ts"
import type { Fact } from "../world/facts.ts"
import { dataOf } from "../world/events.ts"
import { canSee, isFor, stretchesAt } from "../world/rooms.ts"

type Event = Extract<Items[number], { readonly _tag: "Event" }>

export const logProblems = (
  world: World,
  user: UserId,
  id: UserId | ConversationId,
  found: ReadonlyArray<Items[number]> | Refused,
  say: Say,
): void => {
  const happened = logOf(world, id)
  const stretches = stretchesAt(happened, user)
  if ("refused" in found) {
    if (stretches.length > 0) say(`log ${id}`, found, "its events")
    return
  }
  let at = 0
  for (const item of found) {
    const [from, to] = item._tag === "Skip" ? [item.from, item.to] : [item.event.seq, item.event.seq]
    if (from !== at + 1 || to < from) say(`log ${id}`, item, `what follows ${at}`)
    for (let seq = from; seq <= to; seq++) {
      const isVisible = isFor(happened, user, stretches, seq)
      if (isVisible !== (item._tag === "Event")) say(`log ${id}`, item, isVisible ? "an event" : "a Skip")
    }
    if (item._tag === "Event") eventProblems(world, user, id, item, say)
    at = to
  }
  const last = Math.max(0, ...stretches.map(({ to }) => Math.min(to, headOf(world, id))))
  if (at !== last || !canSee(stretches, last)) say(`log ${id}`, `ends at ${at}`, last)
}

const eventProblems = (world: World, user: UserId, id: UserId | ConversationId, { event }: Event, say: Say): void => {
  const happening = logOf(world, id)[event.seq - 1]
  if (happening === undefined) return say(`log ${id}`, event, "nothing")
  const { fact, actor, at } = happening
  // Which session it was is not the model's business.
  const data = fact.type === "SessionStarted" ? event.data : dataOf(world, user, id, event.seq)
  const expected = {
    type: fact.type,
    actor: isUnsigned(fact) ? null : world.users.get(actor),
    at: at ?? event.at,
    data,
  }
  const found = { type: event.type, actor: event.actor, at: event.at, data: known(event) }
  if (!isDeepStrictEqual(JSON.parse(show(found)), JSON.parse(show(expected)))) say(`log ${id}`, found, expected)
}

// Who takes an invitation back, and who bans, is known to members.
const isUnsigned = (fact: Fact): boolean =>
  fact.type === "InvitationEnded" && (fact.outcome === "revoked" || fact.outcome === "void")

// When an account began is not the model's business.
const known = ({ data }: Event["event"]): unknown => {
  if (!("account" in data)) return data
  const { createdAt: _, ...account } = data.account
  return { ...data, account }
}
