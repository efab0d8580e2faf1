import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { Body } from "@chat/domain/Values"
import { split } from "../../src/messages/split.ts"

const Snippet = Schema.Union([
  Schema.String,
  Schema.Literals([" ", "\n", "word ", "line\n", "👩‍👩‍👧‍👦", "e\u0301", "🇩🇪", "\r\n", "a"]),
])
const Text = Schema.Array(Snippet)
const Limit = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 12 }))
const length = (text: string) => [...text].length
const isBody = Schema.is(Body)
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" })
const boundariesOf = (text: string) => new Set([...graphemes.segment(text)].map(({ index }) => index))

describe("split", () => {
  it.prop(
    "the parts are the text, none is longer than the limit, none is blank, none cuts a character",
    [Text, Limit],
    ([snippets, limit]) => {
      const text = snippets.join("").toWellFormed()
      const parts = split(text, limit)
      if (parts === undefined) return
      assert.strictEqual(parts.join(""), text)
      const boundaries = boundariesOf(text)
      const longest = Math.max(...[...graphemes.segment(text)].map(({ segment }) => length(segment)), 0)
      let index = 0
      for (const part of parts) {
        assert.isAtMost(length(part), limit)
        assert.notStrictEqual(part.trim(), "")
        assert.isTrue(part.isWellFormed())
        if (!part.includes("\u0000")) assert.isTrue(isBody(part))
        if (longest <= limit) assert.isTrue(boundaries.has(index), `a cut at ${index}`)
        index += part.length
      }
    },
    { arbitrary: { runs: 1_000 } },
  )

  it.prop("text without long blank stretches can always be cut", [Text, Limit], ([snippets, limit]) => {
    const text = snippets.join("").toWellFormed().replaceAll(/\s+/gu, " ").trim()
    const longest = Math.max(...[...graphemes.segment(text)].map(({ segment }) => length(segment)), 0)
    if (limit < 3 || longest > limit) return
    assert.isDefined(split(text, limit))
  })

  it("cuts after lines, else after words, else where no more fits", () => {
    assert.deepStrictEqual(split("one two\nthree four", 12), ["one two\n", "three four"])
    assert.deepStrictEqual(split("one two three", 8), ["one two ", "three"])
    assert.deepStrictEqual(split("abcdefghij", 4), ["abcd", "efgh", "ij"])
  })

  it("keeps a short text whole and finds no parts in an empty one", () => {
    assert.deepStrictEqual(split("short", 10), ["short"])
    assert.deepStrictEqual(split("", 10), [])
  })

  it("lets no blank rest stand alone", () => {
    assert.deepStrictEqual(split("abcd\n\n", 4), ["abc", "d\n\n"])
    assert.isUndefined(split(`a${" ".repeat(20)}b`, 4))
  })
})
