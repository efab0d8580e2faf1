// Everything that can happen.
import type { Preferences } from "@chat/domain/Contact"
import type { ConversationId, MessageId, UserId } from "@chat/domain/Ids"
import type { BanReason, LeaveReason, RoomSettings } from "@chat/domain/Room"
import type { Bio, Body, DisplayName, Emoji, StatusText, Username } from "@chat/domain/Values"

type RoomFact =
  | { readonly type: "RoomCreated" | "RoomChanged"; readonly room: RoomState }
  | { readonly type: "RoomDeleted" }
  | {
      readonly type: "DirectOpened"
      readonly members: readonly [UserId, UserId]
      /** Who has blocked the other, and has seen nothing of it so far. */
      readonly unseenBy?: UserId | undefined
    }
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

/** What is between two people, as the log of one of them has it. */
type ContactFact =
  | {
      readonly type:
        | "FriendRequestSent"
        | "FriendRequestReceived"
        | "FriendAdded"
        | "FriendRemoved"
        | "Blocked"
        | "Unblocked"
      readonly user: UserId
    }
  | {
      readonly type: "FriendRequestEnded"
      readonly user: UserId
      readonly direction: "sent" | "received"
      readonly outcome: "cancelled" | "declined" | "accepted"
    }
  | { readonly type: "PreferencesChanged"; readonly preferences: Preferences }

type AccountFact =
  | ContactFact
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
