import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { type Composer, type Edit, edit, emptyComposer, sent, withText } from "../../src/composer/Composer.ts"
import { composerView, rowsOf } from "../../src/composer/view.ts"
import { graphemes } from "../../src/text/graphemes.ts"
import { lineWidth, textOf } from "../../src/text/styled.ts"
import { HostileText } from "../text/samples.ts"

const moves = ["Left", "Right", "WordLeft", "WordRight", "LineStart", "LineEnd", "TextStart", "TextEnd"] as const
const cuts = ["KillWordLeft", "KillWordRight", "KillToBlank", "KillToLineStart", "KillToLineEnd"] as const
const others = ["DeleteLeft", "DeleteRight", "Yank", "YankNext", "Transpose", "Undo", "Redo", "Older", "Newer"] as const

const Columns = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 20 }))
/** Keys as people press them: `Send` is not of the editor. */
const Key = Schema.Union([
  Schema.Literals([...moves, ...cuts, ...others, "Send"]),
  Schema.Struct({ up: Schema.Boolean, columns: Columns }),
  Schema.Struct({ text: HostileText }),
  Schema.Struct({ text: Schema.Literals(["a", "b", " ", ".", "one two", "\n", "é"]) }),
])
const Keys = Schema.Array(Key).check(Schema.isMaxLength(24))

const press = (composer: Composer, key: typeof Key.Type): Composer => {
  if (key === "Send") return sent(composer)
  if (typeof key === "string") return edit(composer, { _tag: key })
  if ("up" in key) return edit(composer, { _tag: key.up ? "Up" : "Down", columns: key.columns })
  return edit(composer, { _tag: "Insert", text: typeof key.text === "string" ? key.text : key.text.join("") })
}

const isBoundary = ({ text, cursor }: Composer) => {
  let at = 0
  for (const cluster of graphemes(text)) {
    if (at >= cursor) break
    at += cluster.length
  }
  return at === cursor
}

/** After these keys; what is not the name of one is typed. */
const after = (...keys: ReadonlyArray<Exclude<Edit["_tag"], "Insert"> | { readonly type: string }>): string => {
  const { text, cursor } = keys.reduce<Composer>((composer, key) => {
    if (typeof key === "object") return edit(composer, { _tag: "Insert", text: key.type })
    return edit(composer, key === "Up" || key === "Down" ? { _tag: key, columns: 20 } : { _tag: key })
  }, emptyComposer)
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`
}
const typed = (...texts: ReadonlyArray<string>) =>
  texts.flatMap((text) => [...text].map((letter) => ({ type: letter })))

describe("what is being written", () => {
  it.prop("has its cursor between two characters, and a text that can be sent", [Keys], ([keys]) => {
    let composer = emptyComposer
    for (const key of keys) {
      composer = press(composer, key)
      assert.isTrue(isBoundary(composer), JSON.stringify(composer))
      assert.isTrue(composer.text.isWellFormed())
      for (const never of ["\r", "\u0000"]) assert.notInclude(composer.text, never)
    }
  })

  it.prop("can be had back step by step to the beginning, and forward again", [Keys], ([keys]) => {
    const written = keys
      .filter((key) => key !== "Send" && key !== "Undo" && key !== "Redo")
      .reduce(press, emptyComposer)
    let composer = written
    while (composer.done.length > 0) composer = edit(composer, { _tag: "Undo" })
    assert.strictEqual(composer.text, "")
    while (composer.undone.length > 0) composer = edit(composer, { _tag: "Redo" })
    assert.strictEqual(composer.text, written.text)
  })

  it.prop("comes back as it was when it is cut out and put back", [Keys, Schema.Literals(cuts)], ([keys, cut]) => {
    const before = edit(keys.reduce(press, emptyComposer), { _tag: "Left" })
    const without = edit(before, { _tag: cut })
    assert.strictEqual(edit(without, { _tag: "Yank" }).text === before.text || without.text === before.text, true)
  })

  // the same with the simplest thing that could be right: the letters before the cursor and those after it
  const Simple = Schema.Array(
    Schema.Literals(["x", "字", "👍🏽", "Left", "Right", "TextStart", "TextEnd", "DeleteLeft", "DeleteRight"]),
  ).check(Schema.isMaxLength(30))
  it.prop("is what a list of characters would be", [Simple], ([keys]) => {
    let [left, right]: [ReadonlyArray<string>, ReadonlyArray<string>] = [[], []]
    let composer = emptyComposer
    for (const key of keys) {
      composer =
        key === "x" || key === "字" || key === "👍🏽"
          ? edit(composer, { _tag: "Insert", text: key })
          : edit(composer, { _tag: key })
      if (key === "Left") [left, right] = [left.slice(0, -1), [...left.slice(-1), ...right]]
      else if (key === "Right") [left, right] = [[...left, ...right.slice(0, 1)], right.slice(1)]
      else if (key === "TextStart") [left, right] = [[], [...left, ...right]]
      else if (key === "TextEnd") [left, right] = [[...left, ...right], []]
      else if (key === "DeleteLeft") left = left.slice(0, -1)
      else if (key === "DeleteRight") right = right.slice(1)
      else left = [...left, key]
      assert.deepStrictEqual([composer.text, composer.cursor], [[...left, ...right].join(""), left.join("").length])
    }
  })

  it("moves and cuts by words and lines", () => {
    const text = [{ type: "one two, three\nfour" }]
    assert.strictEqual(after(...text, "WordLeft"), "one two, three\n|four")
    assert.strictEqual(after(...text, "WordLeft", "WordLeft", "WordLeft"), "one |two, three\nfour")
    assert.strictEqual(after(...text, "TextStart", "WordRight", "WordRight"), "one two|, three\nfour")
    assert.strictEqual(after(...text, "LineStart", "Left", "LineStart"), "|one two, three\nfour")
    assert.strictEqual(after(...text, "KillToLineStart"), "one two, three\n|")
    assert.strictEqual(after(...text, "TextStart", "KillToLineEnd", "KillToLineEnd"), "|four")
    assert.strictEqual(after(...text, "KillToBlank", "KillToBlank"), "one two, |")
    assert.strictEqual(after({ type: "\n" }, "TextStart", "LineStart"), "|\n")
    assert.strictEqual(after({ type: "a-b" }, "KillWordLeft"), "a-|")
    assert.strictEqual(after({ type: "a-b" }, "KillToBlank"), "|")
    assert.strictEqual(after(...text, "TextStart", "KillWordRight"), "| two, three\nfour")
  })

  it("puts back what was cut out in one go, and then what was before", () => {
    const text = { type: "one two three" }
    assert.strictEqual(after(text, "KillToBlank", "KillToBlank", "Yank"), "one two three|")
    const two = [text, "KillToBlank", "Left", "KillToLineStart"] as const
    assert.strictEqual(after(...two, "TextEnd", "Yank"), " one two|")
    assert.strictEqual(after(...two, "TextEnd", "Yank", "YankNext"), " three|")
    assert.strictEqual(after(...two, "TextEnd", "Yank", "YankNext", "YankNext"), " one two|")
    assert.strictEqual(after(...two, "TextEnd", "Yank", "YankNext", "Undo"), " |")
    assert.strictEqual(after("Yank", "YankNext"), "|")
  })

  it("is undone by words when it was typed, and as a whole when it was pasted", () => {
    assert.strictEqual(after(...typed("one two"), "Undo"), "one|")
    assert.strictEqual(after(...typed("one two"), "Undo", "Undo"), "|")
    assert.strictEqual(after(...typed("one two"), "Undo", "Undo", "Redo"), "one|")
    assert.strictEqual(after(...typed("x"), { type: "a\nb\r\nc\rd" }), "xa\nb\nc\nd|")
    assert.strictEqual(after(...typed("x"), { type: "a\nb\r\nc" }, "Undo"), "x|")
  })

  it("swaps two characters", () => {
    assert.strictEqual(after({ type: "ab" }, "Transpose"), "ba|")
    assert.strictEqual(after({ type: "a👍🏽" }, "Left", "Transpose"), "👍🏽a|")
    assert.strictEqual(after({ type: "a" }, "Transpose"), "a|")
    // two that become one
    assert.strictEqual(after({ type: "🇪" }, "Left", { type: "🇩" }), "🇩🇪|")
  })

  it("goes up and down in its rows, keeping the column, and then to what was sent", () => {
    const text = { type: "first line\nx\nthird line" }
    assert.strictEqual(after(text, "Up"), "first line\nx|\nthird line")
    assert.strictEqual(after(text, "Up", "Up"), "first line|\nx\nthird line")
    let composer = sent(withText(sent(withText(emptyComposer, "one")), "two"))
    composer = withText(composer, "writing")
    const shown = (["Up", "Up", "Up", "Down", "Down", "Down"] as const).map((_tag) => {
      composer = edit(composer, { _tag, columns: 20 })
      return composer.text
    })
    assert.deepStrictEqual(shown, ["two", "one", "one", "two", "writing", "writing"])
  })
})

describe("the rows of what is being written", () => {
  const Height = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 6 }))
  it.prop(
    "fit, have the cursor among them, and every place once",
    [Keys, Columns, Height],
    ([keys, columns, height]) => {
      const { text, cursor } = keys.reduce(press, emptyComposer)
      const view = composerView(text, cursor, columns, height)
      assert.isAtMost(view.lines.length, height)
      assert.isBelow(view.row, view.lines.length)
      assert.isBelow(view.column, Math.max(2, columns))
      for (const line of view.lines) {
        assert.isAtMost(lineWidth(line), Math.max(1, columns - 1))
        assert.notMatch(textOf(line), /[\p{Cc}\p{Cs}]/u)
      }
      const places = rowsOf(text, cursor, columns).rows.flatMap((row) => row.places.map(({ at }) => at))
      let at = 0
      const expected = [0, ...graphemes(text).map((cluster) => (at += cluster.length))]
      assert.deepStrictEqual(places, expected)
    },
  )

  it("are broken between words, and show what cannot be seen", () => {
    const shown = (text: string, columns: number) => rowsOf(text, 0, columns).rows.map((row) => row.text)
    assert.deepStrictEqual(shown("one two three", 9), ["one two ", "three"])
    assert.deepStrictEqual(shown("averylongword", 6), ["avery", "longw", "ord"])
    assert.deepStrictEqual(shown("a\n\nb\n", 9), ["a", "", "b", ""])
    assert.deepStrictEqual(shown(" 字a字", 5), [" ", "字a", "字"])
    assert.deepStrictEqual(shown("\ta\u001Bb", 9), ["    a␛b"])
    assert.deepStrictEqual(composerView("one two three", 8, 9, 3).row, 1)
    assert.deepStrictEqual(composerView("a\nb\nc\nd", 7, 9, 2).lines.map(textOf), ["c", "d"])
  })
})
