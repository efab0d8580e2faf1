// Steps that belong together, so that what is rare happens often.

import type { Call, Kind, Pages, Shape, Step } from "./Program.ts"
import { call } from "./calls.ts"
import { newest, type Random } from "./random.ts"

export const howMany = (random: Random): number | "all" => (random.chance(0.55) ? "all" : random.below(7))

// Somebody comes and goes while one of their devices is away.
export const churn = (
  random: Random,
  shape: Shape,
  texts: ReadonlyArray<string>,
  device: number,
): ReadonlyArray<Step> => {
  const user = shape.devices[device] ?? 0
  const comeAndGo = Array.from({ length: 6 }, (_, turn): Step => {
    const kind = turn % 2 === 0 ? "leave" : "join"
    return {
      do: "commands",
      calls: [{ ...call(random, shape, texts, kind), user }, call(random, shape, texts, "post")],
    }
  })
  const node = random.below(shape.nodes)
  return [
    { do: "cut", device, keepFetches: true },
    ...comeAndGo,
    { do: "connect", device, node, takes: howMany(random) },
  ]
}

// Something is asked again that would be refused by now.
export const lateRepeat = (random: Random, shape: Shape, texts: ReadonlyArray<string>): ReadonlyArray<Step> => {
  const user = random.below(shape.users)
  const one = (kind: Kind, what: number): Step => ({
    do: "commands",
    calls: [{ ...call(random, shape, texts, kind), user, where: newest, what }],
  })
  // A node that has just begun remembers nothing from which it could be decided.
  const forgets: ReadonlyArray<Step> = random.chance(0.5) ? [{ do: "restart", node: random.below(shape.nodes) }] : []
  const begin = [one("room", random.below(1_000)), one("post", newest), one("leave", newest)]
  return [...begin, ...forgets, one("repeat", newest - 1)]
}

// Somebody leaves while their device catches up.
export const slipAway = (
  random: Random,
  shape: Shape,
  texts: ReadonlyArray<string>,
  device: number,
): ReadonlyArray<Step> => {
  const user = shape.devices[device] ?? 0
  return [
    { do: "connect", device, node: random.below(shape.nodes), takes: random.below(3) },
    { do: "commands", calls: [{ ...call(random, shape, texts, "leave"), user }, call(random, shape, texts, "post")] },
    { do: "take", device, items: howMany(random) },
  ]
}

// What is fetched changes before the page is looked at.
export const overtake = (
  random: Random,
  shape: Shape,
  texts: ReadonlyArray<string>,
  device: number,
): ReadonlyArray<Step> => {
  const user = shape.devices[device] ?? 0
  const other = (user + 1) % shape.users
  const where = random.chance(0.5) ? newest : random.below(1_000)
  const page = random.pick<Pages>(["newest", "newest", "newest", "members"])
  const one = (kind: Kind, more: Partial<Call>): Step => ({
    do: "commands",
    calls: [{ ...call(random, shape, texts, kind), where, ...more }],
  })
  const rename = one("profile", { user })
  const before = page === "members" ? one("join", { user: other, where: newest }) : one("post", { user })
  const changes =
    page === "members"
      ? [one("leave", { user: other }), one("join", { user: other })]
      : [one(random.pick<Kind>(["edit", "delete", "react", "pin", "thread"]), { user, what: newest }), rename]
  return [
    { do: "connect", device, node: random.below(shape.nodes), takes: "all" },
    before,
    { do: "hear", device },
    { do: "fetch", device, where, page, limit: 2 + random.below(5), arrives: true },
    ...changes,
    { do: "hear", device },
    { do: "deliver", device },
  ]
}

// Somebody comes to a room after something was said there that changes now.
export const hide = (random: Random, shape: Shape, texts: ReadonlyArray<string>): ReadonlyArray<Step> => {
  const user = random.below(shape.users)
  const other = (user + 1) % shape.users
  const one = (kind: Kind, more: Partial<Call>): Step => ({
    do: "commands",
    calls: [{ ...call(random, shape, texts, kind), where: newest, ...more }],
  })
  const room = one("room", { user, what: 2 * random.below(500) + 1 })
  const joined = one("join", { user: other })
  const change = one(random.chance(0.5) ? "edit" : "delete", { user, what: newest })
  const listener = Math.max(0, shape.devices.lastIndexOf(other))
  const node = random.below(shape.nodes)
  const listens: Step = { do: "connect", device: listener, node, takes: howMany(random) }
  return [room, one("post", { user }), joined, listens, { do: "hear", device: listener }, change]
}

// A room with somebody in it becomes another one, and they are thrown out of it.
export const govern = (random: Random, shape: Shape, texts: ReadonlyArray<string>): ReadonlyArray<Step> => {
  const user = random.below(shape.users)
  const other = (user + 1) % shape.users
  const one = (kind: Kind, more: Partial<Call>): Call => ({
    ...call(random, shape, texts, kind),
    where: newest,
    user,
    ...more,
  })
  const says = (): Call => one("post", { user: other, text: "x" })
  const changes = Array.from({ length: 3 }, () => one("settings", { what: random.pick([2, 4, 5, 6, 7, 8]) }))
  const out = one(random.pick<Kind>(["kick", "ban", "ban", "remove room", "remove room"]), { what: 1 })
  return [
    { do: "commands", calls: [one("room", { what: 2 * random.below(6) })] },
    { do: "commands", calls: [one("join", { user: other, where: 6 })] },
    ...changes.map((change): Step => ({ do: "commands", calls: [change, says()] })),
    { do: "commands", calls: [says()] },
    { do: "commands", calls: [out, says(), one("join", { user: other, what: newest })] },
    { do: "commands", calls: [one("join", { user: other, where: 6 })] },
  ]
}

// Everybody marks a message, more often than they may; then it is taken back.
export const pile = (random: Random, shape: Shape, texts: ReadonlyArray<string>): ReadonlyArray<Step> => {
  const user = random.below(shape.users)
  const where = random.chance(0.5) ? newest : 7 * random.below(100)
  const one = (kind: Kind, more: Partial<Call>): Call => ({
    ...call(random, shape, texts, kind),
    where,
    what: newest,
    ...more,
  })
  const who = random.chance(0.6) ? user : random.below(shape.users)
  const marks = ["a", "ab", "abc"].map((text) => one("react", { user: who, text }))
  const change = one(random.chance(0.7) ? "delete" : "unreact", { user, text: "a" })
  return [
    { do: "commands", calls: [one("post", { user, text: "x" })] },
    ...marks.map((mark): Step => ({ do: "commands", calls: [mark, one("pin", { user })] })),
    { do: "commands", calls: [change, one("react", {})] },
  ]
}

// Somebody tidies up, often while one of their devices is away, which then comes back more than once.
export const tidy = (
  random: Random,
  shape: Shape,
  texts: ReadonlyArray<string>,
  device: number,
): ReadonlyArray<Step> => {
  const user = shape.devices[device] ?? 0
  const by =
    (who: number) =>
    (kind: Kind, what = random.below(1_000)): Step => ({
      do: "commands",
      calls: [{ ...call(random, shape, texts, kind), user: who, where: newest, what, text: "x" }],
    })
  const [one, other] = [by(user), by((user + 1) % shape.users)]
  const connect = (takes: number | "all"): Step => ({ do: "connect", device, node: random.below(shape.nodes), takes })
  const cut: Step = { do: "cut", device, keepFetches: true }
  const fetch: Step = { do: "fetch", device, where: newest, page: "newest", limit: 4, arrives: true }
  const away = random.chance(0.5)
  const begin = [one("room", 2 * random.below(500) + 1), other("join"), connect("all"), { do: "hear", device } as const]
  const puts = [other("post"), one("read", 1), other("post"), { do: "hear", device } as const, fetch]
  const back: ReadonlyArray<Step> = [connect(1 + random.below(3)), { do: "fill", device }, cut]
  return [
    ...begin,
    ...puts,
    ...(away ? [cut] : []),
    one("hide", newest - 1),
    one("star", newest),
    one("notify"),
    one("unstar"),
    one("star", newest),
    away || random.chance(0.3) ? one("hide", newest) : other("delete", newest),
    ...(away ? back : [one("unread", 1)]),
    connect(howMany(random)),
    { do: "deliver", device },
    { do: "hear", device },
    { do: "fetch", device, where: newest, page: "marks", limit: 1, arrives: true },
    other("read", 1),
    { do: "deliver", device },
    other("thread", newest),
    ...(random.chance(0.4) ? [other("receipts", 3)] : []),
    other("read", 1 + random.below(9)),
    one("notify", 1),
    one("read"),
  ]
}
