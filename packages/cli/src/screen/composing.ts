/** What somebody is writing, and how it is shown. */
import { graphemes } from "../text/graphemes.ts"
import { type Line, span, width } from "../text/styled.ts"

export interface Composer {
  readonly text: string
  /** In front of which of its UTF-16 units the cursor stands. */
  readonly cursor: number
}

export const emptyComposer: Composer = { text: "", cursor: 0 }

export const composerOf = (text: string): Composer => ({ text, cursor: text.length })

export const insert = ({ text, cursor }: Composer, added: string): Composer => ({
  text: text.slice(0, cursor) + added + text.slice(cursor),
  cursor: cursor + added.length,
})

const before = ({ text, cursor }: Composer): number => cursor - (graphemes(text.slice(0, cursor)).at(-1)?.length ?? 0)
const after = ({ text, cursor }: Composer): number => cursor + (graphemes(text.slice(cursor)).at(0)?.length ?? 0)

const wordStart = ({ text, cursor }: Composer): number => {
  const [found] = /\S*\s*$/u.exec(text.slice(0, cursor)) ?? [""]
  return cursor - found.length
}
const wordEnd = ({ text, cursor }: Composer): number => {
  const [found] = /^\s*\S*/u.exec(text.slice(cursor)) ?? [""]
  return cursor + found.length
}
const lineStart = ({ text, cursor }: Composer): number => text.lastIndexOf("\n", cursor - 1) + 1
const lineEnd = ({ text, cursor }: Composer): number => {
  const end = text.indexOf("\n", cursor)
  return end < 0 ? text.length : end
}

/** In the line above or below, in the same place of it; where there is none, the same. */
const verticalBy = (composer: Composer, by: -1 | 1): Composer => {
  const { text, cursor } = composer
  const [start, end] = [lineStart(composer), lineEnd(composer)]
  if (by < 0 ? start === 0 : end === text.length) return composer
  const next = { text, cursor: by < 0 ? start - 1 : end + 1 }
  return { text, cursor: Math.min(lineStart(next) + cursor - start, lineEnd(next)) }
}

const cut = ({ text }: Composer, from: number, to: number): Composer => ({
  text: text.slice(0, from) + text.slice(to),
  cursor: from,
})

const keys: Record<string, (composer: Composer) => Composer> = {
  Up: (composer) => verticalBy(composer, -1),
  Down: (composer) => verticalBy(composer, 1),
  Left: (composer) => ({ ...composer, cursor: before(composer) }),
  "C-b": (composer) => ({ ...composer, cursor: before(composer) }),
  Right: (composer) => ({ ...composer, cursor: after(composer) }),
  Home: (composer) => ({ ...composer, cursor: lineStart(composer) }),
  "C-a": (composer) => ({ ...composer, cursor: lineStart(composer) }),
  End: (composer) => ({ ...composer, cursor: lineEnd(composer) }),
  "C-e": (composer) => ({ ...composer, cursor: lineEnd(composer) }),
  "M-b": (composer) => ({ ...composer, cursor: wordStart(composer) }),
  "C-Left": (composer) => ({ ...composer, cursor: wordStart(composer) }),
  "M-f": (composer) => ({ ...composer, cursor: wordEnd(composer) }),
  "C-Right": (composer) => ({ ...composer, cursor: wordEnd(composer) }),
  Backspace: (composer) => cut(composer, before(composer), composer.cursor),
  "C-h": (composer) => cut(composer, before(composer), composer.cursor),
  Delete: (composer) => cut(composer, composer.cursor, after(composer)),
  "C-d": (composer) => cut(composer, composer.cursor, after(composer)),
  "C-w": (composer) => cut(composer, wordStart(composer), composer.cursor),
  "M-d": (composer) => cut(composer, composer.cursor, wordEnd(composer)),
  "C-u": (composer) => cut(composer, lineStart(composer), composer.cursor),
  "C-k": (composer) => cut(composer, composer.cursor, lineEnd(composer)),
}

/** After a key; `undefined`: it does nothing to a text. */
export const press = (composer: Composer, key: string): Composer | undefined => keys[key]?.(composer)

export interface Written {
  readonly lines: ReadonlyArray<Line>
  readonly row: number
  readonly column: number
}

/** The text in rows of so many columns, of which one is for the cursor at the end. */
export const rowsOf = ({ text, cursor }: Composer, columns: number): Written => {
  const rows = [""]
  let [row, column, offset] = [0, 0, 0]
  let used = 0
  for (const cluster of graphemes(text)) {
    if (offset === cursor) [row, column] = [rows.length - 1, used]
    offset += cluster.length
    if (cluster === "\n") {
      rows.push("")
      used = 0
      continue
    }
    const shown = cluster === "\t" ? " " : cluster
    if (used + width(shown) >= columns && used > 0) {
      rows.push("")
      if (offset - cluster.length === cursor) [row, column] = [rows.length - 1, 0]
      used = 0
    }
    rows[rows.length - 1] += shown
    used += width(shown)
  }
  if (offset <= cursor) [row, column] = [rows.length - 1, used]
  return { lines: rows.map((line) => [span(line)]), row, column }
}
