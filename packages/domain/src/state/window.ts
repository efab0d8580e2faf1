/** The stretch of a conversation that is loaded: always up to the cursor, so that only its beginning can be missing. */
import type { LogEvent } from "../Event.ts"
import type { HistoryPage, Message } from "../Message.ts"
import { Seq } from "../Values.ts"

export interface Window {
  /** Every message with `from <= seq` that the account can see, up to the cursor, is in `messages`. */
  readonly from: Seq
  /** By `seq`, ascending. */
  readonly messages: ReadonlyArray<Message>
}

/**
 * How many messages a window holds before its older half is let go, so that a client that listens for weeks does not
 * grow; they can be fetched again.
 */
export const maxWindow = 10_000

/** Nothing is loaded of what came up to `seq`. */
export const emptyWindow = (seq: Seq): Window => ({ from: Seq.make(seq + 1), messages: [] })

/**
 * A message is posted at the cursor. Copies the list: 10,000 pointers take some 20 µs, which is less than what decoding
 * the event takes, and a plain array is what everybody can read.
 */
export const append = ({ from, messages }: Window, message: Message): Window => {
  if (messages.length < maxWindow) return { from, messages: [...messages, message] }
  const kept = messages.slice(maxWindow / 2)
  return { from: kept[0]?.seq ?? message.seq, messages: [...kept, message] }
}

/** The place of the message that an event changes, apart from the one that it brings; `undefined`: there is none. */
export const changedBy = (event: LogEvent): Seq | undefined => {
  if (event.type === "MessagePosted") return event.data.message.thread ?? undefined
  return "message" in event.data ? event.data.message.seq : undefined
}

/** A message after an event that may change it: itself, unless the event says something newer of it. */
export const messageAfter = (message: Message, event: LogEvent): Message => {
  if (changedBy(event) !== message.seq || !("message" in event.data)) return message
  if (event.type === "MessagePosted") {
    if (message.rev >= event.seq) return message
    return { ...message, rev: event.seq, replies: message.replies + 1, lastReply: event.seq }
  }
  const now = event.data.message
  return now.rev > message.rev ? now : message
}

/** An event has changed a message. Not in the window, or known in a newer version: nothing happens. */
export const change = (window: Window, event: LogEvent): Window => {
  const seq = changedBy(event)
  if (seq === undefined) return window
  const index = indexOf(window.messages, seq)
  const known = window.messages[index]
  if (known === undefined) return window
  const message = messageAfter(known, event)
  return message === known ? window : { ...window, messages: window.messages.with(index, message) }
}

/** Whether nothing is missing between the end of a page and the window. */
export const touches = (window: Window, page: HistoryPage): boolean => page.to + 1 >= window.from

/** Adds a page that touches the window. What is above the cursor is left out: its events are still to come. */
export const merge = (window: Window, page: HistoryPage, cursor: Seq): Window => {
  const messages: Array<Message> = []
  const older = page.messages.filter((message) => message.seq <= cursor)
  let next = 0
  for (const known of window.messages) {
    for (let message = older[next]; message !== undefined && message.seq < known.seq; message = older[++next]) {
      messages.push(message)
    }
    const same = older[next]
    messages.push(same !== undefined && same.seq === known.seq && same.rev > known.rev ? same : known)
    if (same?.seq === known.seq) next++
  }
  return { from: page.from < window.from ? page.from : window.from, messages: messages.concat(older.slice(next)) }
}

// The place of the first message that is not below `seq`.
const indexOf = (messages: ReadonlyArray<Message>, seq: Seq): number => {
  let low = 0
  let high = messages.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const message = messages[middle]
    if (message !== undefined && message.seq < seq) low = middle + 1
    else high = middle
  }
  return low
}
