/** The text that is being written, in rows, and where the cursor is in them. */
import { graphemes } from "../text/graphemes.ts"
import { legible } from "../text/printable.ts"
import { isolated, type Line, span, width } from "../text/styled.ts"

interface Place {
  /** In the text, in UTF-16 units. */
  readonly at: number
  /** In the row, from 0. */
  readonly column: number
}

interface Row {
  readonly text: string
  /** Where the cursor can be in it. */
  readonly places: ReadonlyArray<Place>
}

export interface Rows {
  readonly rows: ReadonlyArray<Row>
  /** The row and the column of the cursor, from 0. */
  readonly row: number
  readonly column: number
}

interface Shown {
  readonly cluster: string
  readonly text: string
  readonly columns: number
}

const tab = "    "

/** What is typed is shown as it will be read; what is too wide for any row, by a sign. */
const shownAs = (cluster: string, columns: number): Shown => {
  const text = cluster === "\t" ? tab : cluster === "\n" ? "" : legible(cluster).replaceAll("\n", "␊")
  const wide = width(text)
  return wide <= columns ? { cluster, text, columns: wide } : { cluster, text: "…", columns: 1 }
}

/** The characters of one line in rows: broken behind a blank, or within a word that is longer than a row. */
const broken = (line: ReadonlyArray<Shown>, columns: number): ReadonlyArray<ReadonlyArray<Shown>> => {
  const rows: Array<ReadonlyArray<Shown>> = []
  let row: Array<Shown> = []
  let used = 0
  for (const shown of line) {
    while (row.length > 0 && used + shown.columns > columns) {
      const blank = row.findLastIndex(({ cluster }) => /^\s/u.test(cluster))
      const kept = /^\s/u.test(shown.cluster) || blank < 0 ? row.length : blank + 1
      rows.push(row.slice(0, kept))
      row = row.slice(kept)
      used = row.reduce((sum, { columns }) => sum + columns, 0)
    }
    row.push(shown)
    used += shown.columns
  }
  return [...rows, row]
}

const linesOf = (text: string, columns: number): ReadonlyArray<ReadonlyArray<Shown>> => {
  const lines: Array<Array<Shown>> = [[]]
  for (const cluster of graphemes(text)) {
    lines.at(-1)?.push(shownAs(cluster, columns))
    if (cluster === "\n") lines.push([])
  }
  return lines
}

/** The rows of a text. One column stays free, so that the cursor is in the pane also behind a full row. */
export const rowsOf = (text: string, cursor: number, columns: number): Rows => {
  const room = Math.max(1, columns - 1)
  const rows: Array<Row> = []
  let found = { row: 0, column: 0 }
  let at = 0
  for (const line of linesOf(text, room)) {
    const parts = broken(line, room)
    for (const [index, part] of parts.entries()) {
      const places: Array<Place> = []
      let column = 0
      for (const { cluster, columns } of part) {
        places.push({ at, column })
        at += cluster.length
        column += columns
      }
      // behind a row that goes on in the next one is before that one; and behind a line feed, too
      const isLast = index === parts.length - 1 && part.at(-1)?.cluster !== "\n"
      if (isLast) places.push({ at, column })
      const place = places.find((one) => one.at === cursor)
      if (place !== undefined) found = { row: rows.length, column: place.column }
      rows.push({ text: part.map((shown) => shown.text).join(""), places })
    }
  }
  return { rows, ...found }
}

interface ComposerView {
  readonly lines: ReadonlyArray<Line>
  readonly row: number
  readonly column: number
}

/** As many rows as there is room for, with the one of the cursor among them. */
export const composerView = (text: string, cursor: number, columns: number, height: number): ComposerView => {
  const { rows, row, column } = rowsOf(text, cursor, columns)
  const most = Math.max(1, height)
  const from = Math.max(0, Math.min(row - Math.floor(most / 2), rows.length - most))
  const lines = rows.slice(from, from + most).map((one) => isolated([span(one.text)]))
  return { lines, row: row - from, column }
}
