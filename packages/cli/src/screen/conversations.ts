/** The conversations in the order in which they are listed: what needs an eye first. */
import type { ConversationId } from "@chat/domain/Ids"
import { type ConversationState, conversationList } from "@chat/domain/state/State"
import type { ChatView } from "./Model.ts"

export interface Group {
  readonly title: string
  readonly conversations: ReadonlyArray<ConversationState>
}

/** How much somebody wants to be told of a conversation now. */
export const levelOf = ({ notifications }: ConversationState, now: number): "all" | "mentions" | "none" => {
  if (notifications === undefined) return "all"
  const { level, until } = notifications
  return until !== undefined && Date.parse(until) <= now ? "all" : level
}

/** Whether something new in it is to be seen among what is unread. */
const isLoud = (conversation: ConversationState, now: number): boolean =>
  conversation.unread > 0 && levelOf(conversation, now) === "all"

const groupOf = (conversation: ConversationState, now: number): string => {
  if (conversation.mentions > 0 && levelOf(conversation, now) !== "none") return "Mentions"
  if (isLoud(conversation, now)) return "Unread"
  return conversation.kind === "room" ? "Rooms" : "Direct"
}

const titles = ["Mentions", "Unread", "Direct", "Rooms"] as const

export const groupsOf = ({ state, now }: ChatView): ReadonlyArray<Group> => {
  const grouped = Map.groupBy(conversationList(state), (conversation) => groupOf(conversation, now))
  return titles.flatMap((title) => {
    const conversations = grouped.get(title)
    return conversations === undefined ? [] : [{ title, conversations }]
  })
}

/** All of them, from above. */
export const listed = (chat: ChatView): ReadonlyArray<ConversationState> =>
  groupsOf(chat).flatMap(({ conversations }) => conversations)

/** The next one with something new: mentions first; never the one that is open, unless it is the only one. */
export const nextUnread = (chat: ChatView, current: ConversationId | null): ConversationId | undefined => {
  const unread = groupsOf(chat)
    .filter(({ title }) => title === "Mentions" || title === "Unread")
    .flatMap(({ conversations }) => conversations)
  return (unread.find(({ id }) => id !== current) ?? unread[0])?.id
}
