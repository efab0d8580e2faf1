import { assert, describe, it } from "@effect/vitest"
import { excerpt } from "../../src/messages/search.ts"
import type { Style } from "../../src/terminal/Output.ts"

const style: Style = { name: (text) => text, faint: (text) => text, strong: (text) => `[${text}]` }
const matchesOf = (text: string, word: string) => {
  const start = text.indexOf(word)
  return start === -1 ? [] : [{ start, end: start + word.length }]
}

describe("excerpt", () => {
  it("shows the line of the first match, and no control characters", () => {
    const text = "first\nsecond with \u001B[31m tea in it\nthird"
    assert.strictEqual(excerpt(text, matchesOf(text, "tea"), style), "second with ␛[31m [tea] in it")
    assert.notInclude(excerpt(text, matchesOf(text, "tea"), style), "\u001B")
  })

  it("shows what is around a match in a long line", () => {
    const text = `${"x".repeat(500)} tea ${"y".repeat(500)}`
    const shown = excerpt(text, matchesOf(text, "tea"), style)
    assert.isTrue(shown.startsWith("...x") && shown.endsWith("y...") && shown.includes(" [tea] "))
    assert.isBelow(shown.length, 250)
  })

  it("shows the beginning where no word was looked for", () => {
    assert.strictEqual(excerpt("hello\nworld", [], style), "hello")
  })
})
