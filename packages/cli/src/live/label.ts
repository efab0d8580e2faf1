import { conversationLog, type LogId } from "@chat/domain/Ids"
import type { Conversation } from "@chat/domain/Conversation"
import type { State } from "@chat/domain/state/State"
import { printableLine } from "../text/printable.ts"

/** What a conversation goes by: `#room`, or `@user` for the other person of a direct one. */
export const labelOfConversation = ({ name, peer }: Conversation): string =>
  printableLine(name === null ? `@${peer?.username ?? "somebody"}` : `#${name}`)

/** The same, by its log; `undefined` if the account is in no such conversation. */
export const labelOf = (state: State, log: LogId): string | undefined => {
  for (const conversation of state.conversations.values()) {
    if (conversationLog(conversation.id) === log) return labelOfConversation(conversation)
  }
  return undefined
}
