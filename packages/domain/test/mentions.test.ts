import { assert, describe, it } from "@effect/vitest"
import { findMentions, mentionedNames } from "@chat/domain/mentions"
import { Body } from "@chat/domain/Values"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import { runs } from "./runs.ts"

const people = new Set(["ann", "bob", "q-", "a.b", "room", "here"])
const found = (text: string): ReadonlyArray<string> =>
  findMentions(text, (name) => (people.has(name) ? name : undefined)).map(({ who }) => who)

describe("a mention", () => {
  for (const [text, names] of [
    ["@ann", ["ann"]],
    ["Hello @ANN, @bob!", ["ann", "bob"]],
    ['(@ann) *@bob* "@ann"', ["ann", "bob", "ann"]],
    ["ask @ann.", ["ann"]],
    ["ask @ann...", ["ann"]],
    ["@a.b. and @q-", ["a.b", "q-"]],
    ["@room @here", ["room", "here"]],
    ["ann@bob.org", []],
    ["@ann@example.org", []],
    ["@annétte @annie @ann_", ["ann"]],
    ["\\@ann", []],
    ["https://example.org/@ann", []],
    ["`@ann` @bob", ["bob"]],
    ["``a ` @ann`` @bob", ["bob"]],
    ["one ` tick @ann", ["ann"]],
    ["one ` tick\n\n@ann and another `", ["ann"]],
    ["```\n@ann\n```\n@bob", ["bob"]],
    ["~~~ts\n@ann\n@ann", []],
    ["text ```@ann``` @bob", ["bob"]],
    ["@", []],
    ["@@ann", []],
  ] as const) {
    it(`in ${JSON.stringify(text)}: ${names.join(", ") || "none"}`, () =>
      assert.deepStrictEqual(found(text), [...names]))
  }
})

const Part = Schema.Struct({
  kind: Schema.Literals(["name", "code", "block", "words"]),
  name: Schema.Literals(["ann", "bob"]),
})

describe("mentions in a text of many parts", () => {
  it.prop(
    "are those that are not in code, at their places",
    [Arbitrary.array(Arbitrary.schema(Part), { maxLength: 20 })],
    ([parts]) => {
      const texts = parts.map(({ kind, name }) => {
        if (kind === "name") return `@${name}`
        if (kind === "code") return `\`@${name}\``
        return kind === "block" ? `\n\`\`\`\n@${name}\n\`\`\`\n` : `so to say,`
      })
      const text = texts.join(" ")
      const mentions = findMentions(text, (name) => (people.has(name) ? name : undefined))
      const names = parts.flatMap(({ kind, name }) => (kind === "name" ? [name] : []))
      assert.deepStrictEqual(
        mentions.map(({ who }) => who),
        names,
      )
      for (const { from, to, who } of mentions) assert.strictEqual(text.slice(from, to), `@${who}`)
    },
    runs(),
  )

  it.prop(
    "are found in any text without harm, and each is a name in it",
    [Arbitrary.schema(Body)],
    ([body]) => {
      for (const name of mentionedNames(body)) assert.include(body.toLowerCase(), `@${name}`)
    },
    runs(),
  )

  it("take no more time than the text is long", () => {
    const started = performance.now()
    for (const text of ["`".repeat(60_000), "` ``".repeat(15_000), "@a.".repeat(20_000), "~~~\n".repeat(15_000)]) {
      mentionedNames(text)
    }
    assert.isBelow(performance.now() - started, 5_000)
  })
})
