/** The rows of a message: what it answers, what it says, what others put on it. */
import type { OutboxEntry } from "@chat/client/outbox/OutboxEntry"
import type { UserId } from "@chat/domain/Ids"
import type { Message } from "@chat/domain/Message"
import type { User } from "@chat/domain/User"
import type { Seq } from "@chat/domain/Values"
import type { Highlight } from "../markdown/highlight.ts"
import type { Who } from "../markdown/inline.ts"
import { markdownRows } from "../markdown/rows.ts"
import { localTime } from "../terminal/time.ts"
import { legible, legibleLine } from "../text/printable.ts"
import { type Line, lineWidth, type Span, span, type Style, truncate } from "../text/styled.ts"
import { authorRoles } from "../text/theme.ts"
import { wrap } from "../text/wrap.ts"

/** For whom and for what terminal a timeline is drawn. */
export interface Reader {
  readonly columns: number
  /** Whether the terminal follows links. */
  readonly links: boolean
  readonly highlight?: Highlight | undefined
  readonly me: Pick<User, "id" | "username"> | null
  /** Who an id is, as far as it is known. */
  readonly nameOf: (id: UserId) => string | undefined
  /** What a message answers, as far as it is loaded and may be shown. */
  readonly quoteOf: (seq: Seq) => Message | undefined
  /** The thread that is shown: of messages in it nothing says so. */
  readonly thread?: Seq | undefined
}

const muted: Style = { fg: "muted" }
const quoteStyle: Style = { fg: "quote" }

/** Below so many columns the times are left out before the texts. */
const roomForTimes = 40

/** The same for the same person, everywhere. */
const authorStyle = (id: UserId, me: Reader["me"]): Style => {
  if (me?.id === id) return { fg: "own" }
  let sum = 0
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521
  return { fg: authorRoles[sum % authorRoles.length] ?? "author0" }
}

// a look of its own, so that it stays a span of its own
const gutterStyle: Style = { fg: "muted" }
const wide = { blank: span("      ", gutterStyle), further: span("    · ", gutterStyle) }
const narrow = { blank: span("  ", gutterStyle), further: span("· ", gutterStyle) }

const gutters = (columns: number) => (columns < roomForTimes ? narrow : wide)

/** Only a head and what happened have a time in it: no text can look like either. */
const gutter = (at: number | undefined, columns: number): Span =>
  at === undefined || columns < roomForTimes ? gutters(columns).blank : span(`${localTime(at)} `, gutterStyle)

/** Says that what one author says is another message than the one above. */
const marked = (rows: ReadonlyArray<Line>, { columns }: Reader): ReadonlyArray<Line> => {
  const { blank, further } = gutters(columns)
  return rows.map((row, index) => (index === 0 ? row.map((one) => (one === blank ? further : one)) : row))
}

interface Named {
  readonly id: UserId
  readonly username: string
  readonly name?: string
}

/** Who says what follows, and since when. */
const headRow = (author: Named, at: number, { columns, me }: Reader): Line => {
  const name = author.name === undefined ? [] : [span(` ${legibleLine(author.name)}`, muted)]
  const time = columns < roomForTimes ? [span(` ${localTime(at)}`, muted)] : []
  const before = columns < roomForTimes ? [] : [gutter(at, columns)]
  return truncate(
    [...before, span(legibleLine(author.username), authorStyle(author.id, me)), ...name, ...time],
    columns,
  )
}

/** In one row, so that nothing in it looks like another message. */
const quoteRow = (seq: Seq, { columns, quoteOf, me }: Reader, sign: string): Line => {
  const quoted = quoteOf(seq)
  const before = [gutter(undefined, columns), span(sign, quoteStyle)]
  if (quoted === undefined) return truncate([...before, span(`message ${seq}`, quoteStyle)], columns)
  const text = quoted.body === null ? "(deleted)" : legible(quoted.body).trim().replaceAll(/\s+/gu, " ")
  const author = span(legibleLine(quoted.author.username), authorStyle(quoted.author.id, me))
  return truncate([...before, author, span(` ${text}`, quoteStyle)], columns)
}

const rowsUnder = (spans: Line, { columns }: Reader): ReadonlyArray<Line> => {
  const before = [gutter(undefined, columns)]
  return wrap(spans, columns, { first: before, rest: before })
}

/** The text, with notes in brackets behind it. */
const textRows = (body: string, notes: ReadonlyArray<Span>, who: Who, reader: Reader): ReadonlyArray<Line> => {
  const { columns, links, highlight } = reader
  const before = gutter(undefined, columns)
  const rows = markdownRows(body, Math.max(1, columns - lineWidth([before])), { who, links, highlight })
  const shown = rows.map((row): Line => truncate([before, ...row], columns))
  const last = shown.at(-1)
  const behind = notes.flatMap((note) => [span(" ", note.style), note])
  if (last === undefined || notes.length === 0) return shown
  return lineWidth(last) + lineWidth(behind) <= columns
    ? [...shown.slice(0, -1), [...last, ...behind]]
    : [...shown, ...rowsUnder(behind.slice(1), reader)]
}

/** Whom its text mentions, by their names; of somebody whose name is not known any name may be meant. */
const mentioned = ({ mentions, mentionsRoom }: Message, { me, nameOf }: Reader): Who => {
  const names = new Set(mentions.map(nameOf))
  return (name) => {
    if (name === mentionsRoom) return "me"
    if (name === me?.username && mentions.includes(me.id)) return "me"
    return names.has(name) || names.has(undefined) ? "other" : undefined
  }
}

const nobody: Who = () => undefined

const under = (message: Message, reader: Reader): ReadonlyArray<Line> => {
  const rows: Array<Line> = []
  const reactions = message.reactions.flatMap(({ emoji, count, mine }, index) => [
    ...(index === 0 ? [] : [span("  ")]),
    mine ? span(`[${legibleLine(emoji)} ${count}]`, { fg: "own" }) : span(`${legibleLine(emoji)} ${count}`, muted),
  ])
  if (reactions.length > 0) rows.push(...rowsUnder(reactions, reader))
  if (message.replies > 0 && reader.thread !== message.seq) {
    const many = message.replies === 1 ? "1 message" : `${message.replies} messages`
    rows.push(...rowsUnder([span(`└ ${many} in its thread`, { fg: "link" })], reader))
  }
  return rows
}

const messageRows = (message: Message, reader: Reader): ReadonlyArray<Line> => {
  const { body, hidden, editedAt, pinned, forwarded, replyTo, thread } = message
  const rows: Array<Line> = []
  if (thread !== null && reader.thread !== thread) rows.push(quoteRow(thread, reader, "in the thread of "))
  if (replyTo !== null) rows.push(quoteRow(replyTo, reader, "┌ "))
  if (forwarded !== null) {
    rows.push(...rowsUnder([span(`forwarded from ${legibleLine(forwarded.author.username)}:`, muted)], reader))
  }
  const notes = [
    ...(editedAt === null ? [] : [span("(edited)", muted)]),
    ...(pinned === null ? [] : [span("(pinned)", muted)]),
  ]
  if (body === null) rows.push(...rowsUnder([span(hidden ? "(deleted for you)" : "(deleted)", muted)], reader))
  else rows.push(...textRows(body, notes, mentioned(message, reader), reader))
  return [...rows, ...under(message, reader)]
}

const outgoingRows = ({ body, replyTo, thread, status }: OutboxEntry, reader: Reader): ReadonlyArray<Line> => {
  const rows: Array<Line> = []
  if (thread !== undefined && reader.thread !== thread) rows.push(quoteRow(thread, reader, "in the thread of "))
  if (replyTo !== undefined) rows.push(quoteRow(replyTo, reader, "┌ "))
  const notes = {
    Pending: [span("(sending)", { fg: "pending" })],
    Sent: [],
    Failed: [],
  }[status._tag]
  rows.push(...textRows(body, notes, nobody, reader))
  if (status._tag === "Failed") {
    rows.push(...rowsUnder([span(`! not sent: ${legibleLine(status.failure.message)}`, { fg: "error" })], reader))
  }
  return rows
}

/** `grouped`: its author and time are those of what stands above it. */
export const saidRows = (said: Message | OutboxEntry, grouped: boolean, reader: Reader): ReadonlyArray<Line> => {
  const isMessage = "author" in said
  const rows = isMessage ? messageRows(said, reader) : outgoingRows(said, reader)
  if (grouped) return marked(rows, reader)
  const at = isMessage ? Date.parse(said.postedAt) : said.at
  const author = isMessage ? said.author : { id: said.account, username: reader.me?.username ?? "you" }
  return [headRow(author, at, reader), ...rows]
}

/** Something that happened, in one row or more. */
export const happeningRows = (at: number, text: string, { columns }: Reader): ReadonlyArray<Line> =>
  wrap([span(`-- ${legible(text)}`, muted)], columns, {
    first: [gutter(at, columns)],
    rest: [gutter(undefined, columns), span("   ")],
  })

/** A line across, with words in it. */
export const ruleRow = (text: string, columns: number, style: Style): Line => {
  const words = `── ${text} `
  return truncate([span(words + "─".repeat(Math.max(0, columns - words.length)), style)], columns)
}
