// What an event says, and to whom.
import type { ConversationId, UserId } from "@chat/domain/Ids"
import { logOf, userOf, type World } from "./World.ts"
import { accountOf } from "./people.ts"
import { messageAt } from "./messages.ts"

/** No program of this model mentions anybody. */
const nobody = { mentionsBefore: null, mentionsAfter: null }

/** The data of the event at `seq`, as somebody who can see it reads it now. A log with messages is a conversation's. */
export const dataOf = (world: World, viewer: UserId, id: UserId | ConversationId, seq: number): unknown => {
  const fact = logOf(world, id)[seq - 1]?.fact
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
      return { members: fact.members.map((member) => userOf(world, member)) }
    case "AccountChanged":
      // The account comes as it is now; that of a user has a log of the same id.
      return { account: accountOf(world, id as UserId) }
    case "MessagePosted":
      return { message: messageAt(world, viewer, id as ConversationId, seq), ...nobody }
    case "MessageEdited":
    case "MessageDeleted":
      return { message: messageAt(world, viewer, id as ConversationId, fact.message), ...nobody }
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
    case "FriendRequestEnded":
      return { user: userOf(world, fact.user), direction: fact.direction, outcome: fact.outcome }
    case "PreferencesChanged":
      return { preferences: fact.preferences }
    case "MessageHidden":
    case "MessageStarred":
    case "MessageUnstarred":
      return { conversation: fact.conversation, messageId: fact.messageId, seq: fact.seq }
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
