/** What a timeline is made of: messages, what else happened, and what is on its way. */
import { outgoing } from "@chat/client/timeline/timeline"
import type { OutboxEntry } from "@chat/client/outbox/OutboxEntry"
import type { LogEvent } from "@chat/domain/Event"
import type { ConversationId } from "@chat/domain/Ids"
import type { Message } from "@chat/domain/Message"
import type { AccountState, State } from "@chat/domain/state/State"
import type { Seq } from "@chat/domain/Values"
import { fold, isFolded } from "../messages/folding.ts"
import { type ChatView, placeKey } from "./Model.ts"

export type Item =
  | { readonly _tag: "Message"; readonly id: string; readonly seq: number; readonly message: Message }
  /** Messages after one another of people whom the reader has blocked. */
  | { readonly _tag: "Folded"; readonly id: string; readonly seq: number; readonly messages: ReadonlyArray<Message> }
  | { readonly _tag: "Happening"; readonly id: string; readonly seq: number; readonly event: LogEvent }
  | { readonly _tag: "Outgoing"; readonly id: string; readonly seq: number; readonly entry: OutboxEntry }

const wrapped = new WeakMap<Message, Item>()

/** The same item for the same message, so that what is laid out of it can be kept. */
const ofMessage = (message: Message): Item => {
  const known = wrapped.get(message)
  if (known !== undefined) return known
  const item: Item = { _tag: "Message", id: message.id, seq: message.seq, message }
  wrapped.set(message, item)
  return item
}

/** The messages, with those that stand together and are folded in one. */
const folded = (state: State, messages: ReadonlyArray<Message>): ReadonlyArray<Item> =>
  fold(messages, (message) => isFolded(state, message)).flatMap((one): ReadonlyArray<Item> => {
    if ("message" in one) return [ofMessage(one.message)]
    const last = one.folded.at(-1)
    return last === undefined ? [] : [{ _tag: "Folded", id: last.id, seq: last.seq, messages: one.folded }]
  })

const ofEvent = (event: LogEvent): Item => ({ _tag: "Happening", id: `event ${event.seq}`, seq: event.seq, event })

const ofEntry = (entry: OutboxEntry): Item => ({
  _tag: "Outgoing",
  id: entry.id,
  seq: Number.MAX_SAFE_INTEGER,
  entry,
})

/** Two lists in the order of their places, in one. */
const merged = (messages: ReadonlyArray<Item>, events: ReadonlyArray<Item>): ReadonlyArray<Item> => {
  if (events.length === 0) return messages
  const items: Array<Item> = []
  let next = 0
  for (const item of messages) {
    for (let event = events[next]; event !== undefined && event.seq < item.seq; event = events[++next])
      items.push(event)
    items.push(item)
  }
  return items.concat(events.slice(next))
}

interface Made {
  readonly messages: ReadonlyArray<Message>
  readonly happenings: ReadonlyArray<LogEvent>
  readonly outbox: ReadonlyArray<OutboxEntry>
  readonly account: AccountState | null
  readonly items: ReadonlyArray<Item>
}

const made = new Map<ConversationId, Made>()
const none: ReadonlyArray<never> = []

/** The timeline of a conversation, but for what is in threads. */
export const itemsOf = (chat: ChatView, conversation: ConversationId): ReadonlyArray<Item> => {
  const window = chat.state.conversations.get(conversation)?.window
  const messages = window?.messages ?? none
  const happenings = chat.happenings.get(conversation) ?? none
  const known = made.get(conversation)
  const { account } = chat.state
  if (
    known?.messages === messages &&
    known.happenings === happenings &&
    known.outbox === chat.outbox &&
    known.account === account
  ) {
    return known.items
  }
  const from = window?.from ?? 0
  const items = merged(
    folded(
      chat.state,
      messages.filter(({ thread, hidden }) => thread === null && !hidden),
    ),
    happenings.filter(({ seq }) => seq >= from).map(ofEvent),
  ).concat(
    outgoing(chat.state, chat.outbox, conversation)
      .filter(({ thread }) => thread === undefined)
      .map(ofEntry),
  )
  // what is looked at is one conversation at a time
  made.clear()
  made.set(conversation, { messages, happenings, outbox: chat.outbox, account, items })
  return items
}

/** A message that is known, loaded or fetched. */
export const messageAt = (chat: ChatView, conversation: ConversationId, seq: number): Message | undefined => {
  const loaded = chat.state.conversations.get(conversation)?.window.messages.find((message) => message.seq === seq)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a place that was read from a message
  return loaded ?? chat.fetched.get(placeKey(conversation, seq as Seq))
}

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
