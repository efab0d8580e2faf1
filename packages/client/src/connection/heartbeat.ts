/** Notices that a connection is dead although nobody closed it: a lost network, a laptop that was asleep. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Link } from "../wire/Link.ts"

/** How long a sign of life may take, in milliseconds, where there is reason for doubt. */
export const probeTimeout = 5_000

/**
 * Asks for a sign of life after half of `silence` milliseconds without one, and gives the other half for the answer. If
 * this program itself stood still meanwhile, as it does when the device sleeps, it asks at once and waits less.
 */
export const heartbeat = (link: Link, silence: number): Effect.Effect<never> =>
  Effect.gen(function* () {
    const interval = silence / 2
    for (;;) {
      const before = yield* Clock.currentTimeMillis
      yield* Effect.sleep(interval)
      const now = yield* Clock.currentTimeMillis
      if (now - before > interval * 2) yield* link.probe(Math.min(probeTimeout, interval))
      else if (now - link.lastHeard() >= interval) yield* link.probe(interval)
    }
  })
