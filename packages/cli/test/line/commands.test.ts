import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { commands, helpText, readTyped } from "../../src/line/commands.ts"

describe("what is typed", () => {
  it.prop("is a text unless it says otherwise", [Schema.String], ([text]) => {
    const typed = readTyped(`a${text}`)
    assert.deepStrictEqual(typed, { _tag: "Text", text: `a${text}` })
  })

  it("is a command after a slash, in any case", () => {
    assert.deepStrictEqual(readTyped("/to @ann"), { _tag: "Command", name: "to", rest: "@ann" })
    assert.deepStrictEqual(readTyped("/QUIT"), { _tag: "Command", name: "quit", rest: "" })
    assert.deepStrictEqual(readTyped("/edit two\nlines"), { _tag: "Command", name: "edit", rest: "two\nlines" })
  })

  it("is a text after two slashes", () => {
    assert.deepStrictEqual(readTyped("//quit"), { _tag: "Text", text: "/quit" })
  })

  it("is asked about where it is a slip", () => {
    for (const line of ["/quti", " /quit", "/to", "/"]) assert.strictEqual(readTyped(line)._tag, "Doubtful", line)
    assert.deepStrictEqual(readTyped("  "), { _tag: "Nothing" })
    assert.strictEqual(readTyped(" /etc/passwd is a path")._tag, "Text")
  })

  it("may leave out what stands in brackets", () => {
    assert.deepStrictEqual(readTyped("/delete"), { _tag: "Command", name: "delete", rest: "" })
    assert.deepStrictEqual(readTyped("/members"), { _tag: "Command", name: "who", rest: "" })
  })

  it("is told by help, all of it", () => {
    for (const { name } of commands) assert.include(helpText(), `/${name} `)
    assert.match(helpText("/pin"), /^-- Messages.*\n--   \/pin N .*\n--   \/pins .*$/u)
    assert.include(helpText("raect"), "did you mean /react?")
  })
})
