// What an event says, and to whom.
import type { ConversationId, UserId } from "@chat/domain/Ids"
import { logOf, userOf, type World } from "./World.ts"
import { accountOf } from "./people.ts"
import { mentionsBefore, messageAt } from "./messages.ts"

/** The data of the event at `seq`, as somebody who can see it reads it now. A log with messages is a conversation's. */
export const dataOf = (world: World, viewer: UserId, id: UserId | ConversationId, seq: number): unknown => {
  const log = logOf(world, id)
  const fact = log[seq - 1]?.fact
  switch (fact?.type) {
    case "RoomCreated":
    case "RoomChanged":
      return fact.room.settings
    case "RoleChanged":
      return { user: userOf(world, fact.user), role: fact.role }
    case "RoomTransferred":
      return { from: userOf(world, fact.from), to: userOf(world, fact.to) }
    case "MemberBanned":
      return { user: userOf(world, fact.user), until: null }
    case "DirectOpened":
    case "GroupOpened":
      return { members: fact.members.map((member) => userOf(world, member)) }
    case "AccountChanged":
      // The account comes as it is now; that of a user has a log of the same id.
      return { account: accountOf(world, id as UserId) }
    case "MessagePosted":
      return {
        message: messageAt(world, viewer, id as ConversationId, seq),
        mentionsBefore: null,
        mentionsAfter: fact.mentions,
      }
    case "MessageEdited":
    case "MessageDeleted":
      return {
        message: messageAt(world, viewer, id as ConversationId, fact.message),
        mentionsBefore: mentionsBefore(log, fact.message, seq),
        mentionsAfter: fact.type === "MessageEdited" ? fact.mentions : null,
      }
    case "ThreadChanged":
    case "MessagePinned":
    case "MessageUnpinned":
      return { message: messageAt(world, viewer, id as ConversationId, fact.message) }
    case "ReactionAdded":
    case "ReactionRemoved":
      return { message: messageAt(world, viewer, id as ConversationId, fact.message), emoji: fact.emoji }
    case "FriendRequestSent":
    case "FriendRequestReceived":
    case "FriendAdded":
    case "FriendRemoved":
    case "Blocked":
    case "Unblocked":
      return { user: userOf(world, fact.user) }
    case "ReceiptsChanged":
      return { read: fact.read, delivered: fact.delivered }
    case "InviteLinkMade":
      return { expiresAt: fact.expiresAt, uses: fact.uses }
    case "InviteLinkRevoked":
      return { link: fact.link }
    case "InvitationReceived":
      return { ...fact.room, by: userOf(world, fact.room.by) }
    case "InvitationEnded":
      return { conversation: fact.conversation, outcome: fact.outcome }
    case "InvitationSent":
    case "InvitationRevoked":
      return { conversation: fact.conversation, user: userOf(world, fact.user) }
    case "FriendRequestEnded":
      return { user: userOf(world, fact.user), direction: fact.direction, outcome: fact.outcome }
    case "PreferencesChanged":
      return { preferences: fact.preferences }
    case "MessageHidden":
    case "MessageStarred":
    case "MessageUnstarred":
      return { conversation: fact.conversation, messageId: fact.messageId, seq: fact.seq }
    case "MemberAdded":
    case "MemberJoined":
    case "MemberUnbanned":
      return { user: userOf(world, fact.user) }
    case "MemberLeft":
      return { user: userOf(world, fact.user), reason: fact.reason }
    case "ConversationAppeared":
      return { conversation: fact.conversation, from: fact.from }
    case "ConversationGone":
      return { conversation: fact.conversation, last: fact.last }
    default:
      return {}
  }
}
