// A clock that stands still until a test sets it. Whatever was built outside keeps the real one.
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

export class SettableClock implements Clock.Clock {
  now: number

  constructor(now: number) {
    this.now = now
  }

  get date(): Date {
    return new Date(this.now)
  }

  advance(millis: number): void {
    this.now += millis
  }

  /** Runs an effect at the time of this clock. */
  readonly at = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.provideService(effect, Clock.Clock, this)

  readonly currentTimeMillis = Effect.sync(() => this.now)
  readonly currentTimeNanos = Effect.sync(() => this.currentTimeNanosUnsafe())
  readonly monotonicTimeNanos = Effect.sync(() => this.currentTimeNanosUnsafe())

  currentTimeMillisUnsafe(): number {
    return this.now
  }

  currentTimeNanosUnsafe(): bigint {
    return BigInt(this.now) * 1_000_000n
  }

  monotonicTimeNanosUnsafe(): bigint {
    return this.currentTimeNanosUnsafe()
  }

  sleep(): Effect.Effect<void> {
    return Effect.die("nothing sleeps by this clock")
  }
}
