/**
 * Messages that the account has deleted for itself. Its own log says so, and that is independent of the conversation's:
 * the message may be shown already, be still to come, or come with a page that was read before. So what was hidden since
 * the account's snapshot is remembered, and whatever comes is held against it. Counts need no memory: hiding a message
 * moves the read position's `rev`, and `PositionChanged` brings the count to its place in the conversation's log.
 */
import type { LogEvent } from "../Event.ts"
import type { ConversationId } from "../Ids.ts"
import type { Message } from "../Message.ts"
import type { Seq } from "../Values.ts"
import type { Window } from "./window.ts"

/** By conversation, the places of its hidden messages. */
export type Hidden = ReadonlyMap<ConversationId, ReadonlySet<Seq>>

export const hide = (hidden: Hidden, conversation: ConversationId, seq: Seq): Hidden =>
  new Map(hidden).set(conversation, new Set(hidden.get(conversation)).add(seq))

/** Whatever shows messages of a conversation. */
interface Showing {
  readonly id: ConversationId
  readonly window: Window
  readonly lastMessage: Message | null
}

/** The conversation without the text of what is hidden. */
export const mask = <C extends Showing>(conversation: C, hidden: Hidden): C => {
  const places = hidden.get(conversation.id)
  if (places === undefined) return conversation
  const { window, lastMessage } = conversation
  const messages = window.messages.map((message) => masked(message, places))
  const last = lastMessage && masked(lastMessage, places)
  const isSame = last === lastMessage && messages.every((message, at) => message === window.messages[at])
  return isSame ? conversation : { ...conversation, window: { ...window, messages }, lastMessage: last }
}

/** The same for the message of an event, if it has one. */
export const maskEvent = <E extends LogEvent>(event: E, hidden: Hidden): E => {
  if (!("message" in event.data)) return event
  const { message } = event.data
  const places = hidden.get(message.conversation)
  const shown = places === undefined ? message : masked(message, places)
  // Only the message is another one.
  return shown === message ? event : ({ ...event, data: { ...event.data, message: shown } } as E)
}

const masked = (message: Message, places: ReadonlySet<Seq>): Message =>
  message.hidden || !places.has(message.seq) ? message : { ...message, body: null, hidden: true }
