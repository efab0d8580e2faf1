// What people tell each other of how far they have got.
import { isDeepStrictEqual } from "node:util"
import { isMarked, reach, receiptsOf } from "../world/marks.ts"
import { headOf, type World } from "../world/World.ts"
import type { Answer, Of } from "./Command.ts"
import { happen, type Outcome, unchanged } from "./outcome.ts"
import type { Judgement } from "./positions.ts"

/** What does not apply is left out, so that it is never refused. */
export const delivered = (world: World, { actor, conversations }: Of<"Delivered">, answer: Answer): Judgement => {
  if (answer._tag !== "Done") return { expected: "nothing" }
  if (!receiptsOf(world, actor).delivered) return { world }
  const next = conversations.reduce((after, { conversation, seq }) => {
    const reached = Math.min(seq, headOf(after, conversation))
    return isMarked(after, conversation, actor) ? reach(after, conversation, actor, { delivered: reached }) : after
  }, world)
  return { world: next }
}

export const setReceipts = (world: World, command: Of<"SetReceipts">, answer: Answer): Outcome => {
  const { actor, read, delivered } = command
  if (isDeepStrictEqual(receiptsOf(world, actor), { read, delivered })) return unchanged(world, command, actor)
  return happen(world, command, actor, { type: "ReceiptsChanged", read, delivered }, answer)
}
