/** How the events of its log change a conversation. */
import type { LogEvent } from "../Event.ts"
import type { UserId } from "../Ids.ts"
import type { Role } from "../permissions.ts"
import type { ConversationState } from "./State.ts"
import * as Members from "./members.ts"
import { countsAsUnread, isMentioned } from "./unread.ts"
import * as Window from "./window.ts"

/** The next event of the log. */
export const advance = (before: ConversationState, event: LogEvent, me: UserId | null): ConversationState => {
  const conversation = { ...before, seq: event.seq, mark: event.mark }
  switch (event.type) {
    case "MessagePosted":
    case "MessageEdited":
    case "MessageDeleted":
      return counted(
        event.type === "MessagePosted" ? posted(conversation, event) : changed(conversation, event),
        event,
        me,
      )
    case "ThreadChanged":
    case "ReactionAdded":
    case "ReactionRemoved":
    case "MessagePinned":
    case "MessageUnpinned":
      return changed(conversation, event)
    case "MemberJoined":
    case "MemberAdded":
    case "MemberLeft":
      return {
        ...conversation,
        ...peopleAfter(conversation, event, me),
        memberCount: conversation.memberCount + (event.type === "MemberLeft" ? -1 : 1),
        role: event.type === "MemberLeft" && event.data.user.id === me ? null : conversation.role,
        members: conversation.members && changeMembers(conversation.members, event),
      }
    case "RoleChanged":
    case "RoomTransferred":
      return {
        ...conversation,
        role: roleAfter(conversation.role, event, me),
        members: conversation.members && changeMembers(conversation.members, event),
      }
    case "RoomChanged":
      return { ...conversation, ...event.data }
    default:
      return conversation
  }
}

/** The same change for a list of members wherever it comes from: that of a conversation, or a page. */
export const changeMembers = (members: Members.Members, event: LogEvent): Members.Members => {
  switch (event.type) {
    case "MemberJoined":
      return Members.join(members, event.data.user, event.seq, "member")
    case "MemberAdded":
      return Members.join(members, event.data.user, event.seq, null)
    case "MemberLeft":
      return Members.leave(members, event.data.user, event.seq)
    case "RoleChanged":
    case "RoomTransferred":
      return rolesOf(event).reduce((list, [user, role]) => Members.setRole(list, user, role, event.seq), members)
    default:
      return members
  }
}

type RoleEvent = Extract<LogEvent, { readonly type: "RoleChanged" | "RoomTransferred" }>

const rolesOf = (event: RoleEvent): ReadonlyArray<readonly [UserId, Role]> =>
  event.type === "RoleChanged"
    ? [[event.data.user.id, event.data.role]]
    : [
        [event.data.from.id, "moderator"],
        [event.data.to.id, "owner"],
      ]

const roleAfter = (before: Role | null, event: RoleEvent, me: UserId | null): Role | null =>
  rolesOf(event).find(([user]) => user === me)?.[1] ?? before

type MemberEvent = Extract<LogEvent, { readonly type: "MemberJoined" | "MemberAdded" | "MemberLeft" }>

/** Of a group. */
const peopleAfter = ({ people }: ConversationState, { type, data: { user } }: MemberEvent, me: UserId | null) => {
  if (people === undefined || user.id === me) return {}
  const others = people.filter(({ id }) => id !== user.id)
  return { people: type === "MemberLeft" ? others : [...others, user] }
}

const posted = (conversation: ConversationState, event: Extract<LogEvent, { readonly type: "MessagePosted" }>) => ({
  ...conversation,
  window: Window.append(Window.change(conversation.window, event), event.data.message),
  lastMessage: event.data.message,
})

const changed = (conversation: ConversationState, event: LogEvent): ConversationState => {
  const { lastMessage } = conversation
  return {
    ...conversation,
    window: Window.change(conversation.window, event),
    lastMessage: lastMessage && Window.messageAfter(lastMessage, event),
  }
}

/**
 * Counts are as of the cursor, whatever the text of a message that comes with an event has become since: a message that
 * was deleted later counts from its posting to the event of its deletion, which is always still to come. So no memory of
 * messages outside the window is needed, and no deletion is subtracted twice.
 */
const counted = (
  conversation: ConversationState,
  { type, data }: Extract<LogEvent, { readonly data: { readonly mentionsBefore: unknown } }>,
  me: UserId | null,
): ConversationState => {
  const { seq, author, thread, hidden } = data.message
  if (!countsAsUnread({ seq, author: author.id, thread, deleted: false, hidden }, me, conversation.position))
    return conversation
  const unread = type === "MessagePosted" ? 1 : type === "MessageDeleted" ? -1 : 0
  const mentions = Number(isMentioned(data.mentionsAfter, me)) - Number(isMentioned(data.mentionsBefore, me))
  if (unread === 0 && mentions === 0) return conversation
  return {
    ...conversation,
    unread: Math.max(0, conversation.unread + unread),
    mentions: Math.max(0, conversation.mentions + mentions),
  }
}
