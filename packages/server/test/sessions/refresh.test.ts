import { assert, describe, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Duration from "effect/Duration"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { createHash, randomUUID } from "node:crypto"
import { ServerConfig } from "../../src/config/ServerConfig.ts"
import { decide, RefreshTokens } from "../../src/sessions/RefreshTokens.ts"
import { Sessions } from "../../src/sessions/Sessions.ts"
import { Database } from "../../src/storage/Database.ts"
import { accountsOn, signUp } from "../accounts/support.ts"
import { onEachDatabase } from "../support/databases.ts"
import { type Answer, RefreshModel } from "./refreshModel.ts"
import { SettableClock } from "./settableClock.ts"

const day = 86_400_000

type Step =
  /** Tokens presented at the same time, counted back from the newest. */
  | { readonly _tag: "Present"; readonly backs: ReadonlyArray<number> }
  | { readonly _tag: "Wait"; readonly millis: number }
  | { readonly _tag: "Guess" | "Forget" | "Revoke" }

const waits = [1, 1_000, 29_999, 30_000, 30_001, 30_001, 60_000, day + 1, day + 1, 90 * day, 90 * day + 1]

/** A roll of the dice, so that what ends a session is rarer than what uses it. */
const Roll = Schema.Struct({
  die: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 39 })),
  backs: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4 }))).check(
    Schema.isMinLength(2),
    Schema.isMaxLength(3),
  ),
  wait: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: waits.length - 1 })),
})

const stepOf = ({ die, backs, wait }: typeof Roll.Type): Step => {
  if (die < 11) return { _tag: "Present", backs: [0] }
  if (die < 17) return { _tag: "Present", backs: backs.slice(0, 1) }
  if (die < 23) return { _tag: "Present", backs }
  if (die < 33) return { _tag: "Wait", millis: waits[wait] ?? 0 }
  if (die < 38) return { _tag: "Forget" }
  return { _tag: die === 38 ? "Guess" : "Revoke" }
}

const Program = Schema.Array(Roll).check(Schema.isMinLength(12), Schema.isMaxLength(30))

const orders = <A>(items: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  items.length <= 1
    ? [items]
    : items.flatMap((item, index) => orders(items.toSpliced(index, 1)).map((rest) => [item].concat(rest)))

describe("decide", () => {
  const grace = Duration.seconds(30)
  const used = new Date(0)
  const after = (millis: number) => decide({ usedAt: used, successor: { usedAt: used } }, new Date(millis), grace)

  it("repeats until the successor has been used for the grace, and not a millisecond longer", () => {
    assert.strictEqual(decide({ usedAt: null, successor: undefined }, used, grace), "rotate")
    assert.strictEqual(decide({ usedAt: used, successor: { usedAt: null } }, new Date(day * 80), grace), "repeat")
    assert.strictEqual(after(30_000), "repeat")
    assert.strictEqual(after(30_001), "reuse")
  })
})

onEachDatabase("refresh tokens", (database) => {
  const met = { rotated: 0, repeated: 0, reuse: 0, expired: 0, revoked: 0, forgotten: 0, together: 0 }

  layer(accountsOn(database), {
    excludeTestServices: true,
    timeout: "60 seconds",
  })((it) => {
    it.effect.prop(
      "do what the contract says, whoever presents which of them when",
      [Program],
      ([program]) =>
        Effect.gen(function* () {
          const { write: sql } = yield* Database
          const { refreshGrace, sessionLifetime } = yield* ServerConfig
          const sessions = yield* Sessions
          const refreshTokens = yield* RefreshTokens
          const clock = new SettableClock(1_800_000_000_000)
          const { account, session, tokens } = yield* clock.at(signUp())
          const chain = [tokens.refreshToken]
          const rules = {
            grace: Duration.toMillis(refreshGrace),
            lifetime: Duration.toMillis(sessionLifetime),
            memory: day,
          }
          let models = [new RefreshModel(rules, clock.now)]

          const present = (text: string): Effect.Effect<Answer> =>
            sessions.refresh(Redacted.make(text)).pipe(
              Effect.map(({ refreshToken }) => {
                const known = chain.indexOf(refreshToken)
                return known === -1 ? chain.push(refreshToken) - 1 : known
              }),
              Effect.catchTag("Unauthenticated", ({ reason }) => {
                assert(reason === "ended" || reason === "invalid")
                return Effect.succeed(reason)
              }),
              Effect.orDie,
              clock.at,
            )

          /** Those of the worlds that are still possible after these tokens got these answers, in whatever order. */
          const narrow = (asked: ReadonlyArray<number>, answers: ReadonlyArray<Answer>) =>
            models.flatMap((model) =>
              orders([...asked.keys()]).flatMap((order) => {
                const world = model.copy()
                return order.every((i) => world.present(asked[i] ?? 0, clock.now) === answers[i]) ? [world] : []
              }),
            )

          const presentAll = Effect.fnUntraced(function* (backs: ReadonlyArray<number>) {
            const asked = backs.map((back) => Math.max(0, chain.length - 1 - back))
            const length = chain.length
            const answers = yield* Effect.forEach(asked, (token) => present(chain[token] ?? ""), { concurrency: 3 })
            models = narrow(asked, answers)
            assert(models.length > 0, `${asked.join()} got ${answers.join()}, which no order explains`)
            if (chain.length > length) met.rotated++
            else if (typeof answers[0] === "number") met.repeated++
            if (answers.includes("invalid")) met.forgotten++
          })

          for (const step of program.map(stepOf)) {
            switch (step._tag) {
              case "Present":
                if (step.backs.length > 1) met.together++
                yield* presentAll(step.backs)
                break
              case "Wait":
                clock.advance(step.millis)
                break
              case "Guess":
                assert.strictEqual(yield* present(randomUUID()), "invalid")
                break
              case "Forget":
                yield* refreshTokens.prune(clock.date)
                for (const model of models) model.forget(clock.now)
                break
              case "Revoke":
                yield* clock.at(sessions.end({ user: account.id, session: session.id }, "revoked"))
                for (const model of models) model.finish("revoked", clock.now)
            }
          }

          const reason = models[0]?.end?.reason ?? null
          if (reason === "reuse" || reason === "expired" || reason === "revoked") met[reason]++
          const rows = yield* sql`SELECT s.end_reason AS reason,
              (SELECT count(*)::int FROM events e WHERE e.log_id = s.user_id AND e.type = 'SessionEnded') AS events,
              (SELECT count(*)::int FROM audit a WHERE a.session_id = s.id AND a.action = 'refresh-reuse') AS reuses
            FROM sessions s WHERE s.id = ${session.id}`
          assert.deepStrictEqual(rows, [
            { reason, events: reason === null ? 0 : 1, reuses: reason === "reuse" ? 1 : 0 },
          ])
          const hashes =
            yield* sql`SELECT encode(hash, 'hex') AS hash FROM refresh_tokens WHERE session_id = ${session.id}`
          const expected = new Set(chain.map((token) => createHash("sha256").update(token).digest("hex")))
          for (const { hash } of hashes) assert(expected.has(String(hash)))
        }),
      { arbitrary: { runs: process.env["CHAT_TEST_LONG"] === "1" ? 2_000 : 150 }, timeout: 120_000 },
    )
  })

  it("met every rare case", () => {
    console.log(`refresh tokens: ${JSON.stringify(met)}`)
    for (const [name, count] of Object.entries(met)) assert(count > 0, `never met: ${name}`)
  })
})
