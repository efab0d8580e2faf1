/** How the screen is divided: panes fold as it becomes smaller. */
import type { Size } from "../tty/Tty.ts"
import type { Composer } from "../composer/Composer.ts"
import { composerView } from "../composer/view.ts"
import type { Line } from "../text/styled.ts"
import type { Model, Side } from "./Model.ts"

export interface Areas {
  /** Columns of the list of conversations; 0: it is folded. */
  readonly list: number
  readonly main: number
  /** Columns of what stands beside the timeline; 0: nothing does, or it takes the place of the timeline. */
  readonly side: number
  /** Rows of all of these, with their titles. */
  readonly body: number
  /** What is being written, as far as there is room for it, and where the cursor is in it. */
  readonly written: { readonly lines: ReadonlyArray<Line>; readonly row: number; readonly column: number }
  /** Columns of each row of it. */
  readonly writing: number
}

/** From so many columns on there is room for the list of conversations. */
const withList = 70
/** From so many on there is also room beside the timeline. */
const withSide = 100

const isBeside = ({ columns }: Size, side: Side) => side._tag !== "None" && columns >= withSide

/** `prompt`: the columns in front of what is being written. */
export const areasOf = ({ size, side }: Model, composer: Composer, prompt: number): Areas => {
  const { columns, rows } = size
  const writing = Math.max(2, columns - prompt)
  const written = composerView(composer.text, composer.cursor, writing, Math.floor(rows / 3))
  const list = columns >= withList ? Math.min(28, Math.floor(columns / 5)) + 1 : 0
  const sideColumns = isBeside(size, side) ? Math.min(50, Math.floor((columns - list) * 0.4)) : 0
  return {
    list,
    side: sideColumns,
    main: columns - list - sideColumns,
    body: Math.max(0, rows - written.lines.length - 1),
    written,
    writing,
  }
}
