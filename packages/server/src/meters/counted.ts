import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import type { Meters } from "./Meters.ts"

/** The call, counted by how it ends, and timed. */
export const counted = <A, E, R>(
  meters: Meters,
  tag: string,
  effect: Effect.Effect<A, E, R>,
): Effect.Effect<A, E, R> => {
  const call = meters.calls.get(tag)
  if (call === undefined) return effect
  return Effect.suspend(() => {
    const began = performance.now()
    return Effect.onExit(effect, (exit) => {
      call.ended(outcomeOf(exit)).value++
      if (!call.isStream) call.duration().observe((performance.now() - began) / 1_000)
      return Effect.void
    })
  })
}

const outcomeOf = (exit: Exit.Exit<unknown, unknown>): string => {
  if (exit._tag === "Success") return "ok"
  const error = exit.cause.reasons.find(Cause.isFailReason)?.error
  // Calls fail with the tagged errors of the contract and with nothing else.
  if (Predicate.hasProperty(error, "_tag")) return String(error._tag)
  return Cause.hasDies(exit.cause) ? "Internal" : "interrupted"
}
