// What people do with messages for themselves alone.
import { messageAt, plainAt } from "../world/messages.ts"
import { hiddenAt, move, revOf, starsOf } from "../world/positions.ts"
import type { World } from "../world/World.ts"
import type { Answer, Of } from "./Command.ts"
import { seenAt } from "./messages.ts"
import { happen, type Outcome, unchanged } from "./outcome.ts"

export const hideMessage = (world: World, command: Of<"HideMessage">, answer: Answer): Outcome => {
  const { actor, conversation, message } = command
  const seq = seenAt(world, command)
  if (seq === undefined || plainAt(world, actor, conversation, seq).deletedAt !== null) {
    return { refused: "MessageNotFound" }
  }
  if (hiddenAt(world, conversation, actor).has(seq)) return unchanged(world, command, actor)
  const fact = { type: "MessageHidden", conversation, messageId: message, seq } as const
  const { world: next, done } = happen(world, command, actor, fact, answer)
  // The count goes with the position.
  return { done, world: revOf(next, conversation, actor) === 0 ? next : move(next, conversation, actor, {}) }
}

export const starMessage = (world: World, command: Of<"StarMessage" | "UnstarMessage">, answer: Answer): Outcome => {
  const { actor, conversation, message, type } = command
  const star = starsOf(world, actor).find(({ fact }) => fact.messageId === message)?.fact
  if (type === "UnstarMessage") {
    if (star?.conversation !== conversation) return unchanged(world, command, actor)
    return happen(world, command, actor, { ...star, type: "MessageUnstarred" }, answer)
  }
  const seq = seenAt(world, command)
  if (seq === undefined || messageAt(world, actor, conversation, seq).body === null)
    return { refused: "MessageNotFound" }
  if (star !== undefined) return unchanged(world, command, actor)
  return happen(world, command, actor, { type: "MessageStarred", conversation, messageId: message, seq }, answer)
}
