/**
 * Which rows of a list of items are seen. The place is held by the item at the lower edge, so that nothing moves when
 * something comes at the end or is loaded before the beginning; and only what is seen is laid out.
 */
import type { Line } from "../text/styled.ts"
import type { Item } from "./items.ts"
import type { Scroll } from "./Model.ts"

/** The rows of an item, given the one before it. */
export type Layout = (item: Item, before: Item | undefined) => ReadonlyArray<Line>

interface Row {
  readonly line: Line
  /** Which item it is of, and which of its rows. */
  readonly item: number
  readonly row: number
  /** Whether the item ends with it. */
  readonly isLast: boolean
}

interface Edge {
  readonly index: number
  readonly row: number
}

export interface Viewport {
  readonly rows: ReadonlyArray<Row>
  /** Whether there is nothing before what is seen. */
  readonly atTop: boolean
  readonly atEnd: boolean
}

const rowsAt = (items: ReadonlyArray<Item>, layout: Layout, index: number): ReadonlyArray<Line> => {
  const item = items[index]
  return item === undefined ? [] : layout(item, items[index - 1])
}

const lastEdge = (items: ReadonlyArray<Item>, layout: Layout): Edge => {
  const index = items.length - 1
  return { index, row: rowsAt(items, layout, index).length - 1 }
}

/** Where the lower edge is now, also when its item is gone or has other rows than before. */
const edgeOf = (items: ReadonlyArray<Item>, layout: Layout, scroll: Scroll): Edge => {
  if (scroll._tag === "End") return lastEdge(items, layout)
  const same = items.findIndex(({ id }) => id === scroll.item)
  const index = same >= 0 ? same : items.findLastIndex(({ seq }) => seq <= scroll.seq)
  if (index < 0) return { index: 0, row: rowsAt(items, layout, 0).length - 1 }
  return { index, row: Math.min(scroll.row, rowsAt(items, layout, index).length - 1) }
}

/** The edge so many rows further down, or up if it is less than 0; `undefined`: there are not so many. */
const moved = (items: ReadonlyArray<Item>, layout: Layout, { index, row }: Edge, by: number): Edge | undefined => {
  let [at, rest] = [index, row + by]
  while (rest < 0) {
    at--
    if (at < 0) return undefined
    rest += rowsAt(items, layout, at).length
  }
  for (let count = rowsAt(items, layout, at).length; rest >= count; count = rowsAt(items, layout, at).length) {
    rest -= count
    at++
    if (at >= items.length) return undefined
  }
  return { index: at, row: rest }
}

const firstEdge = (items: ReadonlyArray<Item>, layout: Layout, height: number): Edge =>
  moved(items, layout, { index: 0, row: 0 }, Math.max(0, height - 1)) ?? lastEdge(items, layout)

const isBefore = (one: Edge, other: Edge) =>
  one.index < other.index || (one.index === other.index && one.row < other.row)

/** The edge, but never so high that there is nothing above. */
const clamped = (items: ReadonlyArray<Item>, layout: Layout, height: number, edge: Edge): Edge => {
  if (moved(items, layout, edge, 1 - height) !== undefined) return edge
  const first = firstEdge(items, layout, height)
  return isBefore(edge, first) ? first : edge
}

const scrollAt = (items: ReadonlyArray<Item>, layout: Layout, edge: Edge): Scroll => {
  const end = lastEdge(items, layout)
  const item = items[edge.index]
  if (item === undefined || !isBefore(edge, end)) return { _tag: "End" }
  return { _tag: "At", item: item.id, seq: item.seq, row: edge.row }
}

export const viewport = (items: ReadonlyArray<Item>, layout: Layout, scroll: Scroll, height: number): Viewport => {
  if (items.length === 0 || height <= 0) return { rows: [], atTop: true, atEnd: true }
  const edge = clamped(items, layout, height, edgeOf(items, layout, scroll))
  const rows: Array<Row> = []
  let index = edge.index
  for (; index >= 0 && rows.length < height; index--) {
    const lines = rowsAt(items, layout, index)
    for (let row = index === edge.index ? edge.row : lines.length - 1; row >= 0 && rows.length < height; row--) {
      const line = lines[row]
      if (line !== undefined) rows.push({ line, item: index, row, isLast: row === lines.length - 1 })
    }
  }
  const first = rows.at(-1)
  return {
    rows: rows.toReversed(),
    atTop: first === undefined || (first.item === 0 && first.row === 0),
    atEnd: !isBefore(edge, lastEdge(items, layout)),
  }
}

/** The place so many rows further down, or up if it is less than 0. */
export const scrolled = (
  items: ReadonlyArray<Item>,
  layout: Layout,
  scroll: Scroll,
  height: number,
  by: number,
): Scroll => {
  if (items.length === 0) return { _tag: "End" }
  const edge = clamped(items, layout, height, edgeOf(items, layout, scroll))
  const next = moved(items, layout, edge, by)
  if (next !== undefined) return scrollAt(items, layout, clamped(items, layout, height, next))
  return by > 0 ? { _tag: "End" } : scrollAt(items, layout, firstEdge(items, layout, height))
}

/** The place at which an item is seen, moved no further than that takes; `top`: with its first row as the first one seen. */
export const showing = (
  items: ReadonlyArray<Item>,
  layout: Layout,
  scroll: Scroll,
  height: number,
  index: number,
  top = false,
): Scroll => {
  const first: Edge = { index, row: 0 }
  if (top) {
    const edge = moved(items, layout, first, height - 1)
    return edge === undefined ? { _tag: "End" } : scrollAt(items, layout, edge)
  }
  const edge = clamped(items, layout, height, edgeOf(items, layout, scroll))
  const end: Edge = { index, row: rowsAt(items, layout, index).length - 1 }
  if (isBefore(edge, end)) return scrollAt(items, layout, end)
  const upper = moved(items, layout, edge, 1 - height)
  if (upper !== undefined && isBefore(first, upper)) return showing(items, layout, scroll, height, index, true)
  return scrollAt(items, layout, edge)
}
