// What is kept beside the logs, of which only the last counts.
import { headOf, type World } from "../world/World.ts"
import { positionOf } from "../world/conversations.ts"
import { move } from "../world/positions.ts"
import { isMarked, reach, reachedBy, receiptsOf } from "../world/marks.ts"
import { isRoot, moveInThread, readingsOf } from "../world/threads.ts"
import type { Answer, BesideTag, Of } from "./Command.ts"
import { standing } from "./outcome.ts"

type PositionTag = Exclude<BesideTag, "SetDraft" | "Delivered">

/** The world after a command, or what the answer should have been in it. */
export type Judgement = { readonly world: World } | { readonly expected: string }

export const changePosition = (world: World, command: Of<PositionTag>, answer: Answer): Judgement => {
  const { actor, conversation } = command
  const refusal = standing(world, conversation, actor)
  if (refusal !== undefined) {
    return answer._tag === "Refused" && answer.error === refusal ? { world } : { expected: refusal }
  }
  if (command.type === "MarkRead" && command.thread !== undefined) {
    return readThread(world, { ...command, thread: command.thread }, answer)
  }
  const next = positionAfter(world, command)
  const expected = positionOf(next, conversation, actor)
  const agrees =
    answer._tag === "Position" && answer.position.seq === expected.seq && answer.position.rev === expected.rev
  return agrees ? { world: next } : { expected: `Position ${expected.seq} rev ${expected.rev}` }
}

const readThread = (world: World, command: Of<"MarkRead"> & { readonly thread: number }, answer: Answer): Judgement => {
  const { actor, conversation, thread } = command
  if (!isRoot(world, conversation, actor, thread)) {
    const isRefused = answer._tag === "Refused" && answer.error === "MessageNotFound"
    return isRefused ? { world } : { expected: "MessageNotFound" }
  }
  const readings = readingsOf(world, conversation, actor, thread)
  const seq = Math.min(command.seq, headOf(world, conversation))
  const moves = seq > (readings.at(-1) ?? -1)
  const [last, rev] = moves ? [seq, readings.length + 1] : [readings.at(-1), readings.length]
  const agrees = answer._tag === "Position" && answer.position.seq === last && answer.position.rev === rev
  if (!agrees) return { expected: `Position ${last} rev ${rev} in ${thread}` }
  return { world: moves ? moveInThread(world, conversation, actor, thread, seq) : world }
}

const positionAfter = (world: World, command: Of<PositionTag>): World => {
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
  if (seq <= before) return world
  const moved = move(world, conversation, actor, { seq })
  const isTold = receiptsOf(world, actor).read && isMarked(world, conversation, actor)
  return isTold && seq > (reachedBy(world, conversation, actor)?.read ?? -1)
    ? reach(moved, conversation, actor, { read: seq, delivered: seq })
    : moved
}
