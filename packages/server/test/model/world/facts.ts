// Everything that can happen.
import type { Preferences } from "@chat/domain/Contact"
import type { ConversationId, MessageId, UserId } from "@chat/domain/Ids"
import type { InvitationOutcome } from "@chat/domain/Invite"
import type { Mentions } from "@chat/domain/Message"
import type { BanReason, LeaveReason, RoomSettings } from "@chat/domain/Room"
import type { Bio, Body, DisplayName, Emoji, StatusText, Timestamp, Username } from "@chat/domain/Values"

type RoomFact =
  | { readonly type: "RoomCreated" | "RoomChanged"; readonly room: RoomState }
  | { readonly type: "RoomDeleted" }
  | {
      readonly type: "DirectOpened"
      readonly members: readonly [UserId, UserId]
      /** Who has blocked the other, and has seen nothing of it so far. */
      readonly unseenBy?: UserId | undefined
    }
  | {
      readonly type: "GroupOpened"
      readonly members: ReadonlyArray<UserId>
      /** Those of them who have blocked who opened it, and have seen nothing of it so far. */
      readonly unseenBy: ReadonlyArray<UserId>
    }
  | { readonly type: "MemberAdded"; readonly user: UserId; readonly isUnseen: boolean }
  | { readonly type: "MemberJoined"; readonly user: UserId; readonly link?: number | undefined }
  | { readonly type: "MemberUnbanned"; readonly user: UserId }
  | {
      readonly type: "InviteLinkMade"
      readonly token: string
      readonly uses: number | null
      readonly expiresAt: Timestamp | null
    }
  | { readonly type: "InviteLinkRevoked"; readonly link: number }
  | { readonly type: "MemberLeft"; readonly user: UserId; readonly reason: LeaveReason }
  | { readonly type: "MemberBanned"; readonly user: UserId; readonly reason: BanReason }
  | { readonly type: "RoleChanged"; readonly user: UserId; readonly role: "moderator" | "member" }
  | { readonly type: "RoomTransferred"; readonly from: UserId; readonly to: UserId }

/** `message` is the place of the message that it is about. */
type MessageFact =
  | ({ readonly type: "MessagePosted"; readonly id: MessageId } & Said & Placed)
  | ({ readonly type: "MessageEdited"; readonly message: number } & Said)
  | { readonly type: "MessageDeleted" | "MessagePinned" | "MessageUnpinned"; readonly message: number }
  /** Of the message that began a thread, of which something was deleted. */
  | { readonly type: "ThreadChanged"; readonly message: number }
  | { readonly type: "ReactionAdded" | "ReactionRemoved"; readonly message: number; readonly emoji: Emoji }

/** A text, and whom it mentions; `null`: nobody. */
export interface Said {
  readonly body: Body
  readonly mentions: Mentions | null
}

/** What a message answers, in which thread it is, and who wrote it first: the places of messages, and an account. */
export interface Placed {
  readonly replyTo?: number | undefined
  readonly thread?: number | undefined
  readonly forwarded?: UserId | undefined
}

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

/** A room as it was for who was invited to it, and who invited them. */
export interface InvitedRoom {
  readonly conversation: ConversationId
  readonly name: string
  readonly topic: string
  readonly memberCount: number
  readonly by: UserId
}

type InvitationFact =
  | {
      readonly type: "InvitationSent" | "InvitationRevoked"
      readonly conversation: ConversationId
      readonly user: UserId
    }
  | { readonly type: "InvitationReceived"; readonly room: InvitedRoom }
  | { readonly type: "InvitationEnded"; readonly conversation: ConversationId; readonly outcome: InvitationOutcome }

type AccountFact =
  | InvitationFact
  | ContactFact
  | OwnFact
  | { readonly type: "AccountCreated" | "SessionStarted" }
  | { readonly type: "ReceiptsChanged"; readonly read: boolean; readonly delivered: boolean }
  | { readonly type: "AccountChanged"; readonly profile: Profile }
  | { readonly type: "ConversationAppeared"; readonly conversation: ConversationId; readonly from: number }
  | { readonly type: "ConversationGone"; readonly conversation: ConversationId; readonly last: number }

export type Fact = RoomFact | MessageFact | AccountFact
/** What is set for a room, and its password. */
export interface RoomState {
  readonly settings: RoomSettings
  readonly password: string | null
}
