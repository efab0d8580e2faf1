import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { KeyReader, type TtyInput } from "../../src/tty/keys.ts"

const key = (name: string): TtyInput => ({ _tag: "Key", key: name })

const read = (...pieces: ReadonlyArray<string>): ReadonlyArray<TtyInput> => {
  const reader = new KeyReader()
  return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.flush()]
}

describe("keys", () => {
  it("are told by what terminals send for them", () => {
    const sent: Record<string, string> = {
      "\r": "Enter",
      "\t": "Tab",
      "\u007F": "Backspace",
      "\u000B": "C-k",
      "\u0003": "C-c",
      "\u0000": "C-Space",
      "\u001B": "Esc",
      "\u001Ba": "M-a",
      "\u001B\r": "M-Enter",
      "\u001B\u0001": "C-M-a",
      "\u001B[A": "Up",
      "\u001BOA": "Up",
      "\u001B[1;5D": "C-Left",
      "\u001B[1;2A": "S-Up",
      "\u001B[3~": "Delete",
      "\u001B[5~": "PageUp",
      "\u001B[1;5F": "C-End",
      "\u001BOP": "F1",
      "\u001B[12~": "F2",
      "\u001B[Z": "S-Tab",
      // the protocol of kitty
      "\u001B[13;2u": "S-Enter",
      "\u001B[27u": "Esc",
      "\u001B[107;5u": "C-k",
      "\u001B[97;3u": "M-a",
      // that of xterm
      "\u001B[27;2;13~": "S-Enter",
    }
    for (const [text, name] of Object.entries(sent))
      assert.deepStrictEqual(read(text), [key(name)], JSON.stringify(text))
  })

  it("are text if they are letters, and what is pasted is one text", () => {
    assert.deepStrictEqual(read("héllo 日本"), [{ _tag: "Text", text: "héllo 日本" }])
    assert.deepStrictEqual(read("\u001B[32;1u"), [{ _tag: "Text", text: " " }])
    assert.deepStrictEqual(read("a\u001B[200~two\r\nlines\u001B[A\u001B[201~\r"), [
      { _tag: "Text", text: "a" },
      { _tag: "Paste", text: "two\nlines\u001B[A" },
      key("Enter"),
    ])
  })

  it("tell of the focus and the mouse", () => {
    assert.deepStrictEqual(read("\u001B[I\u001B[O\u001B[<64;3;4M\u001B[<0;3;4M\u001B[<0;3;4m"), [
      { _tag: "Focus", focused: true },
      { _tag: "Focus", focused: false },
      { _tag: "Wheel", row: 3, column: 2, by: -1 },
      { _tag: "Click", row: 3, column: 2 },
    ])
  })

  it("are not made of what a terminal answers", () => {
    assert.deepStrictEqual(
      read("\u001B[?62;22c\u001B]11;rgb:0000/0000/0000\u0007\u001BP1+r\u001B\\\u001B[?1u\u001B[12;40R"),
      [],
    )
  })

  it("are not what a terminal says of the colour behind the text, in however many pieces", () => {
    const said: Array<unknown> = []
    const reader = new KeyReader((colour) => said.push(colour))
    for (const piece of ["a\u001B]11;rgb:ff", "ff/8080/00", "00\u001B", "\\b"]) {
      for (const input of reader.push(piece)) assert.include(["a", "b"], input._tag === "Text" ? input.text : "")
      assert.isFalse(reader.isWithin)
    }
    reader.push("\u001B]11;rgb:1e/1e/1e\u0007\u001B]11;?\u0007\u001B]12;rgb:00/00/00\u0007")
    assert.deepStrictEqual(said, [
      [255, 128, 0],
      [30, 30, 30],
    ])
  })

  it("that begin like others wait for the rest", () => {
    const reader = new KeyReader()
    assert.deepStrictEqual(reader.push("\u001B"), [])
    assert.isTrue(reader.isWithin)
    assert.deepStrictEqual(reader.push("[1;5"), [])
    assert.deepStrictEqual(reader.push("Cx"), [key("C-Right"), { _tag: "Text", text: "x" }])
    assert.isFalse(reader.isWithin)
    reader.push("\u001B[200~half")
    // however long it takes, a paste is not over before its end
    assert.isFalse(reader.isWithin)
  })

  const piece = Schema.Literals([
    "a",
    "é",
    "日",
    "\u001B",
    "[",
    "O",
    "1",
    ";",
    "2",
    "A",
    "~",
    "200~",
    "\u001B[200~",
    "\u001B[201~",
    "\r",
    "u",
    "\u0000",
  ])

  // Text that was cut somewhere is joined, so that only where it was cut does not count.
  const joined = (inputs: ReadonlyArray<TtyInput>) => {
    const all: Array<TtyInput> = []
    for (const input of inputs) {
      const last = all.at(-1)
      if (input._tag === "Text" && last?._tag === "Text")
        all[all.length - 1] = { _tag: "Text", text: last.text + input.text }
      else all.push(input)
    }
    return all
  }

  it.prop("are the same however they are cut", [Schema.Array(piece)], ([pieces]) => {
    const whole = new KeyReader()
    const parts = new KeyReader()
    const inputs = whole.push(pieces.join(""))
    const same = [...pieces.join("")].flatMap((character) => parts.push(character))
    assert.deepStrictEqual(joined(same), joined(inputs))
    assert.deepStrictEqual(parts.flush(), whole.flush())
  })
})
