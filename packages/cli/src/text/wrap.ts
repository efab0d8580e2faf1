/** Text broken into rows. */
import { clusterWidth, graphemes, width } from "./graphemes.ts"
import { isolated, type Line, lineWidth, type Span, span, type Style, truncate } from "./styled.ts"

export interface WrapOptions {
  /** Stands before the first row. */
  readonly first?: Line
  /** Stands before each of the others; without it, nothing. */
  readonly rest?: Line
}

const tabStop = 4

// A word, blanks, a tab, a line feed; where words are not written apart, each character with the punctuation that must not
// begin a row.
const pieces =
  /\n|\t| +|[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\u3000-\u303F\uFF00-\uFFEF](?:[\u3001\u3002\u300D\u300F\u3011\u30FC\uFF01\uFF09\uFF0C\uFF1A\uFF1B\uFF1F]|\p{M}|\p{Join_Control})*|[^\n\t \p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\u3000-\u303F\uFF00-\uFFEF]+/gu
const unspaced = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\u3000-\u303F\uFF00-\uFFEF]/u

/** The row with neighbours of one look as one span. */
const joined = (row: Line): Line => {
  const spans: Array<Span> = []
  for (const next of row) {
    const last = spans.at(-1)
    if (last?.style === next.style) spans[spans.length - 1] = span(last.text + next.text, next.style)
    else spans.push(next)
  }
  return spans
}

/** The rows that are being filled. */
class Rows {
  readonly rows: Array<Line> = []
  private row: Array<Span> = []
  private column = 0
  private hasWords = false
  /** How much of the row stays if what comes next does not fit: up to the last blank. */
  private kept: number | undefined
  private readonly columns: number
  private readonly first: Line
  private readonly rest: Line

  constructor(columns: number, { first = [], rest = [] }: WrapOptions) {
    this.columns = columns
    // what stands before a row leaves room for at least one column of it
    this.first = truncate(first, columns - 1)
    this.rest = truncate(rest, columns - 1)
    this.begin(this.first)
  }

  private begin(before: Line): void {
    this.row = [...before]
    this.column = lineWidth(before)
    this.kept = undefined
    this.hasWords = false
  }

  private get before(): Line {
    return this.rows.length === 0 ? this.first : this.rest
  }

  private get isEmpty(): boolean {
    return this.row.length === this.before.length
  }

  private push(text: string, columns: number, style: Style): void {
    this.row.push(span(text, style))
    this.column += columns
  }

  /** Here the row may end, unless nothing but blanks is in it. */
  private mayEnd(): void {
    if (this.hasWords) this.kept = this.row.length
  }

  end(): void {
    this.rows.push(isolated(joined(this.row)))
    this.begin(this.rest)
  }

  /** What was begun after the last blank goes to the next row. */
  private carry(): void {
    const moved = this.kept === undefined ? [] : this.row.splice(this.kept)
    this.dropBlanks()
    this.end()
    for (const { text, style } of moved) this.fill(text, style)
  }

  /** The blanks at which a row ends are not shown. */
  private dropBlanks(): void {
    while (!this.isEmpty && /^ +$/u.test(this.row.at(-1)?.text ?? "")) this.row.pop()
  }

  blank(text: string, style: Style): void {
    const room = this.columns - this.column
    const shown = text.slice(0, room)
    if (shown !== "") {
      this.mayEnd()
      this.push(shown, shown.length, style)
    }
    this.mayEnd()
  }

  tab(style: Style): void {
    const from = this.column - lineWidth(this.before)
    this.blank(" ".repeat(tabStop - (from % tabStop)), style)
  }

  word(text: string, style: Style): void {
    if (this.kept !== undefined && this.column + width(text) > this.columns) this.carry()
    this.fill(text, style)
  }

  /** What is longer than a row goes on in the next ones. */
  private fill(text: string, style: Style): void {
    const columns = width(text)
    this.hasWords = true
    if (this.column + columns <= this.columns) return this.push(text, columns, style)
    for (const cluster of graphemes(text)) {
      const wide = clusterWidth(cluster)
      if (this.column + wide > this.columns && !this.isEmpty) this.end()
      this.hasWords = true
      if (this.column + wide <= this.columns) this.push(cluster, wide, style)
      else this.push("…", 1, style)
    }
  }

  /** A character that may end a row by itself. */
  character(text: string, style: Style): void {
    this.mayEnd()
    this.word(text, style)
    this.mayEnd()
  }
}

/** The spans in as many rows as they need, at most so many columns wide: broken between words, or in those that are longer. */
export const wrap = (spans: Line, columns: number, options: WrapOptions = {}): ReadonlyArray<Line> => {
  if (columns <= 0) return []
  const rows = new Rows(columns, options)
  for (const { text, style } of spans) {
    for (const [piece] of text.matchAll(pieces)) {
      if (piece === "\n") rows.end()
      else if (piece === "\t") rows.tab(style)
      else if (piece.startsWith(" ")) rows.blank(piece, style)
      else if (unspaced.test(piece)) rows.character(piece, style)
      else rows.word(piece, style)
    }
  }
  rows.end()
  return rows.rows
}
