import { CapacityExceeded, WeakPassword } from "@chat/domain/Errors"
import { Password } from "@chat/domain/Values"
import Argon2 from "@node-rs/argon2"
import { assert, beforeEach, describe, it } from "@effect/vitest"
import { afterAll, vi } from "vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Passwords } from "../../src/passwords/Passwords.ts"
import { ServerConfig } from "../../src/config/ServerConfig.ts"
import { cheap } from "../accounts/support.ts"

const hashing = vi.spyOn(Argon2, "hash")
const verifying = vi.spyOn(Argon2, "verify")
afterAll(() => {
  hashing.mockRestore()
  verifying.mockRestore()
})

const passwordsWith = (argon2: typeof cheap) =>
  Layer.fresh(Passwords.layer).pipe(Layer.provide(ServerConfig.layerTest({ argon2 })))
const passwords = passwordsWith(cheap)

const secret = Redacted.make("correct horse")
const check = (text: string) => Effect.flip(Passwords.use(({ check }) => check(Redacted.make(text))))
const accepted = (text: string) => Passwords.use(({ check }) => check(Redacted.make(text)))

/** Everything that is ready to run has run. */
const turn = Effect.promise(() => new Promise(setImmediate))

/** How many hashes were computed, to make one or to compare with one. */
const computed = () => hashing.mock.calls.length + verifying.mock.calls.length

beforeEach(() => {
  hashing.mockClear()
  verifying.mockClear()
})

describe("Passwords", () => {
  it.effect.prop(
    "take any text for what it is, whole",
    [Password, Password],
    ([text, other]) =>
      Effect.gen(function* () {
        const { hash, verifyOrWaste } = yield* Passwords
        const stored = yield* hash(Redacted.make(text))
        assert.match(stored, /^\$argon2id\$v=19\$m=8,t=1,p=1\$/)
        assert.strictEqual(yield* verifyOrWaste(stored, Redacted.make(text)), "right")
        for (const wrong of [
          `${text} `,
          ` ${text}`,
          text.slice(0, -1),
          text.toUpperCase(),
          text.normalize("NFKD"),
          other,
        ]) {
          if (wrong !== text) assert.strictEqual(yield* verifyOrWaste(stored, Redacted.make(wrong)), "wrong")
        }
      }).pipe(Effect.provide(passwords)),
    { arbitrary: { runs: 100 } },
  )

  it.effect("are 8 to 128 code points long and not among the most common", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* check("1234567"), new WeakPassword({ reason: "short" }))
      assert.deepStrictEqual(yield* check("🐎🐎🐎🐎🐎🐎🐎"), new WeakPassword({ reason: "short" }))
      yield* accepted("🐎🐎🐎🐎🐎🐎🐎🐎")
      yield* accepted("🐎".repeat(128))
      assert.deepStrictEqual(yield* check("🐎".repeat(129)), new WeakPassword({ reason: "long" }))
      for (const common of ["password", "12345678", "PassWord", "qwertyuiop", "trustno1", "iloveyou"]) {
        assert.deepStrictEqual(yield* check(common), new WeakPassword({ reason: "common" }))
      }
      yield* accepted("a password of mine")
    }).pipe(Effect.provide(passwords)),
  )

  it.effect("cost one hash, right or wrong, and also where there is nothing to compare with", () =>
    Effect.gen(function* () {
      const { hash, verifyOrWaste } = yield* Passwords
      const stored = yield* hash(secret)
      for (const compared of [stored, undefined]) {
        for (const password of [secret, Redacted.make("wrong")]) {
          const before = computed()
          const verdict = yield* verifyOrWaste(compared, password)
          assert.strictEqual(verdict, compared === stored && password === secret ? "right" : "wrong")
          assert.strictEqual(computed() - before, 1)
        }
      }
      // The same work: what is wasted is of the same parameters.
      const parameters = verifying.mock.calls.map(([compared]) => Argon2.parseOptions(compared))
      for (const each of parameters) assert.deepStrictEqual(each, parameters[0])
    }).pipe(Effect.provide(passwords)),
  )

  it.effect("are right but outdated once the parameters have changed", () =>
    Effect.gen(function* () {
      const stored = yield* Effect.provide(
        Passwords.use(({ hash }) => hash(secret)),
        passwordsWith({ ...cheap, passes: 2 }),
      )
      const { verifyOrWaste } = yield* Passwords
      assert.strictEqual(yield* verifyOrWaste(stored, secret), "outdated")
      assert.strictEqual(yield* verifyOrWaste(stored, Redacted.make("wrong")), "wrong")
    }).pipe(Effect.provide(passwords)),
  )

  it.live("are hashed few at a time, with few waiting", () =>
    Effect.gen(function* () {
      const { hash } = yield* Passwords
      const started: Array<(hash: string) => void> = []
      hashing.mockImplementation(() => new Promise((resolve) => void started.push(resolve)))
      yield* Effect.addFinalizer(() => Effect.sync(() => hashing.mockReset()))
      const fibers = yield* Effect.forEach(Array.from({ length: 2 + 64 }), () =>
        Effect.forkChild(hash(secret), { startImmediately: true }),
      )
      assert.strictEqual(started.length, 2)
      const refused = yield* Effect.flip(hash(secret))
      assert.deepStrictEqual(refused, new CapacityExceeded({ resource: "waiting logins", limit: 64 }))
      // Whoever hangs up frees no thread: the hash that has begun still counts.
      const [first, , third] = fibers
      assert(first !== undefined && third !== undefined)
      const interrupted = yield* Effect.forkChild(Fiber.interrupt(first), { startImmediately: true })
      yield* turn
      assert.strictEqual(started.length, 2)
      // But it frees a place in the queue.
      yield* Fiber.interrupt(third)
      const late = yield* Effect.forkChild(hash(secret), { startImmediately: true })
      let finished = 0
      while (finished < 2 + 64) {
        for (const resolve of started.slice(finished)) resolve("hash")
        const done = started.length
        yield* turn
        assert.isAtMost(started.length - done, 2)
        finished = done
      }
      yield* Fiber.join(interrupted)
      assert.strictEqual(yield* Fiber.join(late), "hash")
    }).pipe(Effect.provide(passwordsWith({ ...cheap, concurrency: 2 })), Effect.scoped),
  )
})
