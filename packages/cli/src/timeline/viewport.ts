/** The part of a timeline that is on the screen. It is held by its lowest item: what comes below does not move it. */
import type { Line } from "../text/styled.ts"
import type { Timeline } from "./Timeline.ts"

/** At the end, and staying there; or with an item as the lowest, of which so many rows are below the screen. */
export type Position = "end" | { readonly key: string; readonly hidden: number }

export interface VisibleRow {
  /** Of which item. */
  readonly key: string
  readonly line: Line
}

interface Place {
  readonly index: number
  readonly hidden: number
}

const placeOf = (timeline: Timeline, position: Position): Place => {
  const last = timeline.length - 1
  if (position === "end") return { index: last, hidden: 0 }
  for (let index = last; index >= 0; index--) {
    if (timeline.keyAt(index) !== position.key) continue
    return { index, hidden: Math.min(position.hidden, Math.max(0, timeline.rowsAt(index).length - 1)) }
  }
  // it is not there any more
  return { index: last, hidden: 0 }
}

const up = (timeline: Timeline, { index, hidden }: Place, rows: number): Place => {
  let [at, below] = [index, hidden + rows]
  for (let height = timeline.rowsAt(at).length; at > 0 && below >= height; height = timeline.rowsAt(at).length) {
    below -= height
    at--
  }
  return { index: at, hidden: Math.max(0, Math.min(below, timeline.rowsAt(at).length - 1)) }
}

const down = (timeline: Timeline, { index, hidden }: Place, rows: number): Place => {
  let [at, below] = [index, hidden - rows]
  while (below < 0 && at < timeline.length - 1) {
    at++
    below += timeline.rowsAt(at).length
  }
  return { index: at, hidden: Math.max(0, below) }
}

/** How many of `height` rows there are from a place up to the beginning. */
const available = (timeline: Timeline, { index, hidden }: Place, height: number): number => {
  let rows = -hidden
  for (let at = index; at >= 0 && rows < height; at--) rows += timeline.rowsAt(at).length
  return Math.min(rows, height)
}

/** Not so high that rows stay empty below. */
const settled = (timeline: Timeline, place: Place, height: number): Place => {
  const missing = height - available(timeline, place, height)
  return missing > 0 ? down(timeline, place, missing) : place
}

/** What is on the screen, from top to bottom: `height` rows, or fewer if there are not more. */
export const visibleRows = (timeline: Timeline, position: Position, height: number): ReadonlyArray<VisibleRow> => {
  const rows: Array<VisibleRow> = []
  if (timeline.length === 0 || height <= 0) return rows
  const { index, hidden } = settled(timeline, placeOf(timeline, position), height)
  for (let at = index; at >= 0 && rows.length < height; at--) {
    const key = timeline.keyAt(at)
    const lines = timeline.rowsAt(at)
    const shown = at === index ? lines.slice(0, Math.max(0, lines.length - hidden)) : lines
    for (const line of shown.toReversed()) {
      if (key !== undefined && rows.length < height) rows.push({ key, line })
    }
  }
  return rows.toReversed()
}

/** The position after scrolling so many rows: up, to what is older, or with a negative number down. */
export const scrolled = (timeline: Timeline, position: Position, height: number, rows: number): Position => {
  if (timeline.length === 0) return "end"
  const from = settled(timeline, placeOf(timeline, position), height)
  const moved = rows >= 0 ? up(timeline, from, rows) : down(timeline, from, -rows)
  const { index, hidden } = settled(timeline, moved, height)
  const key = timeline.keyAt(index)
  return key === undefined || (index === timeline.length - 1 && hidden === 0) ? "end" : { key, hidden }
}

/** The position in which an item is on the screen with some of what comes before and after it. */
export const showing = (timeline: Timeline, key: string, height: number): Position => {
  const place = placeOf(timeline, { key, hidden: 0 })
  const lower = down(timeline, place, Math.floor(height / 2))
  return scrolled(timeline, { key: timeline.keyAt(lower.index) ?? key, hidden: lower.hidden }, height, 0)
}

/** The position in which an item is the first on the screen, or as high as there is enough below it. */
export const showingFirst = (timeline: Timeline, key: string, height: number): Position => {
  const { index } = placeOf(timeline, { key, hidden: 0 })
  const first = { index, hidden: Math.max(0, timeline.rowsAt(index).length - 1) }
  const lower = down(timeline, first, height - 1)
  return scrolled(timeline, { key: timeline.keyAt(lower.index) ?? key, hidden: lower.hidden }, height, 0)
}
