import type { SyncItem } from "@chat/domain/Sync"

/** What came, in a few words. */
export const brief = (item: SyncItem): string => {
  switch (item._tag) {
    case "Event":
      return `${item.event.type} ${item.event.log}/${item.event.seq}`
    case "Skip":
      return `Skip ${item.log}/${item.from}-${item.to}`
    case "ConversationSnapshot":
      return `ConversationSnapshot (${item.reason}) ${item.conversation.id}/${item.conversation.seq}`
    case "AccountSnapshot":
      return `AccountSnapshot (${item.reason}) ${item.account.id}/${item.seq}`
    case "PositionChanged":
      return `PositionChanged ${item.conversation}`
    case "UserChanged":
      return `UserChanged ${item.user.id}`
    case "PresenceChanged":
    case "TypingChanged":
    case "MarksChanged":
    case "ThreadPositionChanged":
    case "DraftChanged":
    case "NoticesChanged":
    case "CaughtUp":
      return item._tag
  }
}
