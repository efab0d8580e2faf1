// Episodes of people who do not want to hear of each other.
import { call } from "./calls.ts"
import type { Call, Kind, Shape, Step } from "./Program.ts"
import { newest, type Random, withUser } from "./random.ts"

type Ask = (kind: Kind, what?: number, text?: string) => Call

const step = (...calls: ReadonlyArray<Call>): Step => ({ do: "commands", calls })

/** Two people, each with what they ask for: of the other one, and of the conversation with them. */
const between = (random: Random, shape: Shape, texts: ReadonlyArray<string>, user: number, other: number) => {
  const by =
    (who: number, whom: number): Ask =>
    (kind, what = random.below(1_000), text = "x") => ({
      ...call(random, shape, texts, kind),
      user: who,
      where: withUser(whom),
      what,
      text,
    })
  // Users are counted from the first, others without oneself.
  const placeOf = (who: number, whom: number) => (whom > who ? whom - 1 : whom)
  return {
    one: by(user, other),
    two: by(other, user),
    oneOnTwo: (kind: Kind) => by(user, other)(kind, kind === "direct" ? other : placeOf(user, other)),
    twoOnOne: (kind: Kind) => by(other, user)(kind, kind === "direct" ? user : placeOf(other, user)),
  }
}

/** Somebody is blocked by whom they have written to, goes on, and is heard again. */
export const silence = (
  random: Random,
  shape: Shape,
  texts: ReadonlyArray<string>,
  device: number,
): ReadonlyArray<Step> => {
  const user = shape.devices[device] ?? 0
  const { one, two, oneOnTwo, twoOnOne } = between(random, shape, texts, user, (user + 1) % shape.users)
  const changes = () =>
    Array.from({ length: 2 }, () =>
      step(
        two(
          random.pick<Kind>(["edit", "react", "pin", "unreact", "unpin", "thread", "thread"]),
          newest - random.below(2),
          "ab",
        ),
      ),
    )
  const hear: Step = { do: "hear", device }
  return [
    step(oneOnTwo("direct"), one("preferences", 1)),
    ...(random.chance(0.5) ? [step(twoOnOne("ask")), step(oneOnTwo(random.pick(["ask", "ask", "accept"])))] : []),
    step(two("mention", user), two("react", newest), one("post")),
    { do: "connect", device, node: random.below(shape.nodes), takes: "all" },
    hear,
    {
      do: "fetch",
      device,
      where: withUser((user + 1) % shape.users),
      page: "newest",
      limit: 4,
      arrives: random.chance(0.5),
    },
    { do: "fetch", device, where: withUser((user + 1) % shape.users), page: "marks", limit: 1, arrives: true },
    step(one("read", 1), two("delivered", 2)),
    step(oneOnTwo("block"), two("post")),
    step(one("read", 2), two("read", 2)),
    step(two("edit", newest - 1, "ab")),
    ...changes(),
    step(two("thread", newest), one(random.pick<Kind>(["post", "react", "pin", "thread"]), newest)),
    ...(random.chance(0.4) ? [step(twoOnOne("ask"))] : []),
    { do: "deliver", device },
    ...(random.chance(0.7)
      ? [
          step(oneOnTwo("unblock")),
          step(two("edit", newest - 2, "abc"), two("post")),
          ...changes(),
          step(two("delete", newest)),
        ]
      : []),
    hear,
  ]
}

/** Somebody begins a conversation with who has blocked them, or who takes messages from friends only. */
export const unseen = (
  random: Random,
  shape: Shape,
  texts: ReadonlyArray<string>,
  device: number,
): ReadonlyArray<Step> => {
  const user = shape.devices[device] ?? 0
  // They have not met before, as often as not.
  const last = shape.users - 1
  const other = user === last ? random.below(last) : last
  const { one, two, oneOnTwo, twoOnOne } = between(random, shape, texts, user, other)
  const ends: ReadonlyArray<ReadonlyArray<Step>> = [
    [step(oneOnTwo("direct"), two("post"))],
    [step(oneOnTwo("unblock")), step(two("edit", newest)), step(two("post"), two("post"))],
    [step(one("preferences", 0)), step(two("post")), step(twoOnOne("ask")), step(oneOnTwo("ask"))],
  ]
  return [
    step(oneOnTwo("block")),
    step(twoOnOne("direct"), one("preferences", 1)),
    step(two("post"), two("post")),
    ...(ends[random.below(ends.length)] ?? []),
    { do: "hear", device },
    ...(random.chance(0.7) ? [step(oneOnTwo("unblock"), one("preferences", 1))] : []),
  ]
}
