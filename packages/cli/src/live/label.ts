import { conversationLog, type LogId } from "@chat/domain/Ids"
import type { Conversation } from "@chat/domain/Conversation"
import type { State } from "@chat/domain/state/State"
import { printableLine } from "../text/printable.ts"

type Named = Pick<Conversation, "name" | "peer" | "people">

/**
 * What a conversation goes by: `#room`, `@user` for the other person of a direct one, or `@user,@user` for the others in a
 * group, with a comma also behind a single one.
 */
export const labelOfConversation = ({ name, peer, people }: Named): string => {
  if (people === undefined) return printableLine(name === null ? `@${peer?.username ?? "somebody"}` : `#${name}`)
  if (people.length === 0) return "(a group of one)"
  return printableLine(people.map(({ username }) => `@${username}`).join(",") + (people.length === 1 ? "," : ""))
}

/** The same, by its log; `undefined` if the account is in no such conversation. */
export const labelOf = (state: State, log: LogId): string | undefined => {
  for (const conversation of state.conversations.values()) {
    if (conversationLog(conversation.id) === log) return labelOfConversation(conversation)
  }
  return undefined
}
