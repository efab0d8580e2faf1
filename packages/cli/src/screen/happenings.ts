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
const most = 2_000

export type Happenings = ReadonlyMap<ConversationId, ReadonlyArray<LogEvent>>

export const withHappening = (happenings: Happenings, conversation: ConversationId, event: LogEvent): Happenings => {
  if (!shown.has(event.type)) return happenings
  return withRecalled(happenings, conversation, [event])
}

/** With what was read from the log, in its order and each once. */
export const withRecalled = (
  happenings: Happenings,
  conversation: ConversationId,
  events: ReadonlyArray<LogEvent>,
): Happenings => {
  const all = (happenings.get(conversation) ?? []).concat(events.filter(({ type }) => shown.has(type)))
  const bySeq = new Map(all.map((event) => [event.seq, event]))
  const kept = [...bySeq.values()].toSorted((a, b) => a.seq - b.seq).slice(-most)
  return new Map(happenings).set(conversation, kept)
}
