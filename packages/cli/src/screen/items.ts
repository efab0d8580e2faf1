/** What a timeline is made of: messages, what else happened, and what is on its way. */
import { outgoing } from "@chat/client/timeline/timeline"
import type { OutboxEntry } from "@chat/client/outbox/OutboxEntry"
import type { LogEvent } from "@chat/domain/Event"
import type { ConversationId } from "@chat/domain/Ids"
import type { Message } from "@chat/domain/Message"
import type { Seq } from "@chat/domain/Values"
import { renderEvent } from "../tail/renderEvent.ts"
import type { Style } from "../terminal/Output.ts"
import type { Item } from "../timeline/Item.ts"
import { type ChatView, placeKey } from "./Model.ts"

/** The looks of text are those of the screen. */
export const plainWords: Style = { name: (text) => text, faint: (text) => text, strong: (text) => text }

const wrapped = new WeakMap<Message, Item>()

/** The same item for the same message, so that what is made of it is made once. */
const ofMessage = (message: Message): Item => {
  const known = wrapped.get(message)
  if (known !== undefined) return known
  const item: Item = { _tag: "Message", message }
  wrapped.set(message, item)
  return item
}

const ofEvent = (event: LogEvent): Item => ({
  _tag: "Happening",
  key: `event ${event.seq}`,
  at: Date.parse(event.at),
  text: renderEvent(event, plainWords),
})

const ofEntry = (entry: OutboxEntry): Item => ({ _tag: "Outgoing", entry })

/** Messages and events in the order of their places. */
const merged = (messages: ReadonlyArray<Message>, events: ReadonlyArray<LogEvent>): ReadonlyArray<Item> => {
  if (events.length === 0) return messages.map(ofMessage)
  const items: Array<Item> = []
  let next = 0
  for (const message of messages) {
    for (let event = events[next]; event !== undefined && event.seq < message.seq; event = events[++next]) {
      items.push(ofEvent(event))
    }
    items.push(ofMessage(message))
  }
  return items.concat(events.slice(next).map(ofEvent))
}

interface Made {
  readonly conversation: ConversationId
  readonly messages: ReadonlyArray<Message>
  readonly happenings: ReadonlyArray<LogEvent>
  readonly outbox: ReadonlyArray<OutboxEntry>
  readonly items: ReadonlyArray<Item>
}

// What is looked at is one conversation at a time, several times for each frame.
let made: Made | undefined
const none: ReadonlyArray<never> = []

/** The timeline of a conversation, but for what is in threads. */
export const itemsOf = (chat: ChatView, conversation: ConversationId): ReadonlyArray<Item> => {
  const window = chat.state.conversations.get(conversation)?.window
  const messages = window?.messages ?? none
  const happenings = chat.happenings.get(conversation) ?? none
  const { outbox } = chat
  if (
    made?.conversation === conversation &&
    made.messages === messages &&
    made.happenings === happenings &&
    made.outbox === outbox
  ) {
    return made.items
  }
  const from = window?.from ?? 0
  const items = merged(
    messages.filter(({ thread, hidden }) => thread === null && !hidden),
    happenings.filter(({ seq }) => seq >= from),
  ).concat(
    outgoing(chat.state, outbox, conversation)
      .filter(({ thread }) => thread === undefined)
      .map(ofEntry),
  )
  made = { conversation, messages, happenings, outbox, items }
  return items
}

/** A message that is known, loaded or fetched. */
export const messageAt = (chat: ChatView, conversation: ConversationId, seq: Seq): Message | undefined =>
  chat.state.conversations.get(conversation)?.window.messages.find((message) => message.seq === seq) ??
  chat.fetched.get(placeKey(conversation, seq))

/** A thread: the message that began it, and what was said in it. */
export const itemsOfThread = (chat: ChatView, conversation: ConversationId, root: Seq): ReadonlyArray<Item> => {
  const loaded = chat.state.conversations.get(conversation)?.window.messages ?? none
  const known = new Map<number, Message>()
  for (const message of chat.fetched.values()) {
    if (message.conversation === conversation && message.thread === root) known.set(message.seq, message)
  }
  for (const message of loaded) if (message.thread === root) known.set(message.seq, message)
  const first = messageAt(chat, conversation, root)
  return [
    ...(first === undefined ? [] : [ofMessage(first)]),
    ...[...known.values()].toSorted((a, b) => a.seq - b.seq).map(ofMessage),
    ...outgoing(chat.state, chat.outbox, conversation)
      .filter(({ thread }) => thread === root)
      .map(ofEntry),
  ]
}
