import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as TestClock from "effect/testing/TestClock"
import { rounds } from "../../src/rounds/rounds.ts"

it.effect("What goes round goes on after a fault, but not at once", () =>
  Effect.gen(function* () {
    const begun = yield* Queue.unbounded<number>()
    let count = 0
    const round = Effect.gen(function* () {
      Queue.offerUnsafe(begun, ++count)
      if (count === 1) return yield* Effect.die(new Error("a fault"))
      return yield* Effect.never
    })
    yield* Effect.forkScoped(rounds("what is tested", round))
    assert.strictEqual(yield* Queue.take(begun), 1)
    yield* TestClock.adjust("999 millis")
    assert.strictEqual(count, 1)
    yield* TestClock.adjust("1 milli")
    assert.strictEqual(yield* Queue.take(begun), 2)
  }).pipe(Effect.scoped),
)
