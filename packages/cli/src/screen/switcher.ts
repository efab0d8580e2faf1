/** Where one can go by typing a part of its name. */
import type { ConversationId } from "@chat/domain/Ids"
import { labelOfConversation } from "../live/label.ts"
import { listed } from "./conversations.ts"
import type { ChatView } from "./Model.ts"

export interface Choice {
  readonly id: ConversationId
  readonly label: string
  readonly unread: number
  readonly mentions: number
}

/** The smaller, the better; `undefined`: not all of it is in there, in its order. */
const distance = (query: string, label: string): number | undefined => {
  let [at, total] = [-1, 0]
  for (const character of query) {
    const next = label.indexOf(character, at + 1)
    if (next < 0) return undefined
    total += next - at - 1
    at = next
  }
  return total
}

/** The best first; without a query as they are listed. */
export const choices = (chat: ChatView, query: string): ReadonlyArray<Choice> => {
  const all = listed(chat).map((conversation) => ({
    id: conversation.id,
    label: labelOfConversation(conversation),
    unread: conversation.unread,
    mentions: conversation.mentions,
  }))
  const wanted = query.trim().toLowerCase()
  if (wanted === "") return all
  return all
    .flatMap((choice) => {
      const far = distance(wanted, choice.label.toLowerCase())
      return far === undefined ? [] : [{ choice, far }]
    })
    .toSorted((a, b) => a.far - b.far || a.choice.label.length - b.choice.label.length)
    .map(({ choice }) => choice)
}
