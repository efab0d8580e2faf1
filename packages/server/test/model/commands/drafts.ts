// What people begin to write.
import { draft, draftAt, draftsOf } from "../world/drafts.ts"
import { isRoot } from "../world/threads.ts"
import type { World } from "../world/World.ts"
import { type Answer, length, type Of, rules } from "./Command.ts"
import { standing } from "./outcome.ts"
import type { Judgement } from "./positions.ts"

export const setDraft = (world: World, command: Of<"SetDraft">, answer: Answer): Judgement => {
  const refusal = refusalOf(world, command)
  if (refusal !== undefined) {
    return answer._tag === "Refused" && answer.error === refusal ? { world } : { expected: refusal }
  }
  const { actor, conversation, thread = 0, body } = command
  const before = draftAt(world, conversation, actor, thread)
  const isSame = (before?.body ?? null) === body
  const rev = (before?.rev ?? 0) + (isSame ? 0 : 1)
  if (answer._tag !== "Draft" || answer.rev !== rev) return { expected: `rev ${rev}` }
  return { world: isSame ? world : draft(world, conversation, actor, thread, body) }
}

const refusalOf = (world: World, { actor, conversation, thread, body }: Of<"SetDraft">): string | undefined => {
  if (body !== null && length(body) > rules.messageBody) return "TooLarge"
  const refusal = standing(world, conversation, actor)
  if (refusal !== undefined || body === null) return refusal
  if (thread !== undefined && !isRoot(world, conversation, actor, thread)) return "MessageNotFound"
  const others = draftsOf(world, actor).filter(
    (one) => one.conversation !== conversation || one.thread !== (thread ?? 0),
  )
  return others.length >= rules.drafts ? "TooLarge" : undefined
}
