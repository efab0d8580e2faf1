// From a seed to a program.
import { Body } from "@chat/domain/Values"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import type { Pages, Program, Shape, Step } from "./Program.ts"
import { call, together } from "./calls.ts"
import { churn, govern, hide, howMany, lateRepeat, overtake, pile, slipAway, tidy } from "./episodes.ts"
import { gather, usher } from "./gatherings.ts"
import { announce } from "./notices.ts"
import { silence, unseen } from "./silences.ts"
import { makeRandom, type Random, weighted } from "./random.ts"

const steps: ReadonlyArray<
  readonly [
    weight: number,
    (
      | Exclude<Step["do"], "goodbye">
      | "churn"
      | "pile"
      | "govern"
      | "overtake"
      | "hide"
      | "silence"
      | "unseen"
      | "tidy"
      | "slip away"
      | "late repeat"
      | "gather"
      | "usher"
      | "announce"
    ),
  ]
> = [
  [42, "commands"],
  [12, "connect"],
  [3, "replace"],
  [9, "take"],
  [9, "cut"],
  [14, "fetch"],
  [10, "deliver"],
  [1.5, "restart"],
  [2, "restore"],
  [3, "rest"],
  [2.5, "churn"],
  [2, "pile"],
  [5, "govern"],
  [7, "overtake"],
  [2, "slip away"],
  [2.5, "late repeat"],
  [2, "hide"],
  [2.5, "tidy"],
  [1.5, "silence"],
  [2.5, "unseen"],
  [3.5, "gather"],
  [4, "usher"],
  [2, "announce"],
]

const someSteps = (random: Random, shape: Shape, texts: ReadonlyArray<string>): ReadonlyArray<Step> => {
  const device = random.below(shape.devices.length)
  const what = weighted(random, steps)
  if (what === "churn") return churn(random, shape, texts, device)
  if (what === "govern") return govern(random, shape, texts)
  if (what === "pile") return pile(random, shape, texts)
  if (what === "late repeat") return lateRepeat(random, shape, texts)
  if (what === "slip away") return slipAway(random, shape, texts, device)
  if (what === "silence") return silence(random, shape, texts, device)
  if (what === "unseen") return unseen(random, shape, texts, device)
  if (what === "tidy") return tidy(random, shape, texts, device)
  if (what === "gather") return gather(random, shape, texts, device)
  if (what === "announce") return announce(random, shape, texts, device)
  if (what === "usher") return usher(random, shape, texts, device)
  if (what === "overtake") return overtake(random, shape, texts, device)
  return what === "hide" ? hide(random, shape, texts) : [step(random, shape, texts, what)]
}

const step = (
  random: Random,
  shape: Shape,
  texts: ReadonlyArray<string>,
  what: Exclude<Step["do"], "goodbye">,
): Step => {
  const device = random.below(shape.devices.length)
  const node = random.below(shape.nodes)
  const where = random.below(1_000)
  switch (what) {
    case "commands": {
      const calls = random.chance(0.4) ? together(random, shape, texts) : [call(random, shape, texts)]
      return random.chance(0.04) ? { do: what, calls, restart: node } : { do: what, calls }
    }
    case "connect":
      return { do: what, device, node, takes: howMany(random) }
    case "take":
      return { do: what, device, items: howMany(random) }
    case "cut":
      return random.chance(0.3)
        ? { do: what, device, keepFetches: false, keeps: random.below(4) }
        : { do: what, device, keepFetches: random.chance(0.5) }
    case "fetch": {
      const page = random.pick<Pages>([
        "older",
        "older",
        "newest",
        "somewhere",
        "members",
        "more members",
        "marks",
        "marks",
      ])
      return { do: what, device, where, page, limit: 1 + random.below(5), arrives: random.chance(0.5) }
    }
    case "restart":
      return { do: what, node }
    case "restore":
      return { do: what, where, depth: random.below(4) }
    case "rest":
      return { do: what }
    case "replace":
    case "hear":
    case "fill":
    case "deliver":
      return { do: what, device }
  }
}

// Something to talk about, and somebody who listens, before anything else.
const beginning = (random: Random, shape: Shape): ReadonlyArray<Step> => [
  {
    do: "commands",
    calls: [
      call(random, shape, ["a"], "room"),
      ...[0, 1].map((user) => ({ ...call(random, shape, ["b"], "direct"), user, what: 1 - user })),
    ],
  },
  ...shape.devices.map((_, device): Step => ({
    do: "connect",
    device,
    node: random.below(shape.nodes),
    takes: random.chance(0.7) ? "all" : random.below(3),
  })),
  { do: "commands", calls: [call(random, shape, ["c"], "join"), call(random, shape, ["d"], "join")] },
]

const farewell = (random: Random, shape: Shape, texts: ReadonlyArray<string>): ReadonlyArray<Step> => {
  const user = random.below(shape.users)
  return [{ do: "goodbye", user, erase: random.chance(0.6) }, ...aftermath(random, shape, texts, user)]
}

// What goes on afterwards, and what is tried in vain.
const aftermath = (random: Random, shape: Shape, texts: ReadonlyArray<string>, user: number): ReadonlyArray<Step> =>
  Array.from({ length: 8 }, (_, turn) => {
    const late: Step = { do: "commands", calls: [{ ...call(random, shape, texts), user }, call(random, shape, texts)] }
    const whatever = ["commands", "commands", "connect", "cut", "fetch", "deliver", "restart"] as const
    return turn % 3 === 0 ? late : step(random, shape, texts, random.pick(whatever))
  })

/** The program of a seed. */
export const makeProgram = (seed: number, shape: Shape, length: number): Effect.Effect<Program> =>
  Effect.gen(function* () {
    const texts = yield* Effect.orDie(Arbitrary.sampleEffect(Arbitrary.schema(Body), { seed, count: 12, size: 12 }))
    const random = makeRandom(seed)
    const body = Array.from({ length }, () => someSteps(random, shape, texts))
    const end = random.chance(0.35) ? farewell(random, shape, texts) : []
    return { seed, steps: [...beginning(random, shape), ...body.flat(), ...end] }
  })
