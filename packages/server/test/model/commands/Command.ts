// What people ask for: calls of the contract by their names, with who asks.
import type { ChatRpcs } from "@chat/domain/Contract"
import type { ReadPosition } from "@chat/domain/ReadPosition"
import type { UserId } from "@chat/domain/Ids"
import type { Notice } from "@chat/domain/Notice"
import type { Timestamp } from "@chat/domain/Values"
import type * as Rpc from "effect/rpc/Rpc"
import type * as RpcGroup from "effect/rpc/RpcGroup"

type DirectTag = "OpenDirect"
type RoomTag =
  | "CreateRoom"
  | "JoinRoom"
  | "LeaveRoom"
  | "UpdateRoom"
  | "DeleteRoom"
  | "TransferRoom"
  | "SetMemberRole"
  | "KickMember"
  | "BanMember"
  | "UnbanMember"
type MessageTag = "PostMessage" | "ForwardMessage" | "EditMessage" | "DeleteMessage"
type ReactionTag = "React" | "Unreact" | "PinMessage" | "UnpinMessage"
type GroupTag = "OpenGroup" | "AddToGroup" | "LeaveGroup"
type InviteTag = "InviteToRoom" | "RevokeInvitation" | "DeclineInvitation" | "CreateInviteLink" | "RevokeInviteLink"
type AccountTag = "SetReceipts" | "UpdateProfile" | "ChangeUsername"
type OwnTag = "HideMessage" | "StarMessage" | "UnstarMessage"
/** What has no id, because repeating it is harmless by itself. */
type ContactTag =
  | "SendFriendRequest"
  | "CancelFriendRequest"
  | "AcceptFriendRequest"
  | "DeclineFriendRequest"
  | "RemoveFriend"
  | "BlockUser"
  | "UnblockUser"
  | "SetPreferences"
type NoticeTag = "BroadcastNotice" | "WithdrawNotice"
export type BesideTag = "MarkRead" | "MarkUnread" | "SetNotifications" | "SetDraft" | "Delivered"
export type DurableTag =
  | DirectTag
  | GroupTag
  | InviteTag
  | RoomTag
  | MessageTag
  | ReactionTag
  | AccountTag
  | OwnTag
  | ContactTag
export type Tag = DurableTag | BesideTag | NoticeTag

type Payload<T extends Tag> = Rpc.Payload<Rpc.ExtractTag<RpcGroup.Rpcs<typeof ChatRpcs>, T>>

type Asked<T extends Tag> = T extends Tag ? { readonly type: T; readonly actor: UserId } & Payload<T> : never

export type Of<T extends Tag> = Extract<Command, { readonly type: T }>
export type Command = Asked<Tag>
export type Durable = Asked<DurableTag>

/** What the server remembers a command as: of two with one id, the second is a repeat if this is the same. */
export const remembered: { readonly [T in DurableTag]: string } = {
  OpenDirect: "DirectOpened",
  OpenGroup: "GroupOpened",
  AddToGroup: "MemberAdded",
  LeaveGroup: "MemberLeft",
  CreateRoom: "RoomCreated",
  JoinRoom: "MemberJoined",
  LeaveRoom: "MemberLeft",
  UpdateRoom: "RoomChanged",
  DeleteRoom: "RoomDeleted",
  TransferRoom: "RoomTransferred",
  SetMemberRole: "RoleChanged",
  KickMember: "MemberLeft",
  BanMember: "MemberBanned",
  UnbanMember: "MemberUnbanned",
  InviteToRoom: "InvitationSent",
  RevokeInvitation: "InvitationRevoked",
  DeclineInvitation: "InvitationEnded",
  CreateInviteLink: "InviteLinkMade",
  RevokeInviteLink: "InviteLinkRevoked",
  PostMessage: "MessagePosted",
  ForwardMessage: "MessagePosted",
  EditMessage: "MessageEdited",
  DeleteMessage: "MessageDeleted",
  React: "ReactionAdded",
  Unreact: "ReactionRemoved",
  PinMessage: "MessagePinned",
  UnpinMessage: "MessageUnpinned",
  SetReceipts: "ReceiptsChanged",
  UpdateProfile: "AccountChanged",
  ChangeUsername: "AccountChanged",
  SendFriendRequest: "FriendRequestSent",
  CancelFriendRequest: "FriendRequestEnded",
  AcceptFriendRequest: "FriendAdded",
  DeclineFriendRequest: "FriendRequestEnded",
  RemoveFriend: "FriendRemoved",
  BlockUser: "Blocked",
  UnblockUser: "Unblocked",
  SetPreferences: "PreferencesChanged",
  HideMessage: "MessageHidden",
  StarMessage: "MessageStarred",
  UnstarMessage: "MessageUnstarred",
}

// A command with a name that is remembered has an id.
export const isDurable = (command: Command): command is Durable => command.type in remembered

/** What may be asked again without harm, and is done once. */
export const isRepeatable = (command: Command): boolean =>
  isDurable(command) || command.type === "BroadcastNotice" || command.type === "WithdrawNotice"

/** What places a message. */
export const isPost = (command: Command): command is Of<"PostMessage" | "ForwardMessage"> =>
  command.type === "PostMessage" || command.type === "ForwardMessage"

/** The id under which a command takes effect once. */
export const idOf = (command: Durable): string => (isPost(command) ? command.id : command.commandId)

/** Where the effect of a command can be seen. */
export interface Place {
  readonly log: string
  readonly seq: number
  readonly at: Timestamp
  /** Of a link. */
  readonly token?: string | undefined
}

/** What the server said. */
export type Answer =
  | { readonly _tag: "Receipt"; readonly receipt: Place }
  | { readonly _tag: "Position"; readonly position: ReadPosition }
  | { readonly _tag: "Done" }
  | { readonly _tag: "Notice"; readonly notice: Notice }
  | { readonly _tag: "Draft"; readonly rev: number }
  | { readonly _tag: "Refused"; readonly error: string }

export interface Answered {
  readonly command: Command
  readonly answer: Answer
}

/** The limits of the servers under test: small, so that they are met. */
export const rules = {
  messageBody: 40,
  roomName: 24,
  topic: 24,
  slowMode: 3_600,
  roomMembers: 4,
  reactionsPerPerson: 2,
  reactionsPerMessage: 3,
  pins: 2,
  groupMembers: 3,
  drafts: 2,
  invitations: 2,
  notices: 3,
}

/** In code points. */
export const length = (text: string): number => [...text].length
