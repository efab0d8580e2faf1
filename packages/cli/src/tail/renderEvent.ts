/** Events as people read them. */
import type { LogEvent } from "@chat/domain/Event"
import type { Message } from "@chat/domain/Message"
import type { User } from "@chat/domain/User"
import { noQuotes, type Quotes } from "../messages/quotes.ts"
import { renderBody, renderInContext } from "../messages/render.ts"
import type { Style } from "../terminal/Output.ts"
import { describeRoom } from "../rooms/describe.ts"
import { printableLine } from "../text/printable.ts"

interface Options {
  readonly quotes?: Quotes
  /** Whose text is not shown. */
  readonly isFolded?: (message: Message) => boolean
}

/** Who did what, without when and where. */
export const renderEvent = (
  event: LogEvent,
  style: Style,
  { quotes = noQuotes, isFolded = () => false }: Options = {},
): string => {
  const textOf = (message: Message) => (isFolded(message) ? style.faint("(folded)") : renderBody(message, style))
  const actor = style.name(printableLine(event.actor?.username ?? "the server"))
  const nameOf = ({ username }: User) => style.name(printableLine(username))
  switch (event.type) {
    case "MessagePosted":
      return `${actor}: ${renderInContext(event.data.message, quotes, style)}`
    case "MessageEdited":
      return `${actor} changed message ${event.data.message.seq}: ${textOf(event.data.message)}`
    case "MessageDeleted":
      return `${actor} deleted message ${event.data.message.seq}`
    case "ReactionAdded":
      return `${actor} reacted to message ${event.data.message.seq}: ${printableLine(event.data.emoji)}`
    case "ReactionRemoved":
      return `${actor} took back ${printableLine(event.data.emoji)} from message ${event.data.message.seq}`
    case "MessagePinned":
      return `${actor} pinned message ${event.data.message.seq}: ${textOf(event.data.message)}`
    case "MessageUnpinned":
      return `${actor} unpinned message ${event.data.message.seq}`
    case "ThreadChanged":
      return `${actor} deleted a message in the thread of ${event.data.message.seq}`
    case "MemberJoined":
      return `${style.name(printableLine(event.data.user.username))} came in`
    case "MemberAdded":
      return `${actor} added ${nameOf(event.data.user)}`
    case "MemberLeft": {
      const who = style.name(printableLine(event.data.user.username))
      return event.data.reason === "left" ? `${who} left` : `${actor} removed ${who}`
    }
    case "MemberBanned":
      return `${actor} banned ${style.name(printableLine(event.data.user.username))}`
    case "MemberUnbanned":
      return `${actor} lifted the ban of ${style.name(printableLine(event.data.user.username))}`
    case "InviteLinkMade":
      return `${actor} made a link into the room`
    case "InviteLinkRevoked":
      return `${actor} revoked link ${event.data.link} into the room`
    case "RoleChanged": {
      const who = style.name(printableLine(event.data.user.username))
      return event.data.role === "moderator" ? `${actor} made ${who} a moderator` : `${who} is a moderator no longer`
    }
    case "RoomTransferred":
      return `${actor} handed the room over to ${style.name(printableLine(event.data.to.username))}`
    case "RoomChanged":
      return `${actor} changed the room: #${printableLine(event.data.name)}  ${describeRoom(event.data)}`
    case "RoomDeleted":
      return `${actor} deleted the room`
    case "RoomCreated":
      return `${actor} made the room #${printableLine(event.data.name)}`
    case "GroupOpened":
      return `${actor} began a group with ${event.data.members
        .filter(({ id }) => id !== event.actor?.id)
        .map(nameOf)
        .join(", ")}`
    case "DirectOpened":
      return `${actor} began the conversation`
    case "AccountCreated":
    case "SessionStarted":
    case "SessionEnded":
    case "AccountChanged":
    case "PasswordChanged":
    case "ReportSent":
    case "ConversationAppeared":
    case "ConversationGone":
    case "PresenceChosen":
    case "MessageHidden":
    case "MessageStarred":
    case "MessageUnstarred":
    case "ReceiptsChanged":
      return `${actor}: ${event.type}`
    case "FriendRequestSent":
      return `${actor} asked ${nameOf(event.data.user)} to be friends`
    case "FriendRequestReceived":
      return `${nameOf(event.data.user)} asks to be friends`
    case "FriendRequestEnded":
      return `${actor} ${event.data.outcome} a friend request (${nameOf(event.data.user)})`
    case "FriendAdded":
      return `${nameOf(event.data.user)} is a friend`
    case "FriendRemoved":
      return `${nameOf(event.data.user)} is a friend no longer`
    case "Blocked":
      return `${actor} blocked ${nameOf(event.data.user)}`
    case "Unblocked":
      return `${actor} unblocked ${nameOf(event.data.user)}`
    case "PreferencesChanged":
      return `${actor} takes messages from ${event.data.preferences.whoMayWrite}`
    case "InvitationReceived":
      return `${nameOf(event.data.by)} invites you to #${printableLine(event.data.name)}`
    case "InvitationEnded":
      return `an invitation has ended: ${event.data.outcome}`
    case "InvitationSent":
      return `${actor} invited ${nameOf(event.data.user)} to a room`
    case "InvitationRevoked":
      return `${actor} revoked the invitation of ${nameOf(event.data.user)}`
    case "Unknown":
      return `${actor} did something that a newer version of chat can show`
  }
}
