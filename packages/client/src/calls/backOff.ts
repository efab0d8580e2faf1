/** Exponential back-off with full jitter: at random between nothing and a bound that doubles with each failure. */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

const base = 500
const cap = 30_000

/** Milliseconds to wait after so many failures in a row. */
export const delayAfter = (failures: number): Effect.Effect<number> =>
  Effect.map(Random.next, (random) => Math.round(random * Math.min(cap, base * 2 ** Math.max(0, failures - 1))))

export const backOff = (failures: number): Effect.Effect<void> => Effect.flatMap(delayAfter(failures), Effect.sleep)
