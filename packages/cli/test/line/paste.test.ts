import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { joinPasted, unjoined } from "../../src/line/paste.ts"

const begin = "\u001B[200~"
const end = "\u001B[201~"
const Typed = Schema.Array(Schema.Literals(["a", "\r", "\u001B[A", "ü"]))
const Pasted = Schema.Array(Schema.Literals(["a", "\r", "\n", "\r\n", "b", "\t"]))

describe("pastes", () => {
  it.prop("leave what is typed as it is, and never end a line", [Typed, Pasted, Typed], ([before, pasted, after]) => {
    const text = `${before.join("")}${begin}${pasted.join("")}${end}${after.join("")}`
    const joined = joinPasted(text, false)
    assert.isFalse(joined.pasting)
    assert.isTrue(joined.text.startsWith(before.join("")))
    assert.isTrue(joined.text.endsWith(after.join("")))
    const middle = joined.text.slice(before.join("").length, joined.text.length - after.join("").length)
    assert.notMatch(middle, /[\r\n]/u)
    assert.strictEqual(
      unjoined(middle),
      pasted
        .join("")
        .replaceAll(/\r\n|\r/gu, "\n")
        .replace(/\n+$/u, ""),
    )
  })

  it("may come in pieces", () => {
    const first = joinPasted(`${begin}one\r`, false)
    const second = joinPasted(`two${end}\r`, first.pasting)
    assert.deepStrictEqual([first.pasting, second.pasting], [true, false])
    assert.strictEqual(unjoined(`${first.text}${second.text}`.replace(/\r$/u, "")), "one\ntwo")
  })
})
