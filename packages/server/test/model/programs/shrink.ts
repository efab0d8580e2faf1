import * as Effect from "effect/Effect"
import type { Call, Step } from "./Program.ts"

/** Steps with something left out or made simpler, the boldest first. */
function* simpler(steps: ReadonlyArray<Step>): Generator<ReadonlyArray<Step>> {
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = steps.length - size; start > -size; start -= size) {
      yield steps.toSpliced(Math.max(0, start), size + Math.min(0, start))
    }
  }
  for (const [index, step] of steps.entries()) {
    if (step.do !== "commands") continue
    const { calls } = step
    if (calls.length > 1) {
      for (let left = 0; left < calls.length; left++) {
        yield steps.with(index, { ...step, calls: calls.toSpliced(left, 1) })
      }
    }
    for (const [at, call] of calls.entries()) {
      const plain = plainer(call)
      if (plain !== undefined) yield steps.with(index, { ...step, calls: calls.with(at, plain) })
    }
  }
}

const plainer = ({ twice, lost, ...call }: Call): Call | undefined => {
  if (twice !== undefined || lost !== undefined) return call
  return call.text === "x" ? undefined : { ...call, text: "x" }
}

/**
 * The smallest program that still fails, as far as there is time to look for it. What fails only now and then is given a
 * second chance to do so.
 */
export const shrink = Effect.fnUntraced(function* (
  steps: ReadonlyArray<Step>,
  fails: (steps: ReadonlyArray<Step>) => Effect.Effect<boolean>,
  tries: number,
) {
  let best = steps
  let left = tries
  let progress = true
  while (progress && left > 0) {
    progress = false
    for (const candidate of simpler(best)) {
      if (left-- <= 0) break
      if (!(yield* fails(candidate)) && !(yield* fails(candidate))) continue
      best = candidate
      progress = true
      break
    }
  }
  return best
})
