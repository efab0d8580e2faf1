/** A text that is being written: what every key does to it, as in the line editor that people know from their shell. */
import { after, before, blankBefore, lineEnd, lineStart, snapped, wordAfter, wordBefore } from "./boundaries.ts"
import { rowsOf } from "./view.ts"

interface Content {
  readonly text: string
  /** Between two characters as a person sees them; in UTF-16 units. */
  readonly cursor: number
}

export interface Composer extends Content {
  /** What was cut out, the newest first. */
  readonly killed: ReadonlyArray<string>
  readonly undone: ReadonlyArray<Content>
  readonly done: ReadonlyArray<Content>
  /** What was sent, the newest last; `at`: which of them is shown, the number of all: none, but what was being written. */
  readonly history: { readonly sent: ReadonlyArray<string>; readonly at: number; readonly written: string }
  /** What was done last, as far as the next thing depends on it. */
  readonly last:
    | { readonly _tag: "Other" }
    | { readonly _tag: "Typed" }
    | { readonly _tag: "Killed" }
    | { readonly _tag: "Yanked"; readonly from: number; readonly index: number }
    /** Up and down lead through rows of different length in one column. */
    | { readonly _tag: "Climbed"; readonly column: number }
}

export const emptyComposer: Composer = {
  text: "",
  cursor: 0,
  killed: [],
  undone: [],
  done: [],
  history: { sent: [], at: 0, written: "" },
  last: { _tag: "Other" },
}

/** What can be done; up and down go by the rows of so many columns. */
export type Edit =
  | { readonly _tag: "Insert"; readonly text: string }
  | { readonly _tag: "Up" | "Down"; readonly columns: number }
  | {
      readonly _tag:
        | "Left"
        | "Right"
        | "WordLeft"
        | "WordRight"
        | "LineStart"
        | "LineEnd"
        | "TextStart"
        | "TextEnd"
        | "DeleteLeft"
        | "DeleteRight"
        | "KillWordLeft"
        | "KillWordRight"
        | "KillToBlank"
        | "KillToLineStart"
        | "KillToLineEnd"
        | "Yank"
        | "YankNext"
        | "Transpose"
        | "Undo"
        | "Redo"
        | "Older"
        | "Newer"
    }

const mostUndone = 200
const mostKilled = 20
const mostSent = 200

const other = { _tag: "Other" } as const

const moveTo = (composer: Composer, cursor: number): Composer => ({ ...composer, cursor, last: other })

/** Puts a text in the place of another, which can be undone. */
const replace = (composer: Composer, from: number, to: number, text: string, last: Composer["last"]): Composer => {
  const { text: was, cursor, done } = composer
  if (from === to && text === "") return { ...composer, last }
  const now = was.slice(0, from) + text + was.slice(to)
  return {
    ...composer,
    text: now,
    cursor: snapped(now, from + text.length),
    done: [...done.slice(1 - mostUndone), { text: was, cursor }],
    undone: [],
    last,
  }
}

/** Letters that are typed one after another are undone by words. */
const type = (composer: Composer, text: string): Composer => {
  const { cursor, last, done } = composer
  const typed = replace(composer, cursor, cursor, text, { _tag: "Typed" })
  const goesOn = last._tag === "Typed" && text.length === 1 && !/\s/u.test(text)
  return goesOn ? { ...typed, done } : typed
}

/** What is pasted may have the line ends of another system; what no text may have is left out. */
const insert = (composer: Composer, pasted: string): Composer => {
  const text = pasted.replaceAll(/\r\n?/gu, "\n").replaceAll("\u0000", "").toWellFormed()
  return text === "" ? composer : type(composer, text)
}

const erase = (composer: Composer, from: number, to: number): Composer => replace(composer, from, to, "", other)

/** Cuts out; what is cut out in one go comes back in one piece. */
const kill = (composer: Composer, from: number, to: number): Composer => {
  const { text, cursor, killed, last } = composer
  if (from === to) return composer
  const cut = text.slice(from, to)
  const [newest = "", ...older] = killed
  const goesOn = last._tag === "Killed"
  const whole = goesOn ? (from < cursor ? cut + newest : newest + cut) : cut
  const ring = goesOn ? [whole, ...older] : [whole, ...killed.slice(0, mostKilled - 1)]
  return { ...replace(composer, from, to, "", { _tag: "Killed" }), killed: ring }
}

const yank = (composer: Composer): Composer => {
  const { cursor, killed } = composer
  const [newest] = killed
  return newest === undefined
    ? composer
    : replace(composer, cursor, cursor, newest, { _tag: "Yanked", from: cursor, index: 0 })
}

/** What was cut out before, in the place of what was just put back. */
const yankNext = (composer: Composer): Composer => {
  const { cursor, killed, last, done } = composer
  if (last._tag !== "Yanked") return composer
  const index = (last.index + 1) % killed.length
  const next = replace(composer, last.from, cursor, killed[index] ?? "", { ...last, index })
  return { ...next, done }
}

/** The character before the cursor goes over the one after it; at the end, over the one before. */
const transpose = (composer: Composer): Composer => {
  const { text, cursor } = composer
  const middle = cursor === text.length ? before(text, cursor) : cursor
  const [from, to] = [before(text, middle), after(text, middle)]
  if (middle === 0 || from === middle) return composer
  return replace(composer, from, to, text.slice(middle, to) + text.slice(from, middle), other)
}

const undo = (composer: Composer): Composer => {
  const { text, cursor, done, undone } = composer
  const was = done.at(-1)
  return was === undefined
    ? composer
    : { ...composer, ...was, done: done.slice(0, -1), undone: [...undone, { text, cursor }], last: other }
}

const redo = (composer: Composer): Composer => {
  const { text, cursor, done, undone } = composer
  const was = undone.at(-1)
  return was === undefined
    ? composer
    : { ...composer, ...was, undone: undone.slice(0, -1), done: [...done, { text, cursor }], last: other }
}

/** Shows what was sent before, or after; behind the newest is what was being written. */
const recall = (composer: Composer, step: 1 | -1): Composer => {
  const { text, history } = composer
  const at = history.at + step
  if (at < 0 || at > history.sent.length) return composer
  const written = history.at === history.sent.length ? text : history.written
  const shown = history.sent[at] ?? written
  return { ...replace(composer, 0, text.length, shown, other), history: { ...history, at, written } }
}

/** To the row above or below; from the first and the last, to what was sent before or after. */
const climb = (composer: Composer, columns: number, step: 1 | -1): Composer => {
  const { text, cursor, last } = composer
  const { rows, row, column } = rowsOf(text, cursor, columns)
  const target = rows[row + step]
  if (target === undefined) return recall(composer, step)
  const wanted = last._tag === "Climbed" ? last.column : column
  const place = target.places.findLast((one) => one.column <= wanted) ?? target.places[0]
  return { ...composer, cursor: place?.at ?? cursor, last: { _tag: "Climbed", column: wanted } }
}

export const edit = (composer: Composer, action: Edit): Composer => {
  const { text, cursor } = composer
  switch (action._tag) {
    case "Insert":
      return insert(composer, action.text)
    case "Up":
      return climb(composer, action.columns, -1)
    case "Down":
      return climb(composer, action.columns, 1)
    case "Left":
      return moveTo(composer, before(text, cursor))
    case "Right":
      return moveTo(composer, after(text, cursor))
    case "WordLeft":
      return moveTo(composer, wordBefore(text, cursor))
    case "WordRight":
      return moveTo(composer, wordAfter(text, cursor))
    case "LineStart":
      return moveTo(composer, lineStart(text, cursor))
    case "LineEnd":
      return moveTo(composer, lineEnd(text, cursor))
    case "TextStart":
      return moveTo(composer, 0)
    case "TextEnd":
      return moveTo(composer, text.length)
    case "DeleteLeft":
      return erase(composer, before(text, cursor), cursor)
    case "DeleteRight":
      return erase(composer, cursor, after(text, cursor))
    case "KillWordLeft":
      return kill(composer, wordBefore(text, cursor), cursor)
    case "KillWordRight":
      return kill(composer, cursor, wordAfter(text, cursor))
    case "KillToBlank":
      return kill(composer, blankBefore(text, cursor), cursor)
    case "KillToLineStart":
      return kill(composer, lineStart(text, cursor), cursor)
    case "KillToLineEnd": {
      // at the end of a line it is joined with the next one
      const end = lineEnd(text, cursor)
      return kill(composer, cursor, end === cursor ? after(text, cursor) : end)
    }
    case "Yank":
      return yank(composer)
    case "YankNext":
      return yankNext(composer)
    case "Transpose":
      return transpose(composer)
    case "Undo":
      return undo(composer)
    case "Redo":
      return redo(composer)
    case "Older":
      return recall(composer, -1)
    case "Newer":
      return recall(composer, 1)
  }
}

/** With another text in it, such as a draft; what it was can be had back. */
export const withText = (composer: Composer, text: string): Composer =>
  insert({ ...replace(composer, 0, composer.text.length, "", other), last: other }, text)

/** After its text was sent: empty, and with the text among what was sent. */
export const sent = ({ text, killed, history }: Composer): Composer => {
  const before = history.sent.at(-1) === text || text.trim() === "" ? history.sent : [...history.sent, text]
  const kept = before.slice(-mostSent)
  return { ...emptyComposer, killed, history: { sent: kept, at: kept.length, written: "" } }
}
