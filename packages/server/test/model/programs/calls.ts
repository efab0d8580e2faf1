// Calls that people make, alone and where they are likely to meet.
import { rules } from "../commands/Command.ts"
import type { Call, Kind, Shape } from "./Program.ts"
import { newest, type Random, weighted } from "./random.ts"

const kinds: ReadonlyArray<readonly [weight: number, Kind]> = [
  [4, "direct"],
  [5, "room"],
  [12, "join"],
  [9, "leave"],
  [30, "post"],
  [14, "edit"],
  [8, "delete"],
  [8, "read"],
  [6, "repeat"],
  [8, "clash"],
  [12, "react"],
  [4, "unreact"],
  [4, "pin"],
  [2, "unpin"],
  [7, "settings"],
  [1.5, "remove room"],
  [1.5, "transfer"],
  [3, "role"],
  [4, "kick"],
  [3, "ban"],
  [2, "unban"],
  [4, "profile"],
  [3, "username"],
  [5, "hide"],
  [3, "ask"],
  [1.5, "accept"],
  [1, "refuse"],
  [1, "part"],
  [2, "block"],
  [2.5, "unblock"],
  [1.5, "preferences"],
  [3, "star"],
  [1.5, "unstar"],
  [2, "unread"],
  [2, "notify"],
  [4, "reply"],
  [7, "thread"],
  [4, "read thread"],
  [4, "mention"],
  [4, "forward"],
  [6, "draft"],
  [2, "group"],
  [2, "add to group"],
  [2, "leave group"],
  [4, "delivered"],
  [1.5, "receipts"],
  [4, "invite"],
  [1, "revoke invitation"],
  [1, "decline"],
  [3, "come"],
  [3, "link"],
  [1, "revoke link"],
  [3, "join by link"],
  [3, "broadcast"],
  [3, "withdraw"],
]

const longest = "é".repeat(rules.messageBody)

const someText = (random: Random, texts: ReadonlyArray<string>): string => {
  if (random.chance(0.04)) return `${longest}!`
  if (random.chance(0.03)) return longest
  return texts[random.below(texts.length)] ?? "hello"
}

export const call = (
  random: Random,
  shape: Shape,
  texts: ReadonlyArray<string>,
  kind = weighted(random, kinds),
): Call => ({
  kind,
  user: random.below(shape.users),
  node: random.below(shape.nodes),
  where: random.below(1_000),
  what: random.below(1_000),
  text: someText(random, texts),
  ...(random.chance(0.12) ? { twice: random.below(shape.nodes) } : {}),
  ...(random.chance(0.06) ? { lost: true as const } : {}),
})

// What is likely to meet at the same place.
export const together = (random: Random, shape: Shape, texts: ReadonlyArray<string>): ReadonlyArray<Call> => {
  const where = random.below(1_000)
  const user = random.below(shape.users)
  const first = call(random, shape, texts)
  switch (random.below(10)) {
    case 0: {
      const leave = { ...call(random, shape, texts, "leave"), user, where }
      const posts = [1, 2].map(() => ({ ...call(random, shape, texts, "post"), user, where }))
      return random.chance(0.5) ? [leave, ...posts] : [...posts, leave]
    }
    case 1: {
      const other = (user + 1) % shape.users
      return [
        { ...first, kind: "direct", user, what: other },
        { ...call(random, shape, texts, "direct"), user: other, what: user },
      ]
    }
    case 2: {
      const what = random.below(1_000)
      return (["edit", "edit", "delete"] as const).map((kind) => ({
        ...call(random, shape, texts, kind),
        user,
        where,
        what,
      }))
    }
    case 3:
      return Array.from({ length: 4 }, () => ({ ...call(random, shape, texts, "post"), where }))
    case 6:
      // Somebody is thrown out while they write, or while they come in again.
      return [
        { ...first, kind: random.chance(0.5) ? "kick" : "ban", where: newest, what: 7 },
        ...Array.from({ length: 3 }, () => ({ ...call(random, shape, texts, "post"), where: newest })),
        { ...call(random, shape, texts, "join"), where: newest, what: newest },
      ]
    case 9:
      // Two want to be called the same.
      return [user, (user + 1) % shape.users].map((one) => ({
        ...call(random, shape, texts, "username"),
        user: one,
        where: 1,
        what: first.what,
      }))
    case 7:
      return [
        { ...first, kind: "settings", where },
        ...Array.from({ length: 3 }, () => ({ ...call(random, shape, texts, "post"), where })),
      ]
    case 8:
      return [
        { ...first, kind: "role", user, where: newest },
        { ...call(random, shape, texts, "transfer"), user, where: newest },
        { ...call(random, shape, texts, "settings"), where: newest },
      ]
    case 4:
      return [
        { ...first, kind: "join", user, where },
        { ...call(random, shape, texts, "leave"), user, where },
        call(random, shape, texts, "post"),
      ]
    default:
      return Array.from({ length: 1 + random.below(3) }, () => call(random, shape, texts))
  }
}
