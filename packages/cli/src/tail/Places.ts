/** Where a `tail` is in each log that it follows: what it has passed, so that nothing comes twice and nothing is left out. */
import type { LogEvent } from "@chat/domain/Event"
import type { LogId } from "@chat/domain/Ids"
import type { LogPage } from "@chat/domain/Sync"
import { Mark, Seq } from "@chat/domain/Values"
import { formatCursor, type Position } from "./Cursor.ts"

/** An event, and the cursor after which the next one comes. */
export interface Line {
  readonly event: LogEvent
  readonly cursor: string
}

/** What came of passing an item. */
interface Passed {
  /** What there is to print. */
  readonly lines: ReadonlyArray<Line>
  /** It is not the next of its log: what comes before it has to be read first. */
  readonly missing: boolean
}

const noMark = Mark.make("0000000000000000")

/** The place before an event of a log, of which nothing more is known. */
export const placeBefore = (log: LogId, seq: number): Position => ({
  log,
  seq: Seq.make(Math.max(0, seq - 1)),
  mark: noMark,
})

export class Places {
  private readonly places: Map<LogId, Position>

  constructor(positions: ReadonlyArray<Position>) {
    this.places = new Map(positions.map((position) => [position.log, position]))
  }

  readonly of = (log: LogId): Position | undefined => this.places.get(log)

  readonly logs = (): ReadonlyArray<LogId> => [...this.places.keys()]

  readonly add = (position: Position): void => {
    this.places.set(position.log, position)
  }

  /** Passes what comes next in a log, once. */
  readonly pass = (item: LogPage["items"][number]): Passed => {
    const [log, from, to, mark] =
      item._tag === "Event"
        ? [item.event.log, item.event.seq, item.event.seq, item.event.mark]
        : [item.log, item.from, item.to, item.mark]
    const place = this.places.get(log)
    if (place === undefined || to <= place.seq) return { lines: [], missing: false }
    if (from > place.seq + 1) return { lines: [], missing: true }
    this.places.set(log, { log, seq: to, mark })
    if (item._tag === "Skip") return { lines: [], missing: false }
    return { lines: [{ event: item.event, cursor: formatCursor([...this.places.values()]) }], missing: false }
  }
}
