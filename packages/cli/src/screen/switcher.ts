/** What can be chosen from a list by typing a part of its name. */
import type { ConversationId } from "@chat/domain/Ids"
import { completionAt } from "../completion/complete.ts"
import { type Match, ranked } from "../completion/fuzzy.ts"
import { labelOfConversation } from "../live/label.ts"
import { listed } from "./conversations.ts"
import { knownIn } from "./known.ts"
import type { ChatView, Model } from "./Model.ts"

interface Choice {
  readonly id: ConversationId
  readonly label: string
  readonly unread: number
  readonly mentions: number
}

/** Conversations, the best first; without a query as they are listed. */
export const choices = (chat: ChatView, query: string): ReadonlyArray<Match<Choice>> =>
  ranked(
    query,
    listed(chat).map((conversation) => ({
      id: conversation.id,
      label: labelOfConversation(conversation),
      unread: conversation.unread,
      mentions: conversation.mentions,
    })),
    ({ label }) => label,
  )

/** What is often put under a message, for who types nothing. */
const usual = ["👍", "❤️", "😂", "🎉", "😮", "😢", "🙏", "👀"]

interface Emoji {
  readonly emoji: string
  readonly says: string
}

/** Emoji by their names; what is one already is taken as it is. */
export const emojiChoices = (model: Model, chat: ChatView, query: string): ReadonlyArray<Emoji> => {
  const wanted = query.trim()
  if (wanted === "") return usual.map((emoji) => ({ emoji, says: "" }))
  if (/\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20E3/u.test(wanted)) return [{ emoji: wanted, says: "" }]
  const text = `:${wanted.replaceAll(":", "").replaceAll(" ", "_")}`
  const found = completionAt(text, text.length, knownIn(model, chat))
  return (found?.options ?? []).map(({ insert, says }) => ({ emoji: insert, says }))
}
