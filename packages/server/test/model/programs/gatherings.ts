// Episodes of people who bring others along.
import { call } from "./calls.ts"
import type { Call, Kind, Shape, Step } from "./Program.ts"
import { newest, type Random } from "./random.ts"

type Ask = (kind: Kind, more?: Partial<Call>) => Call

const step = (...calls: ReadonlyArray<Call>): Step => ({ do: "commands", calls })

const by =
  (random: Random, shape: Shape, texts: ReadonlyArray<string>, user: number): Ask =>
  (kind, more = {}) => ({ ...call(random, shape, texts, kind), user, where: newest, text: "x", ...more })

/** The place of somebody among the others of somebody else. */
const placeOf = (who: number, whom: number): number => (whom > who ? whom - 1 : whom)

/** A group of everybody, one of whom may have blocked who opened it; one goes, and is added again. */
export const gather = (
  random: Random,
  shape: Shape,
  texts: ReadonlyArray<string>,
  device: number,
): ReadonlyArray<Step> => {
  const user = shape.devices[device] ?? 0
  const other = (user + 1) % shape.users
  const third = (user + 2) % shape.users
  const [one, two, three] = [user, other, third].map((who) => by(random, shape, texts, who))
  if (one === undefined || two === undefined || three === undefined) return []
  const again = two("add to group", { what: 7 * placeOf(other, user) + 6 })
  const block = one("block", { what: placeOf(user, other) })
  const unblock = one("unblock", { what: placeOf(user, other) })
  const befriends = random.chance(0.5)
  return [
    step(befriends ? unblock : block, one("preferences", { what: 1 }), three("preferences", { what: 1 })),
    step(two("unblock", { what: placeOf(other, user) }), two("unblock", { what: placeOf(other, third) })),
    step(two("group", { what: 3 })),
    step(two("post"), two("mention", { what: user })),
    step(one("draft", { what: 1, where: newest }), one("read", { what: 1 })),
    step(random.chance(0.5) ? unblock : three("post")),
    step(again, three("post")),
    step(one(random.pick<Kind>(["leave group", "draft", "thread"]), { what: 1 }), three("thread")),
    step(one("leave group"), three("post")),
    { do: "hear", device },
    step(three("add to group", { what: placeOf(third, user) }), two("post")),
  ]
}

/** Somebody has a room into which others come by links and invitations, or do not. */
export const usher = (
  random: Random,
  shape: Shape,
  texts: ReadonlyArray<string>,
  device: number,
): ReadonlyArray<Step> => {
  const user = random.below(shape.users)
  const guest = shape.devices[device] ?? 0
  const other = guest === user ? (user + 1) % shape.users : guest
  const [one, two] = [by(random, shape, texts, user), by(random, shape, texts, other)]
  const block = two(random.chance(0.4) ? "block" : "unblock", { what: placeOf(other, user) })
  // Either a private one or one with a password.
  const room = one("room", { what: random.pick([4, 5, 11, 16]), where: random.below(1_000) })
  const invite = one("invite", { what: placeOf(user, other) })
  const ways: ReadonlyArray<ReadonlyArray<Step>> = [
    [step(invite), step(one("revoke invitation", { what: newest }), two("come", { what: newest }))],
    [step(invite), step(two(random.pick<Kind>(["decline", "come"]), { what: newest }))],
    [
      step(invite),
      step(two("unblock", { what: placeOf(other, user) })),
      step(invite),
      step(two("come", { what: newest })),
    ],
    [step(one("link", { what: random.below(6), where: 1 })), step(two("join by link", { what: newest }))],
    [
      step(one("link", { what: 2, where: 1 })),
      step(one("revoke link", { what: newest }), one("post")),
      step(two("join by link", { what: newest })),
    ],
  ]
  return [
    step(block, one("unblock", { what: placeOf(user, other) })),
    step(room),
    step(one("post"), one("mention", { what: 5, where: 2 })),
    ...(ways[random.below(ways.length)] ?? []),
    step(two("draft", { what: 1 }), one("post")),
    step(two("leave"), invite),
    step(two(random.pick<Kind>(["join by link", "come", "decline"]), { what: newest })),
  ]
}
