import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { completed, completionAt, type Known } from "../../src/completion/complete.ts"
import { loadEmoji } from "../../src/completion/emoji.ts"
import { ranked } from "../../src/completion/fuzzy.ts"
import { commands } from "../../src/line/commands.ts"
import { HostileText } from "../text/samples.ts"

const Name = Schema.Union([
  Schema.String.check(Schema.isMaxLength(12)),
  Schema.Literals(["general", "team-announcements", "José García", "dev.ops", "ann", "anna", "bob"]),
])
const Names = Schema.Array(Name).check(Schema.isMaxLength(12))
const Query = Schema.Union([
  Schema.String.check(Schema.isMaxLength(4)),
  Schema.Literals(["an", "gnl", "ta", "jos", "GEN"]),
])

const found = (query: string, names: ReadonlyArray<string>) =>
  ranked(query, names, (name) => name).map(({ item }) => item)

describe("names by some of their letters", () => {
  it.prop("are some of those there are, and have the letters in their order", [Query, Names], ([query, names]) => {
    const matches = ranked(query, names, (name) => name)
    const left = [...names]
    for (const { item, at } of matches) {
      assert.include(left, item)
      left.splice(left.indexOf(item), 1)
      assert.deepStrictEqual(
        at.toSorted((a, b) => a - b),
        at,
      )
      assert.strictEqual(new Set(at).size, at.length)
    }
    // whoever has the very letters is among them
    const wanted = query.replaceAll(/\s+/gu, "").toLowerCase()
    for (const name of left) assert.isFalse(name.toLowerCase().includes(wanted) && name === name.normalize("NFC"), name)
  })

  it.prop("are fewer with every letter", [Query, Schema.Literals(["a", "n", "x"]), Names], ([query, more, names]) => {
    const before = found(query, names)
    for (const name of found(query + more, names)) assert.include(before, name)
  })

  it.prop("are in their order where nothing is looked for", [Names], ([names]) => {
    assert.deepStrictEqual(found("", names), [...names])
  })

  it("are ranked: itself, what begins so, has it, and has the letters at the beginnings of words", () => {
    assert.deepStrictEqual(found("ann", ["cannon", "a-new-name", "anna", "Ann", "annoying"]), [
      "Ann",
      "anna",
      "annoying",
      "cannon",
      "a-new-name",
    ])
    assert.deepStrictEqual(found("ta", ["meta", "t-x-a", "team-announcements"]), [
      "meta",
      "t-x-a",
      "team-announcements",
    ])
    assert.deepStrictEqual(found("jose", ["josé", "joke-session", "bob"]), ["josé", "joke-session"])
    assert.deepStrictEqual(ranked("ta", ["team-announcements"], (name) => name)[0]?.at, [0, 5])
  })

  it("are found among many", () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `some-room-with-a-long-name-${index}`)
    assert.strictEqual(found("srn4999", names)[0], "some-room-with-a-long-name-4999")
  })
})

const emoji = await loadEmoji()
const known: Known = {
  people: [{ username: "bob" }, { username: "ann", name: "Ann Smith" }, { username: "anna" }],
  rooms: ["general", "größe"],
  commands,
  emoji,
}

/** What Tab makes of a text, the cursor being where the bar is. */
const tab = (marked: string, times = 1): string | undefined => {
  const cursor = marked.indexOf("|")
  const text = marked.replace("|", "")
  const completion = completionAt(text, cursor, known)
  if (completion === undefined) return undefined
  const { text: now, cursor: at } = completed(text, completion, times - 1)
  return `${now.slice(0, at)}|${now.slice(at)}`
}

describe("the Tab key", () => {
  for (const [before, after] of [
    ["@an|", "@ann |"],
    ["hi @b| there", "hi @bob |there"],
    ["@Smi|", "@ann |"],
    ["@|", "@bob |"],
    ["@bb|", "@bob |"],
    ["(#gen|)", "(#general |)"],
    ["#grö|", "#größe |"],
    ["/rea|", "/react |"],
    ["/kick an|", "/kick ann |"],
    ["/join gen|", "/join general |"],
    [":tada|", "🎉 |"],
    [":+1|", "👍 |"],
    [":thumbsup:|", "👍 |"],
    ["nice :hear|", undefined],
    ["ann@b|", undefined],
    ["@nobodylikethis|", undefined],
    ["say /rea|", undefined],
    ["10:30|", undefined],
    ["plain|", undefined],
    ["|", undefined],
  ] as const) {
    it(`makes of ${before} ${after ?? "nothing"}`, () => {
      if (before === "nice :hear|") assert.match(tab(before) ?? "", /^nice \p{RGI_Emoji} \|$/v)
      else assert.strictEqual(tab(before), after)
    })
  }

  it("goes through the options and around, also backwards", () => {
    assert.deepStrictEqual(
      [1, 2, 3, 0].map((times) => tab("@an|", times)),
      ["@ann |", "@anna |", "@ann |", "@anna |"],
    )
  })

  it.prop("changes nothing but the word before the cursor", [HostileText], ([parts]) => {
    const text = parts.join("")
    for (const [index] of [...text].entries()) {
      const completion = completionAt(text, index, known)
      if (completion === undefined) continue
      const { from, to, options } = completion
      assert.isTrue(from <= to && to === index && options.length > 0)
      const now = completed(text, completion, 0)
      assert.isTrue(now.text.startsWith(text.slice(0, from)) && now.text.endsWith(text.slice(to)))
    }
  })
})
