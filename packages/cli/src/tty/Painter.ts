/** Brings a frame to the terminal: only the rows that are others than before, in one write that is shown as one. */
import { toAnsi } from "../text/ansi.ts"
import type { Line } from "../text/styled.ts"
import type { Theme } from "../text/theme.ts"

export interface Frame {
  /** From the top; none wider than the terminal. */
  readonly rows: ReadonlyArray<Line>
  /** Where the cursor stands, from 0; absent: it is hidden. */
  readonly cursor?: { readonly row: number; readonly column: number }
  /** Of the window, where it has one; printable. */
  readonly title: string
}

// A terminal that knows of synchronized output shows everything between these at once; the others pass over them.
const begin = "\u001B[?2026h"
const end = "\u001B[?2026l"
const hide = "\u001B[?25l"
const show = "\u001B[?25h"

const at = (row: number, column: number) => `\u001B[${row + 1};${column + 1}H`

export class Painter {
  private rows: ReadonlyArray<string> = []
  private cursor = ""
  private title = ""

  /** What is on the terminal is not known: the next frame is written whole. */
  readonly forget = (): void => {
    this.rows = []
    this.cursor = ""
    this.title = ""
  }

  /** What has to be written so that the frame is seen; nothing, if it is. */
  readonly paint = (frame: Frame, theme: Theme): string => {
    const rows = frame.rows.map((line) => toAnsi(line, theme, 1))
    const cursor = frame.cursor === undefined ? hide : `${at(frame.cursor.row, frame.cursor.column)}${show}`
    // erased before it is written: after the last column the cursor is still on it
    const changed = rows
      .map((row, index) => (row === this.rows[index] ? "" : `${at(index, 0)}\u001B[2K${row}`))
      .join("")
    const title = frame.title === this.title ? "" : `\u001B]2;${frame.title}\u0007`
    const isSame = changed === "" && title === "" && cursor === this.cursor
    this.rows = rows
    this.cursor = cursor
    this.title = frame.title
    return isSame ? "" : `${begin}${hide}${title}${changed}${cursor}${end}`
  }
}
