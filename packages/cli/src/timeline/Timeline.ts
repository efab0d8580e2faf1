/**
 * A timeline as rows of the terminal. Rows are made when they are looked at, and kept for as long as the message is the
 * same and is drawn for the same reader: what a frame costs does not depend on how much is loaded.
 */
import type { UserId } from "@chat/domain/Ids"
import type { Message } from "@chat/domain/Message"
import type { Seq } from "@chat/domain/Values"
import { foldedText } from "../messages/folding.ts"
import { localDate } from "../terminal/time.ts"
import type { Line } from "../text/styled.ts"
import { type Item, keyOf, messageOf, momentOf, type Said } from "./Item.ts"
import { happeningRows, type Reader, ruleRow, saidRows } from "./rows.ts"

export interface TimelineOptions extends Reader {
  /** Of whom nothing is shown but that there is something. */
  readonly isFolded: (message: Message) => boolean
  /** How far the reader had read when they came: what is newer stands below a line. */
  readonly readTo?: Seq | undefined
}

export interface Timeline {
  readonly length: number
  readonly keyAt: (index: number) => string | undefined
  /** The rows of an item, with the lines above it; none, if it is folded into the one before. */
  readonly rowsAt: (index: number) => ReadonlyArray<Line>
}

/** Messages of one author that follow within so many milliseconds have one head. */
const groupedWithin = 5 * 60_000

const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

interface Kept {
  readonly drawn: string
  readonly quoted: Message | undefined
  readonly highlight: Reader["highlight"]
  readonly rows: ReadonlyArray<Line>
}

const kept = new WeakMap<Said, Kept>()

/** The rows of a message, made anew only if something that is seen in them has changed. */
const rowsOf = (said: Said, grouped: boolean, reader: TimelineOptions): ReadonlyArray<Line> => {
  const mentions = "mentions" in said ? said.mentions : []
  const names = mentions.length === 0 ? "" : mentions.map(reader.nameOf).join()
  const drawn = [reader.columns, grouped, reader.links, reader.thread, reader.me?.username, names].join("|")
  const quoted = typeof said.replyTo === "number" ? reader.quoteOf(said.replyTo) : undefined
  const before = kept.get(said)
  const { highlight } = reader
  if (before?.drawn === drawn && before.quoted === quoted && before.highlight === highlight) return before.rows
  const rows = saidRows(said, grouped, reader)
  kept.set(said, { drawn, quoted, highlight, rows })
  return rows
}

const authorOf = (item: Item): UserId | undefined => {
  switch (item._tag) {
    case "Message":
      return item.message.author.id
    case "Outgoing":
      return item.entry.account
    case "Happening":
      return undefined
  }
}

const isNewDay = (before: Item | undefined, item: Item): boolean =>
  before === undefined || localDate(momentOf(before)) !== localDate(momentOf(item))

const isGrouped = (before: Item | undefined, item: Item): boolean =>
  before !== undefined &&
  authorOf(before) !== undefined &&
  authorOf(before) === authorOf(item) &&
  Math.abs(momentOf(item) - momentOf(before)) <= groupedWithin &&
  !isNewDay(before, item)

const dayRow = (item: Item, columns: number): Line => {
  const moment = momentOf(item)
  return ruleRow(`${days[new Date(moment).getDay()]} ${localDate(moment)}`, columns, { fg: "muted" })
}

/** The first message that is new to the reader: not their own, nor in a thread that is read elsewhere. */
const firstNew = (items: ReadonlyArray<Item>, { readTo, me, thread }: TimelineOptions): number | undefined => {
  if (readTo === undefined) return undefined
  let found: number | undefined
  for (let index = items.length - 1; index >= 0; index--) {
    const message = messageOf(items[index])
    if (message === undefined) continue
    if (message.seq <= readTo) break
    const isElsewhere = message.thread !== null && message.thread !== thread
    if (message.author.id !== me?.id && !isElsewhere) found = index
  }
  return found
}

export const makeTimeline = (items: ReadonlyArray<Item>, options: TimelineOptions): Timeline => {
  const { columns } = options
  const newFrom = firstNew(items, options)

  const foldedAt = (index: number): Message | undefined => {
    const message = messageOf(items[index])
    return message !== undefined && options.isFolded(message) ? message : undefined
  }

  const runFrom = (index: number): ReadonlyArray<Message> => {
    const messages: Array<Message> = []
    for (let next = index; ; next++) {
      const message = foldedAt(next)
      if (message === undefined || (next > index && next === newFrom)) return messages
      messages.push(message)
    }
  }

  const ownRows = (index: number, item: Item): ReadonlyArray<Line> => {
    if (foldedAt(index) !== undefined) {
      if (foldedAt(index - 1) !== undefined && index !== newFrom) return []
      return happeningRows(momentOf(item), foldedText(runFrom(index)), options)
    }
    if (item._tag === "Happening") return happeningRows(item.at, item.text, options)
    const said = item._tag === "Message" ? item.message : item.entry
    const before = index === newFrom || foldedAt(index - 1) !== undefined ? undefined : items[index - 1]
    return rowsOf(said, isGrouped(before, item), options)
  }

  const rowsAt = (index: number): ReadonlyArray<Line> => {
    const item = items[index]
    if (item === undefined || columns <= 0) return []
    const own = ownRows(index, item)
    const above: Array<Line> = []
    if (own.length > 0 && isNewDay(items[index - 1], item)) above.push(dayRow(item, columns))
    if (index === newFrom) above.push(ruleRow("new since you were here", columns, { fg: "unread" }))
    return above.length === 0 ? own : [...above, ...own]
  }

  return {
    length: items.length,
    keyAt: (index) => {
      const item = items[index]
      return item === undefined ? undefined : keyOf(item)
    },
    rowsAt,
  }
}
