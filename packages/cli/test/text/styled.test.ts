import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { toAnsi } from "../../src/text/ansi.ts"
import { legible } from "../../src/text/printable.ts"
import {
  fit,
  isolated,
  type Line,
  lineWidth,
  span,
  type Style,
  textOf,
  truncate,
  width,
} from "../../src/text/styled.ts"
import { themeOf } from "../../src/text/theme.ts"
import { wrap } from "../../src/text/wrap.ts"
import { HostileText } from "./samples.ts"

const Columns = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 40 }))
const styles: ReadonlyArray<Style> = [{}, { bold: true }, { fg: "error" }, { link: "https://example.org" }]
/** The parts of a text in different looks. */
const styled = (parts: ReadonlyArray<string>): Line =>
  parts.map((text, index) => span(text, styles[index % styles.length]))
const words = (text: string) => text.replaceAll(/[\s\u200E]+/gu, "")
const themes = (["none", "16", "256", "full"] as const).map((colours) => themeOf({ colours, background: "either" }))

describe("rows", () => {
  it.prop("no row that text is broken into is wider than asked", [HostileText, Columns], ([parts, columns]) => {
    for (const text of [parts, parts.map(legible)]) {
      for (const options of [{}, { first: [span("字> ")], rest: [span("   שלום ")] }]) {
        for (const row of wrap(styled(text), columns, options)) {
          assert.isAtMost(lineWidth(row), columns)
          assert.notInclude(textOf(row), "\n")
        }
      }
    }
  })

  it.prop(
    "nothing is lost where text is broken, and nothing said twice",
    [HostileText, Columns],
    ([parts, columns]) => {
      const text = parts.map(legible)
      const shown = wrap(styled(text), Math.max(8, columns)).map(textOf).join("\n")
      assert.strictEqual(words(shown), words(text.join("")))
    },
  )

  it.prop("what is cut fits, and what is to fill a row fills it", [HostileText, Columns], ([parts, columns]) => {
    const line = styled(parts)
    assert.isAtMost(lineWidth(truncate(line, columns)), columns)
    assert.strictEqual(lineWidth(fit(line, columns)), columns)
    if (lineWidth(line) <= columns && columns > 0) assert.deepStrictEqual(truncate(line, columns), isolated(line))
  })

  it.prop("whatever is written, a terminal obeys nothing but what the row says itself", [HostileText], ([parts]) => {
    for (const theme of themes) {
      for (const column of [undefined, 3]) {
        const written = toAnsi(styled(parts), theme, column)
        const rest = written
          // oxlint-disable-next-line no-control-regex -- what is looked for
          .replaceAll(/\u001B\[[\d;]*[mG]|\u001B\]8;(?:id=[a-z0-9]+;https:\/\/example\.org|;)\u001B\\/gu, "")
        assert.notMatch(rest, /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u)
        // ends as it began
        // oxlint-disable-next-line no-control-regex -- what is looked for
        assert.include([undefined, "\u001B[0m"], written.match(/\u001B\[[\d;]*m/gu)?.at(-1))
        assert.strictEqual(written.split("\u001B]8;id=").length, written.split("\u001B]8;;\u001B\\").length)
      }
    }
  })

  it("are broken between words, and in words only where they are longer than a row", () => {
    const rows = (text: string, columns: number) => wrap([span(text)], columns).map(textOf)
    assert.deepStrictEqual(rows("one two three", 7), ["one two", "three"])
    assert.deepStrictEqual(rows("one  two", 4), ["one", "two"])
    assert.deepStrictEqual(rows("ab averylongword", 6), ["ab", "averyl", "ongwor", "d"])
    assert.deepStrictEqual(rows("  indented\n\nnext", 10), ["  indented", "", "next"])
    assert.deepStrictEqual(rows("    averylongword", 8), ["    aver", "ylongwor", "d"])
    assert.deepStrictEqual(rows("\ta\tb", 10), ["    a   b"])
    assert.deepStrictEqual(rows("你好，世界。", 5), ["你", "好，", "世", "界。"])
    assert.deepStrictEqual(rows("字", 1), ["…"])
    assert.deepStrictEqual(rows("", 5), [""])
  })

  it("do not break a word where its look changes", () => {
    const rows = wrap([span("one t"), span("w", { bold: true }), span("o three")], 6)
    assert.deepStrictEqual(rows.map(textOf), ["one", "two", "three"])
    assert.deepStrictEqual(rows[1], [span("t"), span("w", { bold: true }), span("o")])
  })

  it("have before them what they are given", () => {
    const rows = wrap([span("one two three")], 8, { first: [span("- ")], rest: [span("  ")] })
    assert.deepStrictEqual(rows.map(textOf), ["- one", "  two", "  three"])
    const narrower = wrap([span("a "), span("bcd"), span("ef", { bold: true })], 6, { rest: [span("    ")] })
    assert.deepStrictEqual(narrower.map(textOf), ["a", "    bc", "    de", "    f"])
  })
})

describe("the columns of", () => {
  for (const [text, columns] of [
    ["", 0],
    ["abc é ß Ω я", 11],
    ["e\u0301", 1],
    ["你好", 4],
    ["ﾊﾝ", 2],
    ["한국어", 6],
    ["👍", 2],
    ["👍🏽", 2],
    ["👩‍👩‍👧‍👦", 2],
    ["🇩🇪", 2],
    ["7️⃣", 2],
    ["❤️", 2],
    ["❤", 1],
    ["🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2],
    ["\u200B\u200E\uFEFF\u00AD", 0],
    ["שלום", 4],
    ["…│█─", 4],
  ] as const) {
    it(`${JSON.stringify(text)} are ${columns}`, () => assert.strictEqual(width(text), columns))
  }
})

describe("legible text", () => {
  it("has nothing in it that cannot be seen, but what joins emoji and letters", () => {
    assert.strictEqual(legible("ad\u200Bmi\u2060n\u00AD\u3164\u{E0041}"), "admin")
    for (const text of ["👩‍👩‍👧‍👦", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "می‌خواهم", "e\u0301", "Việt"]) assert.strictEqual(legible(text), text)
    assert.strictEqual(legible(`Z${"\u0351".repeat(50)}`), `Z${"\u0351".repeat(8)}`)
    assert.strictEqual(legible("a\uD83D\u001B[2J"), "a\uFFFD␛[2J")
    assert.strictEqual(legible("a\u202Eb\u2067c\u2069"), "abc")
  })
})
