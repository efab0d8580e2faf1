import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { heartbeat, probeTimeout } from "../../src/connection/heartbeat.ts"
import type { Link } from "../../src/wire/Link.ts"

/** Runs one beat after which the clock shows what it is told to, and says what was asked of the link. */
const beat = Effect.fnUntraced(function* (elapsed: number, heardAgo: number) {
  const asked: Array<number> = []
  const real = yield* Clock.Clock
  let now = 1_000_000
  let sleeps = 0
  const clock: Clock.Clock = {
    ...real,
    currentTimeMillisUnsafe: () => now,
    currentTimeMillis: Effect.sync(() => now),
    sleep: () =>
      Effect.suspend(() => {
        if (sleeps++ > 0) return Effect.never
        now += elapsed
        return Effect.void
      }),
  }
  const link: Pick<Link, "probe" | "lastHeard"> = {
    probe: (millis) => Effect.sync(() => void asked.push(millis)),
    lastHeard: () => now - heardAgo,
  }
  // Only these two are used.
  const beating = yield* Effect.forkChild(
    heartbeat(link as Link, 30_000).pipe(Effect.provideService(Clock.Clock, clock)),
    { startImmediately: true },
  )
  yield* Effect.yieldNow
  yield* Fiber.interrupt(beating)
  return asked
})

describe("heartbeat", () => {
  it.effect("asks nothing of a connection on which something was heard", () =>
    Effect.map(beat(15_000, 1_000), (asked) => assert.deepStrictEqual(asked, [])),
  )

  it.effect("gives a silent connection the rest of the time", () =>
    Effect.map(beat(15_000, 15_000), (asked) => assert.deepStrictEqual(asked, [15_000])),
  )

  it.effect("asks at once, and waits less, after this program stood still", () =>
    Effect.map(beat(3_600_000, 1_000), (asked) => assert.deepStrictEqual(asked, [probeTimeout])),
  )
})
