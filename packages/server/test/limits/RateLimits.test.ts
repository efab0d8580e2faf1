import { RateLimited } from "@chat/domain/Errors"
import { UserId } from "@chat/domain/Ids"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { randomUUID } from "node:crypto"
import { ServerConfig } from "../../src/config/ServerConfig.ts"
import { type LoginAttempt, RateLimits } from "../../src/limits/RateLimits.ts"

const rates = {
  messagesPerSecond: 2,
  messagesBurst: 5,
  callsPerMinute: 6,
  restPerMinute: 6,
  friendRequestsPerMinute: 2,
  invitationsPerMinute: 2,
  loginsPerAccount: 3,
  loginsPerAddress: 4,
  signUpsPerAddress: 2,
  refreshesPerAddress: 3,
}
const limits = RateLimits.layer.pipe(Layer.provide(ServerConfig.layerTest({ rates })))

/** How long it says to wait; 0: it went through. */
const attempt = (use: (limits: RateLimits["Service"]) => Effect.Effect<void, RateLimited>) =>
  Effect.map(Effect.result(RateLimits.use(use)), (result) =>
    result._tag === "Success" ? 0 : result.failure.retryAfter,
  )

const times = <A, E, R>(count: number, effect: Effect.Effect<A, E, R>) =>
  Effect.forEach(Array.from({ length: count }), () => effect)

/** A bucket as a real number that fills steadily: it allows what a bucket allows that is filled drop by drop. */
class Bucket {
  private tokens: number
  private readonly size: number
  private readonly perMilli: number
  constructor(size: number, perMilli: number) {
    this.tokens = size
    this.size = size
    this.perMilli = perMilli
  }
  wait(millis: number): void {
    this.tokens = Math.min(this.size, this.tokens + millis * this.perMilli)
  }
  /** How many milliseconds until the next is allowed. */
  take(): number {
    const missing = 1 - this.tokens
    if (missing > 1e-9) return Math.ceil(missing / this.perMilli - 1e-6)
    this.tokens -= 1
    return 0
  }
}

describe("RateLimits", () => {
  const Step = Schema.Struct({
    who: Schema.Literals([0, 1]),
    wait: Schema.Literals([0, 0, 0, 1, 100, 250, 499, 500, 1_500, 10_000]),
  })

  it.effect.prop(
    "allow what a bucket for each allows, and say when the next is",
    [Schema.Array(Step).check(Schema.isMinLength(10), Schema.isMaxLength(60))],
    ([steps]) =>
      Effect.gen(function* () {
        const users = [UserId.make(randomUUID()), UserId.make(randomUUID())] as const
        const buckets = [new Bucket(5, 2 / 1_000), new Bucket(5, 2 / 1_000)] as const
        for (const { who, wait } of steps) {
          yield* TestClock.adjust(Duration.millis(wait))
          for (const bucket of buckets) bucket.wait(wait)
          assert.strictEqual(yield* attempt(({ message }) => message(users[who])), buckets[who].take())
        }
      }).pipe(Effect.provide(limits)),
    { arbitrary: { runs: 100 } },
  )

  it.effect("name the limit, and hold what they promise", () =>
    Effect.gen(function* () {
      const user = UserId.make(randomUUID())
      const limits = yield* RateLimits
      yield* times(6, limits.call(user))
      const error = yield* Effect.flip(limits.call(user))
      assert.deepStrictEqual(error, new RateLimited({ limit: "calls", retryAfter: 10_000 }))
      assert.strictEqual(error.message, "Too fast (calls): try again in 10 s")
      yield* TestClock.adjust(Duration.millis(error.retryAfter - 1))
      assert.strictEqual(yield* attempt(({ call }) => call(user)), 1)
      yield* TestClock.adjust(Duration.millis(1))
      yield* limits.call(user)
    }).pipe(Effect.provide(limits)),
  )

  it.effect("say at once whether there is a message left, of the same ones", () =>
    Effect.gen(function* () {
      const limits = yield* RateLimits
      const user = UserId.make(randomUUID())
      yield* limits.message(user)
      const taken = Array.from({ length: rates.messagesBurst }, () => limits.tryMessage(user))
      assert.deepStrictEqual(taken, [...Array.from({ length: rates.messagesBurst - 1 }, () => true), false])
      assert.isAbove(yield* attempt(({ message }) => message(user)), 0)
      yield* TestClock.adjust("500 millis")
      assert.isTrue(limits.tryMessage(user))
      assert.isFalse(limits.tryMessage(user))
      limits.returnMessage(user)
      assert.isTrue(limits.tryMessage(user))
    }).pipe(Effect.provide(limits)),
  )

  it.effect("begin anew where the clock has been put back", () =>
    Effect.gen(function* () {
      const user = UserId.make(randomUUID())
      const message = attempt((limits) => limits.message(user))
      yield* TestClock.setTime(Duration.toMillis("1 hour"))
      yield* times(rates.messagesBurst, message)
      yield* TestClock.setTime(0)
      assert.strictEqual(yield* message, 500)
      yield* TestClock.adjust("500 millis")
      assert.strictEqual(yield* message, 0)
    }).pipe(Effect.provide(limits)),
  )

  it.effect("count by address, but never this machine", () =>
    Effect.gen(function* () {
      const limits = yield* RateLimits
      yield* times(2, limits.signUp("198.51.100.1"))
      assert.strictEqual(yield* attempt(({ signUp }) => signUp("198.51.100.1")), 1_800_000)
      yield* limits.signUp("198.51.100.2")
      yield* times(3, limits.refresh("198.51.100.1"))
      assert.strictEqual(yield* attempt(({ refresh }) => refresh("198.51.100.1")), 300_000)
      yield* times(2, limits.signUp("2001:db8::1"))
      assert.isAbove(yield* attempt(({ signUp }) => signUp("2001:db8::2")), 0)
      yield* times(4, limits.logInFrom("198.51.100.1"))
      assert.isAbove(yield* attempt(({ logInFrom }) => logInFrom("198.51.100.1")), 0)
      yield* times(100, Effect.andThen(limits.signUp("127.0.0.1"), limits.logInFrom("::1")))
    }).pipe(Effect.provide(limits)),
  )

  it.effect("count one account as one, however the database lets its name be written", () =>
    Effect.gen(function* () {
      const limits = yield* RateLimits
      for (const login of ["admin", "ADMIN", "adm\u0130n"]) {
        yield* limits.guess({ login, address: "1.1.1.1", familiar: false })
      }
      const fourth = attempt(({ guess }) => guess({ login: "ADM\u0130N", address: "1.1.1.1", familiar: false }))
      assert.isAbove(yield* fourth, 0)
    }).pipe(Effect.provide(limits)),
  )

  it.effect("count wrong passwords of an account, from wherever, and not the right ones", () =>
    Effect.gen(function* () {
      const limits = yield* RateLimits
      const from = (address: string, familiar = false, login = "ann"): LoginAttempt => ({ login, address, familiar })
      const guess = (wanted: LoginAttempt) => attempt(({ guess }) => guess(wanted))
      yield* times(50, Effect.andThen(limits.guess(from("1.1.1.1")), limits.guessedRight(from("1.1.1.1"))))
      yield* limits.guess(from("1.1.1.1"))
      yield* limits.guess(from("2.2.2.2"))
      yield* limits.guess(from("127.0.0.1", false, "ANN"))
      assert.strictEqual(yield* guess(from("3.3.3.3")), 300_000)
      // Its owner, at home, is not locked out by that; nor is anybody else.
      assert.strictEqual(yield* guess(from("4.4.4.4", true)), 0)
      assert.strictEqual(yield* guess(from("3.3.3.3", false, "bob")), 0)
      // From a familiar address there is an allowance too.
      yield* times(2, limits.guess(from("4.4.4.4", true)))
      assert.strictEqual(yield* guess(from("4.4.4.4", true)), 300_000)
      // Giving back never makes a bucket larger.
      yield* times(50, limits.guessedRight(from("1.1.1.1")))
      yield* times(3, limits.guess(from("1.1.1.1")))
      assert.isAbove(yield* guess(from("1.1.1.1")), 0)
    }).pipe(Effect.provide(limits)),
  )
})
