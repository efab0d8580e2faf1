import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import * as References from "effect/References"
import { gather } from "../../src/storage/gather.ts"

/** Runs are numbered, and end when they are told to. */
const counted = Effect.gen(function* () {
  const begun = yield* Queue.unbounded<{ readonly run: number; readonly end: Deferred.Deferred<void, string> }>()
  let run = 0
  const shared = yield* gather(() =>
    Effect.suspend(() => {
      const end = Deferred.makeUnsafe<void, string>()
      Queue.offerUnsafe(begun, { run: ++run, end })
      return Effect.as(Deferred.await(end), run)
    }),
  )
  return { next: Queue.take(begun), ask: Effect.forkChild(shared(undefined), { startImmediately: true }) }
})

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n)
const cases = [true, false].flatMap((goes) =>
  upTo(24).flatMap((steps) => upTo(12).map((turns) => [steps + 3, turns, goes] as const)),
)

describe("gather", () => {
  it.effect("gives whoever asks while it runs the next run, and all of them the same", () =>
    Effect.gen(function* () {
      const { next, ask } = yield* counted
      const first = yield* ask
      const one = yield* next
      const [second, third] = [yield* ask, yield* ask]
      yield* Deferred.succeed(one.end, undefined)
      assert.strictEqual(yield* Fiber.join(first), 1)
      const two = yield* next
      const fourth = yield* ask
      yield* Deferred.succeed(two.end, undefined)
      assert.deepStrictEqual([yield* Fiber.join(second), yield* Fiber.join(third)], [2, 2])
      const three = yield* next
      yield* Deferred.succeed(three.end, undefined)
      assert.strictEqual(yield* Fiber.join(fourth), 3)
    }),
  )

  it.effect("fails for those of a run, and goes on with the next; goes to its end for nobody", () =>
    Effect.gen(function* () {
      const { next, ask } = yield* counted
      const first = yield* ask
      const one = yield* next
      const second = yield* ask
      yield* Deferred.fail(one.end, "no")
      assert.deepStrictEqual(yield* Fiber.await(first), Exit.fail("no"))
      const two = yield* next
      yield* Fiber.interrupt(second)
      const third = yield* ask
      yield* Deferred.succeed(two.end, undefined)
      const three = yield* next
      yield* Deferred.succeed(three.end, undefined)
      assert.strictEqual(yield* Fiber.join(third), 3)
      // Nobody asks now: the next to ask has a run of their own.
      const fourth = yield* ask
      yield* Deferred.succeed((yield* next).end, undefined)
      assert.strictEqual(yield* Fiber.join(fourth), 4)
    }),
  )

  it.effect("brings along what everybody has asked", () =>
    Effect.gen(function* () {
      const gate = Deferred.makeUnsafe<void>()
      const ask = yield* gather((inputs: ReadonlyArray<number>) => Effect.as(Deferred.await(gate), inputs))
      const first = yield* Effect.forkChild(ask(1), { startImmediately: true })
      yield* Effect.yieldNow
      const others = yield* Effect.forEach([2, 3], (input) => Effect.forkChild(ask(input), { startImmediately: true }))
      yield* Deferred.succeed(gate, undefined)
      assert.deepStrictEqual(yield* Fiber.join(first), [1])
      for (const fiber of others) assert.deepStrictEqual(yield* Fiber.join(fiber), [2, 3])
    }),
  )

  it.effect("leaves nobody waiting, wherever it lets others go on, or whoever began it has gone", () =>
    Effect.gen(function* () {
      // A fiber gives way after so many steps: so it does at any of those of a run, and of what stands around it.
      for (const [steps, turns, goes] of cases) {
        const ask = yield* gather(() => Effect.void)
        const first = yield* Effect.forkChild(
          Effect.provideService(ask(undefined), References.MaxOpsBeforeYield, steps),
        )
        yield* Effect.repeat(Effect.yieldNow, { times: turns })
        if (goes) yield* Fiber.interrupt(first)
        yield* ask(undefined)
        yield* Fiber.await(first)
      }
    }),
  )

  it.effect("asks no more at once than it is told, but for what is more by itself", () =>
    Effect.gen(function* () {
      const asked = yield* gather((inputs: ReadonlyArray<number>) => Effect.as(Effect.yieldNow, inputs), {
        most: 5,
        size: (input) => input,
      })
      const all = yield* Effect.forEach([1, 2, 3, 9, 1, 4, 1], asked, { concurrency: "unbounded" })
      assert.deepStrictEqual(all, [[1, 2], [1, 2], [3], [9], [1, 4], [1, 4], [1]])
    }),
  )
})
