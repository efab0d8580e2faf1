/** What happens in conversations besides messages, as far as it is shown between them. */
import type { LogEvent } from "@chat/domain/Event"
import type { ConversationId } from "@chat/domain/Ids"

const shown: ReadonlySet<string> = new Set([
  "MemberJoined",
  "MemberAdded",
  "MemberLeft",
  "MemberBanned",
  "MemberUnbanned",
  "RoleChanged",
  "RoomTransferred",
  "RoomChanged",
  "RoomCreated",
  "MessagePinned",
] satisfies ReadonlyArray<LogEvent["type"]>)

/** So many are kept of a conversation. */
const most = 500

export type Happenings = ReadonlyMap<ConversationId, ReadonlyArray<LogEvent>>

export const withHappening = (happenings: Happenings, conversation: ConversationId, event: LogEvent): Happenings => {
  if (!shown.has(event.type)) return happenings
  const before = happenings.get(conversation) ?? []
  return new Map(happenings).set(conversation, [...before, event].slice(-most))
}
