/** The rows of the items of a timeline. */
import type { Message } from "@chat/domain/Message"
import { me } from "@chat/domain/state/State"
import type { Timestamp } from "@chat/domain/Values"
import { foldedText } from "../messages/folding.ts"
import { renderEvent } from "../tail/renderEvent.ts"
import type { Style as Words } from "../terminal/Output.ts"
import { localDate, localTime } from "../terminal/time.ts"
import { printableLine, printableText } from "../text/printable.ts"
import { fit, type Line, span, type Style, truncate } from "../text/styled.ts"
import { authorRoles } from "../text/theme.ts"
import { wrap } from "../text/wrap.ts"
import type { Item } from "./items.ts"
import type { ChatView } from "./Model.ts"
import type { Layout } from "./viewport.ts"

const plainWords: Words = { name: (text) => text, faint: (text) => text, strong: (text) => text }
const muted: Style = { fg: "muted" }
const indent = [span("  ")]

const sum = (text: string): number => [...text].reduce((total, character) => total + (character.codePointAt(0) ?? 0), 0)

export const authorStyle = (id: string): Style => ({
  fg: authorRoles[sum(id) % authorRoles.length] ?? "author0",
  bold: true,
})

const timeOf = (item: Item): Timestamp | number | undefined => {
  switch (item._tag) {
    case "Message":
      return item.message.postedAt
    case "Folded":
      return item.messages.at(-1)?.postedAt
    case "Happening":
      return item.event.at
    case "Outgoing":
      return item.entry.at
  }
}

const authorOf = (item: Item, own: string | null): string | undefined =>
  item._tag === "Message" ? item.message.author.id : item._tag === "Outgoing" ? (own ?? undefined) : undefined

export interface LinesOptions {
  readonly columns: number
  readonly newAfter: number | null
  readonly quoted: (message: Message) => Message | undefined
}

const rule = (text: string, columns: number, style: Style): Line => {
  const label = ` ${text} `
  return truncate([span(`──${label}${"─".repeat(Math.max(0, columns - label.length - 2))}`, style)], columns)
}

const within = 5 * 60_000

const bodyLines = (message: Message, columns: number, options: LinesOptions): ReadonlyArray<Line> => {
  if (message.body === null) return [[...indent, span("(deleted)", muted)]]
  const answered = options.quoted(message)
  const quote =
    message.replyTo === null
      ? []
      : [
          truncate(
            [
              ...indent,
              span(
                `│ ${answered === undefined ? `message ${message.replyTo}` : `${answered.author.username}: ${printableLine((answered.body ?? "(deleted)").split("\n")[0] ?? "")}`}`,
                { fg: "quote" },
              ),
            ],
            columns,
          ),
        ]
  const edited = message.editedAt === null ? [] : [span(" (edited)", muted)]
  const text = wrap([span(printableText(message.body)), ...edited], columns, { first: indent, rest: indent })
  const reactions = message.reactions.map(({ emoji, count, mine }) =>
    span(`${mine ? "[" : " "}${emoji} ${count}${mine ? "]" : " "}`, mine ? { fg: "own" } : muted),
  )
  const marks = [
    ...(message.pinned === null ? [] : [span("pinned ", muted)]),
    ...reactions,
    ...(message.replies > 0 ? [span(` ${message.replies} in its thread`, { fg: "link" })] : []),
  ]
  return [...quote, ...text, ...(marks.length === 0 ? [] : [truncate([...indent, ...marks], columns)])]
}

const contents = (item: Item, chat: ChatView, options: LinesOptions, isGrouped: boolean): ReadonlyArray<Line> => {
  const { columns } = options
  const time = timeOf(item)
  const at = time === undefined ? "" : localTime(time)
  switch (item._tag) {
    case "Folded":
      return [truncate([span(`  ${foldedText(item.messages)}`, muted)], columns)]
    case "Happening":
      return wrap([span(`${at} ${renderEvent(item.event, plainWords)}`, muted)], columns)
    case "Outgoing": {
      const { entry } = item
      const own = chat.state.account?.account.username ?? "you"
      const style: Style = entry.status._tag === "Failed" ? { fg: "error" } : { fg: "pending" }
      const state =
        entry.status._tag === "Failed"
          ? ` (not sent: ${printableLine(entry.status.failure.message)})`
          : entry.status._tag === "Sent"
            ? ""
            : " (sending)"
      const head = isGrouped
        ? []
        : [truncate([span(own, authorStyle(me(chat.state) ?? "")), span(` ${at}`, muted)], columns)]
      return [
        ...head,
        ...wrap([span(printableText(entry.body)), span(state, style)], columns, { first: indent, rest: indent }),
      ]
    }
    case "Message": {
      const { author } = item.message
      const head = [span(printableLine(author.username), authorStyle(author.id)), span(` ${at}`, muted)]
      return [...(isGrouped ? [] : [truncate(head, columns)]), ...bodyLines(item.message, columns, options)]
    }
  }
}

/** How items are laid out in so many columns. */
export const layoutOf = (chat: ChatView, options: LinesOptions): Layout => {
  const { columns, newAfter } = options
  const own = me(chat.state)
  return (item, before) => {
    const [time, last] = [timeOf(item), before === undefined ? undefined : timeOf(before)]
    const isOtherDay = time !== undefined && (last === undefined || localDate(last) !== localDate(time))
    const isNew = newAfter !== null && item.seq > newAfter && (before === undefined || before.seq <= newAfter)
    const isGrouped =
      !isOtherDay &&
      !isNew &&
      before !== undefined &&
      authorOf(item, own) !== undefined &&
      authorOf(before, own) === authorOf(item, own) &&
      time !== undefined &&
      last !== undefined &&
      Number(new Date(time)) - Number(new Date(last)) < within
    return [
      ...(isOtherDay ? [rule(localDate(time), columns, { fg: "border" })] : []),
      ...(isNew && authorOf(item, own) !== own ? [rule("new", columns, { fg: "unread" })] : []),
      ...contents(item, chat, options, isGrouped),
    ].map((line) => (columns < 4 ? fit(line, columns) : line))
  }
}
