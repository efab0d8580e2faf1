// Everything that can happen.
import type { ConversationId, MessageId, UserId } from "@chat/domain/Ids"
import type { BanReason, LeaveReason, RoomSettings } from "@chat/domain/Room"
import type { Bio, Body, DisplayName, Emoji, StatusText, Username } from "@chat/domain/Values"

type RoomFact =
  | { readonly type: "RoomCreated" | "RoomChanged"; readonly room: RoomState }
  | { readonly type: "RoomDeleted" }
  | { readonly type: "DirectOpened"; readonly members: readonly [UserId, UserId] }
  | { readonly type: "MemberJoined" | "MemberUnbanned"; readonly user: UserId }
  | { readonly type: "MemberLeft"; readonly user: UserId; readonly reason: LeaveReason }
  | { readonly type: "MemberBanned"; readonly user: UserId; readonly reason: BanReason }
  | { readonly type: "RoleChanged"; readonly user: UserId; readonly role: "moderator" | "member" }
  | { readonly type: "RoomTransferred"; readonly from: UserId; readonly to: UserId }

/** `message` is the place of the message that it is about. */
type MessageFact =
  | { readonly type: "MessagePosted"; readonly id: MessageId; readonly body: Body }
  | { readonly type: "MessageEdited"; readonly message: number; readonly body: Body }
  | { readonly type: "MessageDeleted" | "MessagePinned" | "MessageUnpinned"; readonly message: number }
  | { readonly type: "ReactionAdded" | "ReactionRemoved"; readonly message: number; readonly emoji: Emoji }

/** What somebody says about themselves. */
export interface Profile {
  readonly username: Username
  readonly name: DisplayName | null
  readonly bio: Bio
  readonly status: StatusText
}

/** What somebody does with a message for themselves alone. */
export interface OwnFact {
  readonly type: "MessageHidden" | "MessageStarred" | "MessageUnstarred"
  readonly conversation: ConversationId
  readonly messageId: MessageId
  readonly seq: number
}

type AccountFact =
  | OwnFact
  | { readonly type: "AccountCreated" | "SessionStarted" }
  | { readonly type: "AccountChanged"; readonly profile: Profile }
  | { readonly type: "ConversationAppeared"; readonly conversation: ConversationId; readonly from: number }
  | { readonly type: "ConversationGone"; readonly conversation: ConversationId; readonly last: number }

export type Fact = RoomFact | MessageFact | AccountFact
/** What is set for a room, and its password. */
export interface RoomState {
  readonly settings: RoomSettings
  readonly password: string | null
}
