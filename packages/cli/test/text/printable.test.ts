import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { printableJson, printableLine, printableText } from "../../src/text/printable.ts"

// half of the characters are those that matter here
const Hostile = Schema.Array(
  Schema.Union([
    Schema.String,
    Schema.Literals(["\u001B[2J", "\u009B31m", "\u0007", "\u202E", "\u2066", "\r", "\n", "\t", "\u2028", "\u007F"]),
  ]),
)
const obeyed = /[^\P{Cc}\n\t]|[\u2028\u2029\u202A-\u202E\u2066-\u2069]/u

describe("printable", () => {
  it.prop("a text has nothing left that a terminal obeys but line feeds and tabs", [Hostile], ([parts]) => {
    assert.notMatch(printableText(parts.join("")), obeyed)
  })

  it.prop("a line has not even those", [Hostile], ([parts]) => {
    const line = printableLine(parts.join(""))
    assert.notMatch(line, obeyed)
    assert.notMatch(line, /[\n\t]/u)
  })

  it.prop("JSON means the same and has nothing that a terminal obeys", [Hostile], ([parts]) => {
    const line = printableJson({ parts })
    assert.notMatch(line, obeyed)
    assert.notInclude(line, "\n")
    assert.deepStrictEqual(JSON.parse(line), { parts: [...parts] })
  })

  it("says what was there", () => {
    assert.strictEqual(printableLine("a\u001B[2Jb\u202Ec\nd\u009Be"), "a␛[2Jb<U+202E>c␊d<U+009B>e")
    assert.strictEqual(printableText("one\r\ntwo\rthree\t."), "one\ntwo␍three\t.")
  })

  it("says of a name what cannot be seen in it, and draws nothing over the lines around it", () => {
    assert.strictEqual(printableLine("general\u3164 ad\u200Bmin \u{E0041}"), "general<U+3164> ad<U+200B>min <U+E0041>")
    assert.strictEqual(printableLine(`Z${"\u0351".repeat(50)}`), `Z${"\u0351".repeat(8)}`)
  })

  it("leaves the scripts and emoji of the world as they are", () => {
    const text = "Grüße, שלום\u200F, مرحبا, 你好, 👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301"
    assert.strictEqual(printableLine(text), text)
    assert.strictEqual(printableText(text), text)
  })
})
