/**
 * Text with its looks, and rows of a terminal made of it. A row never has more columns than it was made for, whatever
 * text is in it, and nothing that a terminal would obey is written but what `toAnsi` itself writes. `wrap` and `toAnsi` are
 * in files of their own.
 */
import { clusterWidth, graphemes, width } from "./graphemes.ts"
import type { Role } from "./theme.ts"

export { width } from "./graphemes.ts"

export interface Style {
  readonly bold?: true
  readonly italic?: true
  readonly underline?: true
  readonly strike?: true
  readonly dim?: true
  readonly inverse?: true
  readonly fg?: Role
  readonly bg?: Role
  /** Where it leads: `http:`, `https:` or `mailto:`; nothing else is written as a link. */
  readonly link?: string
}

/** Text of one look. It is printable already: see `legible`. */
export interface Span {
  readonly text: string
  readonly style: Style
}

/** One row of the terminal; given to `wrap`, line feeds in it end a row. */
export type Line = ReadonlyArray<Span>

const plain: Style = {}

export const span = (text: string, style: Style = plain): Span => ({ text, style })

/** The columns that a line fills. */
export const lineWidth = (line: Line): number => {
  let columns = 0
  for (const { text } of line) columns += width(text)
  return columns
}

/** What is written of a line, without its looks. */
export const textOf = (line: Line): string => line.map(({ text }) => text).join("")

const ellipsis = "…"

// What is written from right to left would draw what stands beside it on the row into its order, on terminals that know of
// such an order: a mark that is written from left to right ends it.
const rightToLeft = /[\u0590-\u08FF\u200F\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u
const mark = span("\u200E", { ...plain })

/** The line with its order kept from its neighbours. */
export const isolated = (line: Line): Line =>
  line.some(({ text }) => rightToLeft.test(text)) && line.at(-1) !== mark ? [mark, ...line, mark] : line

/** As much of a text as fits. */
const cut = (text: string, columns: number): string => {
  let used = 0
  let kept = ""
  for (const cluster of graphemes(text)) {
    used += clusterWidth(cluster)
    if (used > columns) break
    kept += cluster
  }
  return kept
}

/** The line, or as much of it as fits and an ellipsis. */
export const truncate = (line: Line, columns: number): Line => {
  if (columns <= 0) return []
  if (lineWidth(line) <= columns) return isolated(line)
  const kept: Array<Span> = []
  let left = columns - width(ellipsis)
  for (const { text, style } of line) {
    const shown = cut(text, left)
    left -= width(shown)
    if (shown === text) kept.push({ text, style })
    else {
      kept.push({ text: shown + ellipsis, style })
      break
    }
  }
  return isolated(kept)
}

/** The line, truncated or with blanks behind it, so that it fills the columns exactly. */
export const fit = (line: Line, columns: number, style: Style = plain): Line => {
  const shown = truncate(line, columns)
  const missing = columns - lineWidth(shown)
  return missing > 0 ? [...shown, { text: " ".repeat(missing), style }] : shown
}
