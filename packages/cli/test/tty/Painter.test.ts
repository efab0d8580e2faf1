import { assert, describe, it } from "@effect/vitest"
import { span } from "../../src/text/styled.ts"
import { themeOf } from "../../src/text/theme.ts"
import { type Frame, Painter } from "../../src/tty/Painter.ts"

const theme = themeOf({ colours: "none", background: "either" })
const frame = (rows: ReadonlyArray<string>, column = 0): Frame => ({
  rows: rows.map((row) => [span(row)]),
  cursor: { row: 0, column },
  title: "chat",
})

describe("what is written of a frame", () => {
  it("is the rows that have changed, at once, and nothing if none has", () => {
    const painter = new Painter()
    assert.match(painter.paint(frame(["one", "two"]), theme), /one[^]*two/u)
    assert.strictEqual(painter.paint(frame(["one", "two"]), theme), "")
    const changed = painter.paint(frame(["one", "three"]), theme)
    assert.notInclude(changed, "one")
    assert.isTrue(changed.startsWith("\u001B[?2026h") && changed.endsWith("\u001B[?2026l"))
    assert.include(changed, "\u001B[2;1H\u001B[2Kthree")
    assert.include(painter.paint(frame(["one", "three"], 2), theme), "\u001B[1;3H\u001B[?25h")
  })

  it("is all of it when nobody knows what is there", () => {
    const painter = new Painter()
    painter.paint(frame(["one"]), theme)
    painter.forget()
    assert.include(painter.paint(frame(["one"]), theme), "one")
  })
})
