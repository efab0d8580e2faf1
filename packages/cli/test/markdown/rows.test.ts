import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { loadHighlight } from "../../src/markdown/highlight.ts"
import { type MarkdownOptions, markdownRows } from "../../src/markdown/rows.ts"
import { legible } from "../../src/text/printable.ts"
import { lineWidth, type Style, textOf } from "../../src/text/styled.ts"
import { HostileText } from "../text/samples.ts"

const options: MarkdownOptions = { links: true, who: (name) => ({ ann: "me", bob: "other" } as const)[name] }

const Markup = Schema.Literals([
  ..."*_~`>-+#[]()!<&\\|@".split(""),
  "**",
  "~~",
  "\n",
  "\n\n",
  "    ",
  "\n- ",
  "\n> ",
  "\n1. ",
  "\n# ",
  "\n---\n",
  "<b>",
  "&amp;",
  " @ann ",
])
const Code = Schema.Literals(["\n```ts\n", "\n```\n", "\n~~~ python\n", "[a](", "](javascript:x)", "https://x.org"])
const Marked = Schema.Array(Schema.Union([Markup, Markup, HostileText])).check(Schema.isMaxLength(16))
const Columns = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 40 }))

const textIn = (parts: ReadonlyArray<string | ReadonlyArray<string>>) => parts.flat().join("")
const letters = (text: string) => text.replaceAll(/[^\p{L}]/gu, "")
const shown = (text: string, columns = 40) => markdownRows(text, columns, options).map(textOf)
/** The pieces of a text that look other than plain. */
const looks = (text: string): ReadonlyArray<readonly [string, Style]> =>
  markdownRows(text, 60, options)
    .flat()
    .filter(({ style }) => Object.keys(style).length > 0)
    .map(({ text, style }) => [text, style] as const)

const highlight = await loadHighlight()

describe("Markdown", () => {
  const Hostile = Schema.Array(Schema.Union([Marked, Code])).check(Schema.isMaxLength(8))
  it.prop(
    "has no row wider than asked, and nothing but printable text in it",
    [Hostile, Columns],
    ([parts, columns]) => {
      const text = textIn(parts.flat())
      for (const row of markdownRows(text, columns, { ...options, highlight })) {
        assert.isAtMost(lineWidth(row), columns)
        for (const { text, style } of row) {
          assert.notMatch(text, /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u)
          assert.match(style.link ?? "https://", /^(?:https?:\/\/|mailto:)[\x21-\x7E]*$/iu)
        }
      }
    },
  )

  it.prop("leaves out no letter of a text", [Marked], ([parts]) => {
    const text = textIn(parts)
    assert.strictEqual(letters(shown(text, 30).join("")), letters(legible(text)))
  })

  it("says what is strong, emphasised, struck out, code or a mention", () => {
    assert.deepStrictEqual(looks("a **b** _c_ ~~d~~ `e` @bob @ann @eve `@ann` \\@ann"), [
      ["b", { bold: true }],
      ["c", { italic: true }],
      ["d", { strike: true }],
      ["`e`", { fg: "code" }],
      ["@bob", { fg: "mention" }],
      ["@ann", { fg: "mentionMe" }],
      ["`@ann`", { fg: "code" }],
    ])
    assert.deepStrictEqual(looks("***both***"), [["both", { italic: true, bold: true }]])
    assert.deepStrictEqual(looks("<div>\n**b** <i>*i*"), [
      ["b", { bold: true }],
      ["i", { italic: true }],
    ])
  })

  for (const [text, rows] of [
    ["one\ntwo\n\nthree", ["one", "two", "", "three"]],
    ["- a\n- b\n  - c\n\n3. x\n4. y", ["• a", "• b", "  • c", "", "3. x", "4. y"]],
    ["- [ ] todo\n- [x] done", ["• [ ] todo", "• [x] done"]],
    ["> said\n> more\n\nanswer", ["│ said", "│ more", "", "answer"]],
    ["> > deep", ["│ │ deep"]],
    ["# Title\ntext", ["Title", "text"]],
    ["text\n---\nmore", ["text", "────────────────────", "more"]],
    ["    indented", ["    indented"]],
    ["```ts\nconst a = 1\n```", ["▎ts", "▎const a = 1"]],
    ["```\n  a\n\tb\n```", ["▎  a", "▎    b"]],
    ["a <b>x</b> &amp; <!-- c -->", ["a <b>x</b> &amp; <!-- c -->"]],
    ["| a | b |\n|---|---|\n| 1 | 2 |", ["| a | b |", "|---|---|", "| 1 | 2 |"]],
    ["[a]: https://x.org\n[a]", ["[a]: https://x.org", "[a]"]],
    ["snake_case_name 2*3*4", ["snake_case_name 234"]],
  ] as const) {
    it(`of ${JSON.stringify(text)} is read as it is meant`, () => assert.deepStrictEqual(shown(text), [...rows]))
  }

  it("is shown as it was written where reading it would take long", () => {
    for (const text of [`**a** ${"b".repeat(5_000)}`, "***~<".repeat(300), `${"> ".repeat(12)}a`]) {
      assert.deepStrictEqual(shown(text, 10_000), [text])
    }
  })

  it("goes by its words, and nests as far as there is room", () => {
    assert.deepStrictEqual(shown("- one two three four", 16), ["• one two three", "  four"])
    for (const row of markdownRows(`${"> ".repeat(40)}deep`, 20, options)) assert.isAtMost(lineWidth(row), 20)
  })
})

describe("a link", () => {
  for (const [text, row, link] of [
    ["https://x.org/a?b=c", "https://x.org/a?b=c", "https://x.org/a?b=c"],
    ["see <https://x.org>.", "see https://x.org.", "https://x.org/"],
    ["ann@x.org", "ann@x.org", "mailto:ann@x.org"],
    ["[docs](https://x.org/guide)", "docs (x.org)", "https://x.org/guide"],
    ["[https://bank.com](https://evil.org/x)", "https://bank.com (https://evil.org/x)", "https://evil.org/x"],
    ["[bank.com](https://evil.org)", "bank.com (https://evil.org/)", "https://evil.org/"],
    ["[x](https://аррle.com)", "x (xn--le-6kc8da.com)", "https://xn--le-6kc8da.com/"],
    ["<https://аррle.com>", "https://аррle.com (https://xn--le-6kc8da.com/)", "https://xn--le-6kc8da.com/"],
    ["[x](javascript:alert)", "x (javascript:alert)", undefined],
    ["[x](file:///etc/passwd)", "x (file:///etc/passwd)", undefined],
    ["![cat](https://x.org/c.png)", "cat (x.org)", "https://x.org/c.png"],
  ] as const) {
    it(`such as ${text} says where it leads`, () => {
      assert.deepStrictEqual(shown(text, 60), [row])
      const links = markdownRows(text, 60, options).flatMap((line) => line.flatMap(({ style }) => style.link ?? []))
      assert.strictEqual(links[0], link)
    })
  }

  it("is shown in full where no terminal follows it", () => {
    const rows = markdownRows("[docs](https://x.org/guide)", 60, { ...options, links: false })
    assert.deepStrictEqual(rows.map(textOf), ["docs (https://x.org/guide)"])
  })
})

describe("code", () => {
  it("has the looks of its language, and loses nothing", () => {
    const code = 'const a = 1 // why\nfoo("b")'
    const lines = highlight(code, "ts") ?? []
    assert.deepStrictEqual(lines.map(textOf), code.split("\n"))
    const looks = new Map(lines.flat().map(({ text, style }) => [text, style.fg]))
    assert.deepStrictEqual(
      ["const", "a", "1", "// why", "b"].map((text) => looks.get(text)),
      ["codeKeyword", undefined, "codeNumber", "codeComment", "codeString"],
    )
    assert.isUndefined(highlight(code, "klingon"))
  })
})
