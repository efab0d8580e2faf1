/** What is shown of a conversation: what the server has, and what is on its way to it. */
import { type ConversationId, conversationLog } from "@chat/domain/Ids"
import type { Message } from "@chat/domain/Message"
import { cursorOf, me, type State } from "@chat/domain/state/State"
import type { OutboxEntry } from "../outbox/OutboxEntry.ts"

export type TimelineItem =
  | { readonly _tag: "Message"; readonly message: Message }
  | { readonly _tag: "Outgoing"; readonly entry: OutboxEntry }

/**
 * The loaded messages, then those on their way. A message of one's own is in it exactly once at every moment, from
 * posting on: as an entry until the state has it, from then on as a message, with the same id.
 */
export const timeline = (
  state: State,
  outbox: ReadonlyArray<OutboxEntry>,
  conversation: ConversationId,
): ReadonlyArray<TimelineItem> => {
  const messages = state.conversations.get(conversation)?.window.messages ?? []
  const cursor = cursorOf(state, conversationLog(conversation))?.seq ?? 0
  const own = me(state)
  const known = new Set(messages.map(({ id }) => id))
  const isOutgoing = ({ id, account, status, conversation: place }: OutboxEntry) =>
    place === conversation &&
    (own === null || account === own) &&
    !known.has(id) &&
    (status._tag !== "Sent" || status.seq > cursor)
  return [
    ...messages.map((message) => ({ _tag: "Message" as const, message })),
    ...outbox.filter(isOutgoing).map((entry) => ({ _tag: "Outgoing" as const, entry })),
  ]
}
