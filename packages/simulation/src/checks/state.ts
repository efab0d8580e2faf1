import type { ConversationState, State } from "@chat/domain/state/State"
import type { Message } from "@chat/domain/Message"
import type { ConversationId } from "@chat/domain/Ids"

/** In an order of its own, so that two that are the same have the same text. */
const text = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

const listed = ({ window: _, members: __, ...conversation }: ConversationState) => conversation

/** Where a device shows something else than what is fetched afresh. */
export const compareStates = (
  shown: State,
  fresh: State,
  messages: ReadonlyMap<ConversationId, ReadonlyArray<Message>>,
): ReadonlyArray<string> => {
  const problems: Array<string> = []
  const compare = (what: string, a: unknown, b: unknown) => {
    const [left, right] = [text(a), text(b)]
    if (left !== right) problems.push(`shows of ${what} ${left}, and not ${right}`)
  }
  compare("the account", shown.account, fresh.account)
  compare("conversations", [...shown.conversations.keys()].toSorted(), [...fresh.conversations.keys()].toSorted())
  for (const [id, conversation] of shown.conversations) {
    const other = fresh.conversations.get(id)
    if (other === undefined) continue
    compare(id, listed(conversation), listed(other))
    const { from, messages: window } = conversation.window
    compare(
      `messages from ${from} of ${id}`,
      window,
      (messages.get(id) ?? []).filter(({ seq }) => seq >= from),
    )
  }
  return problems
}
