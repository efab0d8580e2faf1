// What is kept beside the logs, of which only the last counts.
import { headOf, type World } from "../world/World.ts"
import { positionOf } from "../world/conversations.ts"
import { move } from "../world/positions.ts"
import type { Answer, BesideTag, Of } from "./Command.ts"
import { standing } from "./outcome.ts"

/** The world after a command, or what the answer should have been in it. */
export type Judgement = { readonly world: World } | { readonly expected: string }

export const changePosition = (world: World, command: Of<BesideTag>, answer: Answer): Judgement => {
  const { actor, conversation } = command
  const refusal = standing(world, conversation, actor)
  if (refusal !== undefined) {
    return answer._tag === "Refused" && answer.error === refusal ? { world } : { expected: refusal }
  }
  const next = positionAfter(world, command)
  const expected = positionOf(next, conversation, actor)
  const agrees =
    answer._tag === "Position" && answer.position.seq === expected.seq && answer.position.rev === expected.rev
  return agrees ? { world: next } : { expected: `Position ${expected.seq} rev ${expected.rev}` }
}

const positionAfter = (world: World, command: Of<BesideTag>): World => {
  const { actor, conversation } = command
  if (command.type === "SetNotifications") {
    const { level, until } = command
    const notifications = level === "all" ? undefined : { level, ...(until === undefined ? {} : { until }) }
    return move(world, conversation, actor, { notifications })
  }
  const before = positionOf(world, conversation, actor).seq
  if (command.type === "MarkUnread") {
    const seq = Math.max(0, command.seq - 1)
    return seq < before ? move(world, conversation, actor, { seq }) : world
  }
  const seq = Math.min(command.seq, headOf(world, conversation))
  return seq > before ? move(world, conversation, actor, { seq }) : world
}
