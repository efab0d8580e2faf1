// Many random programs on one kind of cluster.
import { assert, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { defaultLimits } from "@chat/domain/Limits"
import * as Duration from "effect/Duration"
import { config } from "../support/core.ts"
import { generateSigningKey } from "../../src/config/signingKey.ts"
import { rules } from "./commands/Command.ts"
import type { Cluster } from "./nodes/Cluster.ts"
import type { Program, Shape, Step } from "./programs/Program.ts"
import { makeProgram } from "./programs/make.ts"
import { makeRandom, type Random } from "./programs/random.ts"
import { shrink } from "./programs/shrink.ts"
import { Rare, type RareCase } from "./run/Rare.ts"
import { runProgram } from "./run/Run.ts"

export interface Suite {
  readonly name: string
  readonly shape: Shape
  /** How many programs, unless a long run says how many. */
  readonly programs: number
  /** What it must have met: all of it in a long run, most of it in a short one. */
  readonly meets: ReadonlyArray<RareCase>
  /** A cluster on a fresh database. */
  readonly start: (random: Random, rare: Rare) => Effect.Effect<Cluster, never, Scope.Scope>
}

/** Small limits, so that they are met, and no head check but those that a program asks for. */
export const settings = config({
  limits: { ...defaultLimits, ...rules, syncGap: 4 },
  headCheck: Duration.hours(1),
  port: 0,
  defaultRooms: [],
  invitations: rules.invitations,
  // The same for every node and every start of it.
  signingKey: Redacted.make(generateSigningKey()),
  argon2: { memory: 8, passes: 1, parallelism: 1, concurrency: 8 },
  roomPasswords: { perAccount: 100_000, perAddress: 100_000 },
  rates: {
    messagesPerSecond: 1_000_000,
    messagesBurst: 1_000_000,
    callsPerMinute: 100_000_000,
    restPerMinute: 100_000_000,
    friendRequestsPerMinute: 1_000_000,
    invitationsPerMinute: 1_000_000,
    loginsPerAccount: 1_000_000,
    loginsPerAddress: 1_000_000,
    signUpsPerAddress: 1_000_000,
    refreshesPerAddress: 1_000_000,
  },
})

const long = process.env["CHAT_TEST_LONG"] === "1"
/** As many programs as somebody asks for, in a long run. */
const asked = process.env["CHAT_TEST_PROGRAMS"]

/** One of the programs of an earlier run, alone. */
const replay = process.env["CHAT_TEST_PROGRAM"]
const length = 26
/** So many programs more are run as long as too much of what is rare has not been met. */
const patience = 150
/** That part of the rare cases is left to chance: each run draws other programs, and few do not meet them all. */
const leftToChance = long && asked === undefined ? 0 : 1 / 3
const shrinkTries = process.env["CHAT_TEST_SHRINK"] === "0" ? 0 : 150

const howMany = ({ programs }: Suite): number => {
  if (replay !== undefined) return 1
  return long ? Number(asked ?? 2_000) : programs
}

/** Runs the programs of a suite. A failure says how to run the one that failed, and the smallest that fails like it. */
export const programs = (suite: Suite): void => {
  it.live(
    suite.name,
    () =>
      Effect.gen(function* () {
        const base = replay === undefined ? (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) : Number(replay)
        const rare = new Rare()
        const count = howMany(suite)
        const unmet = () => (replay === undefined ? suite.meets.filter((what) => rare.count(what) === 0) : [])
        const missesTooMuch = () => unmet().length > suite.meets.length * leftToChance
        let ran = 0
        yield* Effect.gen(function* () {
          const cluster = yield* suite.start(makeRandom(base), rare)
          for (; ran < count || (ran < count + patience && missesTooMuch()); ran++) {
            const program = yield* makeProgram((base + ran) >>> 0, suite.shape, length)
            const exit = yield* Effect.exit(runProgram(cluster, suite.shape, program, rare))
            if (Exit.isFailure(exit)) return yield* explain(suite, program, Cause.pretty(exit.cause))
          }
        }).pipe(Effect.scoped)
        const counts = suite.meets.flatMap((what) => (rare.count(what) === 0 ? [] : [`${what} ${rare.count(what)}`]))
        const never = unmet()
        console.info(
          `${suite.name}: ${ran} programs from seed ${base}; met ${counts.join(", ")}; never ${never.join(", ")}`,
        )
        if (missesTooMuch())
          assert.deepStrictEqual(unmet(), [], "The programs never met this, so that they prove nothing about it")
      }),
    // A failure takes its time to become small.
    long ? 24 * 3_600_000 : 300_000,
  )
}

const explain = Effect.fnUntraced(function* (suite: Suite, program: Program, failure: string) {
  let last = failure
  console.error(`${suite.name}: program ${program.seed} fails, and is being made smaller\n${failure}`)
  const smallest = yield* Effect.gen(function* () {
    const rare = new Rare()
    const cluster = yield* suite.start(makeRandom(program.seed), rare)
    const fails = (steps: ReadonlyArray<Step>) =>
      Effect.map(Effect.exit(runProgram(cluster, suite.shape, { ...program, steps }, rare)), (exit) => {
        if (Exit.isFailure(exit)) last = Cause.pretty(exit.cause)
        return Exit.isFailure(exit)
      })
    return yield* shrink(program.steps, fails, shrinkTries)
  }).pipe(Effect.scoped)
  const text = smallest.map((step) => `  ${JSON.stringify(step)}`).join("\n")
  const failed = smallest.length === program.steps.length ? "" : `\nwith\n${last}`
  return assert.fail(
    `A program fails; CHAT_TEST_PROGRAM=${program.seed} runs it again.\n${failure}\n\n` +
      `The smallest that fails (${smallest.length} of ${program.steps.length} steps):\n${text}${failed}`,
  )
})
