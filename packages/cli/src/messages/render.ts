/** Messages as people read them. */
import type { Message } from "@chat/domain/Message"
import type { Seq } from "@chat/domain/Values"
import type { Style } from "../terminal/Output.ts"
import { printableLine, printableText } from "../text/printable.ts"
import { localMinute } from "../terminal/time.ts"
import type { Quotes } from "./quotes.ts"

/**
 * A text after what stands before it on its first line. The other lines are indented, so that no text can look like the
 * message of somebody else.
 */
const indented = (text: string): string => printableText(text).replaceAll("\n", "\n    ")

/** What is said: the text as it is now, or that there is none any more. */
export const renderBody = ({ body, editedAt, hidden }: Message, style: Style): string => {
  if (hidden) return style.faint("(deleted for you)")
  if (body === null) return style.faint("(deleted)")
  return editedAt === null ? indented(body) : `${indented(body)} ${style.faint("(edited)")}`
}

/** The same with what it answers, where it comes from and what was answered. */
export const renderInContext = (message: Message, quotes: Quotes, style: Style): string => {
  const { replyTo, thread, forwarded, replies, reactions, pinned } = message
  const before: Array<string> = []
  if (replyTo !== null) before.push(style.faint(`> ${quote(replyTo, quotes.get(replyTo))}`))
  if (forwarded !== null) before.push(style.faint(`forwarded, from @${printableLine(forwarded.author.username)}:`))
  const marks: Array<string> = []
  if (thread !== null) marks.push(`(in thread ${thread})`)
  if (replies > 0) marks.push(`(${replies} in its thread)`)
  if (pinned !== null) marks.push("(pinned)")
  for (const { emoji, count } of reactions) marks.push(`${printableLine(emoji)} ${count}`)
  const text = [renderBody(message, style), ...marks.map(style.faint)].join(" ")
  return [...before, text].join("\n    ")
}

const quoteLength = 60

const quote = (place: Seq, message: Message | undefined): string =>
  message === undefined ? `message ${place}` : firstLine(message)

/** A message in one line, so that nothing in it looks like another. */
export const firstLine = (message: Message): string => {
  const [line = "", ...more] = message.body === null ? ["(deleted)"] : printableText(message.body).split("\n")
  const start = [...line].slice(0, quoteLength).join("")
  const isCut = more.length > 0 || start.length < line.length
  return `${printableLine(message.author.username)}: ${start}${isCut ? "..." : ""}`
}

/** A line of history: place in the conversation, time, author, text. */
export const renderMessage = (message: Message, quotes: Quotes, style: Style): string => {
  const place = style.faint(`${String(message.seq).padStart(5)}  ${localMinute(message.postedAt)}`)
  return `${place}  ${style.name(printableLine(message.author.username))}: ${renderInContext(message, quotes, style)}`
}
