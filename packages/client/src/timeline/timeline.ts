/** What is shown of a conversation: what the server has, and what is on its way to it. */
import { type ConversationId, conversationLog } from "@chat/domain/Ids"
import type { Message } from "@chat/domain/Message"
import { cursorOf, me, type State } from "@chat/domain/state/State"
import type { OutboxEntry } from "../outbox/OutboxEntry.ts"

export type TimelineItem =
  | { readonly _tag: "Message"; readonly message: Message }
  | { readonly _tag: "Outgoing"; readonly entry: OutboxEntry }

/** The messages on their way to a conversation: each until the state has it. */
export const outgoing = (
  state: State,
  outbox: ReadonlyArray<OutboxEntry>,
  conversation: ConversationId,
): ReadonlyArray<OutboxEntry> => {
  const own = me(state)
  const entries = outbox.filter(
    ({ account, conversation: place }) => place === conversation && (own === null || account === own),
  )
  if (entries.length === 0) return entries
  const cursor = cursorOf(state, conversationLog(conversation))?.seq ?? 0
  const known = new Set(state.conversations.get(conversation)?.window.messages.map(({ id }) => id))
  return entries.filter(({ id, status }) => !known.has(id) && (status._tag !== "Sent" || status.seq > cursor))
}

/**
 * The loaded messages, then those on their way. A message of one's own is in it exactly once at every moment, from
 * posting on: as an entry until the state has it, from then on as a message, with the same id.
 */
export const timeline = (
  state: State,
  outbox: ReadonlyArray<OutboxEntry>,
  conversation: ConversationId,
): ReadonlyArray<TimelineItem> => [
  ...(state.conversations.get(conversation)?.window.messages ?? []).map((message) => ({
    _tag: "Message" as const,
    message,
  })),
  ...outgoing(state, outbox, conversation).map((entry) => ({ _tag: "Outgoing" as const, entry })),
]
