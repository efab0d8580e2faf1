/**
 * What a terminal sends, read as keys. A key has a name such as `a`, `Enter`, `C-k`, `M-Left` or `F1`: the modifiers in
 * the order C (Ctrl), M (Alt), S (Shift), then the key. Letters that are merely typed are text, however many come at once.
 */

import type { Rgb } from "../text/colour.ts"

export type TtyInput =
  | { readonly _tag: "Key"; readonly key: string }
  | { readonly _tag: "Text"; readonly text: string }
  | { readonly _tag: "Paste"; readonly text: string }
  | { readonly _tag: "Focus"; readonly focused: boolean }
  /** Rows and columns from 0; `wheel` is -1 upwards. */
  | { readonly _tag: "Click"; readonly row: number; readonly column: number }
  | { readonly _tag: "Wheel"; readonly row: number; readonly column: number; readonly by: -1 | 1 }

const escape = "\u001B"
const pasteBegins = `${escape}[200~`
const pasteEnds = `${escape}[201~`

/** More than this between the marks of a paste is not one: the mark of its end was lost. */
const longestPaste = 4 * 1_048_576
/** Answers of a terminal that go on for longer have no end. */
const longestAnswer = 65_536

const letters: Record<string, string> = {
  A: "Up",
  B: "Down",
  C: "Right",
  D: "Left",
  F: "End",
  H: "Home",
  P: "F1",
  Q: "F2",
  R: "F3",
  S: "F4",
}

const numbers: Record<number, string> = {
  1: "Home",
  2: "Insert",
  3: "Delete",
  4: "End",
  5: "PageUp",
  6: "PageDown",
  7: "Home",
  8: "End",
  11: "F1",
  12: "F2",
  13: "F3",
  14: "F4",
  15: "F5",
  17: "F6",
  18: "F7",
  19: "F8",
  20: "F9",
  21: "F10",
  23: "F11",
  24: "F12",
}

const special: Record<number, string> = {
  8: "Backspace",
  9: "Tab",
  13: "Enter",
  27: "Esc",
  32: "Space",
  127: "Backspace",
}

const named = (name: string, modifiers: number): TtyInput => {
  const bits = Math.max(0, modifiers - 1)
  const prefix = `${bits & 4 ? "C-" : ""}${bits & 2 ? "M-" : ""}${bits & 1 ? "S-" : ""}`
  return { _tag: "Key", key: prefix + name }
}

/** A key by its code point, as the newer protocols have it. */
const coded = (code: number, modifiers: number): ReadonlyArray<TtyInput> => {
  const name = special[code]
  const isPlain = ((modifiers - 1) & 6) === 0
  if (code === 32 && isPlain) return [{ _tag: "Text", text: " " }]
  if (name !== undefined) return [named(name, modifiers)]
  // keys of the private use area are those that no letter stands for, such as Shift alone
  if (!(code > 32 && code <= 0x10ffff) || (code >= 0xe000 && code <= 0xf8ff)) return []
  const character = String.fromCodePoint(code)
  if (isPlain) return [{ _tag: "Text", text: character }]
  return [named(character, modifiers)]
}

const mouse = (fields: ReadonlyArray<number>, final: string): ReadonlyArray<TtyInput> => {
  const [button = 0, x = 1, y = 1] = fields
  const place = { row: Math.max(0, y - 1), column: Math.max(0, x - 1) }
  if ((button & 64) !== 0) return [{ _tag: "Wheel", ...place, by: (button & 1) === 0 ? -1 : 1 }]
  return final === "M" && (button & 35) === 0 ? [{ _tag: "Click", ...place }] : []
}

const fieldsOf = (parameters: string): ReadonlyArray<number> =>
  parameters
    .replace(/^[<=>?]/u, "")
    .split(";")
    .map((field) => Number.parseInt(field, 10) || 0)

const control = (parameters: string, final: string): ReadonlyArray<TtyInput> => {
  const fields = fieldsOf(parameters)
  const [first = 0, second = 0, third = 0] = fields
  if (parameters.startsWith("<") && (final === "M" || final === "m")) return mouse(fields, final)
  // what begins with one of these is an answer to a question
  if (/^[<=>?]/u.test(parameters)) return []
  const letter = letters[final]
  // where the cursor stands is told with a row in the place of the 1
  if (letter !== undefined && first <= 1) return [named(letter, second)]
  switch (final) {
    case "Z":
      return [{ _tag: "Key", key: "S-Tab" }]
    case "I":
      return [{ _tag: "Focus", focused: true }]
    case "O":
      return [{ _tag: "Focus", focused: false }]
    case "u":
      return coded(first, Math.max(1, second))
    case "~": {
      if (first === 27) return coded(third, second)
      const name = numbers[first]
      return name === undefined ? [] : [named(name, second)]
    }
    default:
      return []
  }
}

const controls: Record<string, string> = {
  "\r": "Enter",
  "\t": "Tab",
  "\u007F": "Backspace",
  "\b": "C-h",
  "\u0000": "C-Space",
  "\u001C": "C-\\",
  "\u001D": "C-]",
  "\u001E": "C-^",
  "\u001F": "C-_",
}

/** The name of a control character. */
const controlName = (character: string): string =>
  controls[character] ?? `C-${String.fromCharCode(character.charCodeAt(0) + 96)}`

interface Read {
  readonly inputs: ReadonlyArray<TtyInput>
  readonly length: number
  /** What is behind the text, which was asked for. */
  readonly behind?: Rgb
}

/** Asks a terminal which colour is behind the text; those that do not know pass over it. */
export const askBehind = "\u001B]11;?\u001B\\"

const behindIn = (answer: string): Rgb | undefined => {
  const [, ...channels] = /^.\]11;rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})/iu.exec(answer) ?? []
  const [red, green, blue] = channels.map((digits) => (255 * Number.parseInt(digits, 16)) / (16 ** digits.length - 1))
  return red === undefined || green === undefined || blue === undefined ? undefined : [red, green, blue]
}

/** The next things in a text that begins with Esc; `undefined`: more has to come. */
const readEscape = (text: string): Read | undefined => {
  const second = text[1]
  if (second === undefined) return undefined
  if (second === "[") {
    // oxlint-disable-next-line no-control-regex -- a sequence begins with one
    const [whole, parameters = "", final = ""] = /^\u001B\[([0-?]*)[ -/]*([@-~])/u.exec(text) ?? []
    if (whole !== undefined) return { inputs: control(parameters, final), length: whole.length }
    // oxlint-disable-next-line no-control-regex -- as above
    return /^\u001B\[[0-?]*[ -/]*$/u.test(text) && text.length < 64 ? undefined : { inputs: [], length: 2 }
  }
  if (second === "O") {
    const third = text[2]
    if (third === undefined) return undefined
    const name = letters[third]
    return { inputs: name === undefined ? [] : [named(name, 1)], length: 3 }
  }
  if (second === "]" || second === "P" || second === "_" || second === "^") {
    // oxlint-disable-next-line no-control-regex -- these end with one
    const end = /\u0007|\u001B\\/u.exec(text)
    if (end !== null) {
      const length = end.index + end[0].length
      const behind = behindIn(text.slice(0, length))
      return { inputs: [], length, ...(behind === undefined ? {} : { behind }) }
    }
    return text.length > longestAnswer ? { inputs: [], length: text.length } : undefined
  }
  if (second === escape) return { inputs: [{ _tag: "Key", key: "Esc" }], length: 1 }
  if (second < " " || second === "\u007F") {
    const name = controlName(second)
    const key = name.startsWith("C-") ? `C-M-${name.slice(2)}` : `M-${name}`
    return { inputs: [{ _tag: "Key", key }], length: 2 }
  }
  const character = String.fromCodePoint(text.codePointAt(1) ?? 0)
  return { inputs: [{ _tag: "Key", key: `M-${character}` }], length: 1 + character.length }
}

const readText = (text: string): Read => {
  const first = text[0] ?? ""
  if (first < " " || first === "\u007F") {
    return { inputs: [{ _tag: "Key", key: controlName(first) }], length: 1 }
  }
  // oxlint-disable-next-line no-control-regex -- text ends where a control character begins
  const [typed = ""] = /^[^\u0000-\u001F\u007F]+/u.exec(text) ?? []
  return { inputs: [{ _tag: "Text", text: typed }], length: typed.length }
}

/** Reads what comes in pieces, which may end anywhere. */
export class KeyReader {
  private rest = ""
  private readonly onBehind: (colour: Rgb) => void

  constructor(onBehind: (colour: Rgb) => void = () => {}) {
    this.onBehind = onBehind
  }

  /** Whether the last piece ended within something: if nothing more comes soon, `flush` says what it was. */
  get isWithin(): boolean {
    // the rest of an answer that was given up would be taken for text
    const isAnswer = this.rest.startsWith(`${escape}]1`)
    return this.rest !== "" && !isAnswer && !this.rest.startsWith(pasteBegins)
  }

  readonly push = (piece: string): ReadonlyArray<TtyInput> => {
    let text = this.rest + piece
    const inputs: Array<TtyInput> = []
    while (text !== "") {
      const read = this.next(text)
      if (read === undefined) break
      inputs.push(...read.inputs)
      if (read.behind !== undefined) this.onBehind(read.behind)
      text = text.slice(read.length)
    }
    this.rest = text
    return inputs
  }

  /** Esc alone is a key; what looks like the beginning of a sequence was Alt with a key. */
  readonly flush = (): ReadonlyArray<TtyInput> => {
    const text = this.rest
    this.rest = ""
    if (text === "") return []
    if (text === escape) return [{ _tag: "Key", key: "Esc" }]
    return text.length === 2 ? [{ _tag: "Key", key: `M-${text.slice(1)}` }] : []
  }

  private next(text: string): Read | undefined {
    if (!text.startsWith(escape)) return readText(text)
    if (!text.startsWith(pasteBegins)) return readEscape(text)
    const end = text.indexOf(pasteEnds, pasteBegins.length)
    if (end < 0 && text.length < longestPaste) return undefined
    const stop = end < 0 ? text.length : end
    // terminals send the ends of lines as Enter
    const pasted = text.slice(pasteBegins.length, stop).replaceAll(/\r\n?/gu, "\n")
    return { inputs: [{ _tag: "Paste", text: pasted }], length: end < 0 ? text.length : end + pasteEnds.length }
  }
}
