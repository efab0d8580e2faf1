import type { Answer, Of } from "./Command.ts"
import { standing } from "./outcome.ts"
import { headOf, pair, type World } from "../world/World.ts"
import { positionOf } from "../world/conversations.ts"

/** The world after a command, or what the answer should have been in it. */
export type Judgement = { readonly world: World } | { readonly expected: string }

export const markRead = (world: World, command: Of<"MarkRead">, answer: Answer): Judgement => {
  const { actor, conversation, seq } = command
  const refusal = standing(world, conversation, actor)
  if (refusal !== undefined) {
    return answer._tag === "Refused" && answer.error === refusal ? { world } : { expected: refusal }
  }
  const key = pair(actor, conversation)
  const before = positionOf(world, conversation, actor)
  const reached = Math.min(seq, headOf(world, conversation))
  const moves = reached > before.seq
  const expected = moves ? { seq: reached, rev: before.rev + 1 } : before
  const agrees =
    answer._tag === "Position" && answer.position.seq === expected.seq && answer.position.rev === expected.rev
  if (!agrees) return { expected: `Position ${expected.seq} rev ${expected.rev}` }
  if (!moves) return { world }
  const places = [...(world.positions.get(key) ?? []), reached]
  return { world: { ...world, positions: new Map(world.positions).set(key, places) } }
}
