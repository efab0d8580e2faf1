/**
 * Events: what happened, in the order in which it happened. A log is a dense list of them, `seq` 1, 2, 3 ...; one per
 * conversation and one per account. An event says what happened with the state of now: a message in it is the message as
 * it is when the event is read, so that a replay never shows what was edited away or deleted.
 */
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { Preferences } from "./Contact.ts"
import { ConversationId, LogId, MessageId, SessionId } from "./Ids.ts"
import { InvitationOutcome, invitedRoom, InviteUses } from "./Invite.ts"
import { orAbsent } from "./orAbsent.ts"
import { Mentions, Message } from "./Message.ts"
import { Role } from "./permissions.ts"
import { Receipts } from "./ReadMarks.ts"
import { PresenceChoice } from "./Presence.ts"
import { LeaveReason, RoomSettings } from "./Room.ts"
import { Session, SessionEndReason } from "./Session.ts"
import { Account, User } from "./User.ts"
import { Emoji, Mark, Seq, Timestamp } from "./Values.ts"

const envelope = {
  log: LogId,
  seq: Seq,
  mark: Mark,
  at: Timestamp,
  /** Who did it; `null`: the server. */
  actor: Schema.NullOr(User),
}

const event = <const Type extends string, const Fields extends Schema.Struct.Fields>(type: Type, data: Fields) =>
  Schema.Struct({ ...envelope, type: Schema.Literal(type), data: Schema.Struct(data) })

/** In the log of a conversation: it began as a room, of which the actor is the first member and the owner. */
export const RoomCreated = event("RoomCreated", RoomSettings.fields)
/** In the log of a conversation: something about the room is different; this is how everything is now. */
export const RoomChanged = event("RoomChanged", RoomSettings.fields)
/** In the log of a conversation: the room is no more. For everybody it is the last event of the log. */
export const RoomDeleted = event("RoomDeleted", {})
/** In the log of a conversation: a member became a moderator, or is one no longer. */
export const RoleChanged = event("RoleChanged", { user: User, role: Role })
/** In the log of a conversation: another member is the owner now, and who was is a moderator. */
export const RoomTransferred = event("RoomTransferred", { from: User, to: User })
/** In the log of a conversation: somebody is kept out, to the end of `until` if there is one. */
export const MemberBanned = event("MemberBanned", { user: User, until: Schema.NullOr(Timestamp) })
/** In the log of a conversation: somebody is kept out no longer. */
export const MemberUnbanned = event("MemberUnbanned", { user: User })
/** In the log of a conversation: the actor made a link into the room, which this event's `seq` is the name of. */
export const InviteLinkMade = event("InviteLinkMade", {
  expiresAt: Schema.NullOr(Timestamp),
  uses: Schema.NullOr(InviteUses),
})
/** In the log of a conversation: a link lets nobody in any more. */
export const InviteLinkRevoked = event("InviteLinkRevoked", { link: Seq })
/** In the log of a conversation: it began as a group of these people. */
export const GroupOpened = event("GroupOpened", { members: Schema.Array(User) })
/** In the log of a group: the actor added somebody. */
export const MemberAdded = event("MemberAdded", { user: User })
/** In the log of a conversation: it began between two people. */
export const DirectOpened = event("DirectOpened", { members: Schema.Array(User) })
/**
 * Whom the text mentioned before an event and after it; `null`: nobody. The message that comes with an event is that of
 * now: only with these can mentions be counted as of the event.
 */
export const mentionFacts = {
  mentionsBefore: Schema.NullOr(Mentions).pipe(orAbsent(null)),
  mentionsAfter: Schema.NullOr(Mentions).pipe(orAbsent(null)),
}

/** In the log of a conversation: a message was posted. Its `seq` is that of this event. */
export const MessagePosted = event("MessagePosted", { message: Message, ...mentionFacts })
/** In the log of a conversation: the author changed a message. */
export const MessageEdited = event("MessageEdited", { message: Message, ...mentionFacts })
/** In the log of a conversation: the author or a moderator, who is the actor, deleted a message, which is a tombstone without text from then on. */
export const MessageDeleted = event("MessageDeleted", { message: Message, ...mentionFacts })
/** In the log of a conversation: a message of the thread that this one began was deleted, and is not counted any more. */
export const ThreadChanged = event("ThreadChanged", { message: Message })
/** In the log of a conversation: the actor reacted to a message. */
export const ReactionAdded = event("ReactionAdded", { message: Message, emoji: Emoji })
/** In the log of a conversation: the actor took a reaction back. */
export const ReactionRemoved = event("ReactionRemoved", { message: Message, emoji: Emoji })
/** In the log of a conversation: the actor pinned a message. */
export const MessagePinned = event("MessagePinned", { message: Message })
/** In the log of a conversation: a message is pinned no longer. */
export const MessageUnpinned = event("MessageUnpinned", { message: Message })
/** In the log of a conversation: somebody became a member of a room. */
export const MemberJoined = event("MemberJoined", { user: User })
/**
 * In the log of a conversation: somebody is no longer a member; the actor is who did it. For them it is the last event of
 * the log.
 */
export const MemberLeft = event("MemberLeft", { user: User, reason: LeaveReason.pipe(orAbsent("left")) })

/** A message by its id, and by its place in the log of its conversation. */
const ownMessage = { conversation: ConversationId, messageId: MessageId, seq: Seq }

/** In the log of an account: it began. */
export const AccountCreated = event("AccountCreated", {})
/** In the log of an account: somebody logged in to it. */
export const SessionStarted = event("SessionStarted", { session: Session })
/** In the log of an account: a session ended. */
export const SessionEnded = event("SessionEnded", { session: SessionId, reason: SessionEndReason })
/** In the log of an account: its name, address, profile, role or standing changed; it comes as it is now. */
export const AccountChanged = event("AccountChanged", { account: Account })
/** In the log of an account: its password changed. */
export const PasswordChanged = event("PasswordChanged", {})
/** In the log of an account: it reported something to the moderators. */
export const ReportSent = event("ReportSent", {})
/** In the log of an account: a conversation can be seen, from `from` on. Comes before that log's first event. */
export const ConversationAppeared = event("ConversationAppeared", { conversation: ConversationId, from: Seq })
/** In the log of an account: a conversation can no longer be seen beyond `last`. Comes after that log's last event. */
export const ConversationGone = event("ConversationGone", { conversation: ConversationId, last: Seq })
/** In the log of an account: how it wants to be seen by others, from now on. */
export const PresenceChosen = event("PresenceChosen", { presence: PresenceChoice })
/** In the log of an account: whether it tells others what has been delivered to it and what it has read. */
export const ReceiptsChanged = event("ReceiptsChanged", Receipts.fields)

/** In the log of an account: its owner deleted a message for themselves. Whatever shows it shows a tombstone. */
export const MessageHidden = event("MessageHidden", ownMessage)
/** In the log of an account: its owner put a message aside for later. */
export const MessageStarred = event("MessageStarred", ownMessage)
/** In the log of an account: a message is put aside no longer. */
export const MessageUnstarred = event("MessageUnstarred", ownMessage)
/** In the log of an account: it has asked somebody to be friends. */
export const FriendRequestSent = event("FriendRequestSent", { user: User })
/** In the log of an account: somebody has asked it. */
export const FriendRequestReceived = event("FriendRequestReceived", { user: User })
/** In the log of an account: what it had asked (`sent`), or had been asked (`received`), is settled. */
export const FriendRequestEnded = event("FriendRequestEnded", {
  user: User,
  direction: Schema.Literals(["sent", "received"]),
  outcome: Schema.Literals(["cancelled", "declined", "accepted"]),
})
/** In the log of an account: somebody is a friend. */
export const FriendAdded = event("FriendAdded", { user: User })
/** In the log of an account: somebody is a friend no longer. */
export const FriendRemoved = event("FriendRemoved", { user: User })
/** In the log of the account that blocks, and in no other. Their request and their invitations, if received, are gone with it. */
export const Blocked = event("Blocked", { user: User })
/** In the log of the account that had blocked, and in no other. */
export const Unblocked = event("Unblocked", { user: User })
/** In the log of an account: it is invited to a room, which is as it was then. Stands for an earlier one to that room. */
export const InvitationReceived = event("InvitationReceived", { ...invitedRoom, by: User })
/** In the log of an account: an invitation that it had received has ended. */
export const InvitationEnded = event("InvitationEnded", { conversation: ConversationId, outcome: InvitationOutcome })
/** In the log of an account: it has invited somebody to a room. */
export const InvitationSent = event("InvitationSent", { conversation: ConversationId, user: User })
/** In the log of an account: it has taken back an invitation to a room, its own or another's. */
export const InvitationRevoked = event("InvitationRevoked", { conversation: ConversationId, user: User })
/** In the log of an account: these are its preferences now. */
export const PreferencesChanged = event("PreferencesChanged", { preferences: Preferences })

const UnknownEncoded = Schema.Struct({ ...envelope, type: Schema.String, data: Schema.Json })

/** An event of a type that this version does not know. It moves the cursor; a newer client shows more. */
export const UnknownEvent = UnknownEncoded.pipe(
  Schema.decodeTo(
    Schema.toType(
      Schema.Struct({
        ...envelope,
        type: Schema.Literal("Unknown"),
        data: Schema.Struct({ type: Schema.String, data: Schema.Json }),
      }),
    ),
    SchemaTransformation.transform({
      decode: ({ type, data, ...rest }) => ({ ...rest, type: "Unknown" as const, data: { type, data } }),
      encode: ({ data, ...rest }) => ({ ...rest, ...data }),
    }),
  ),
)

/** Every event that this version knows. */
export const KnownEvent = Schema.Union([
  MessagePosted,
  MessageEdited,
  MessageDeleted,
  ThreadChanged,
  ReactionAdded,
  ReactionRemoved,
  MessagePinned,
  MessageUnpinned,
  MemberJoined,
  MemberLeft,
  RoomCreated,
  DirectOpened,
  AccountCreated,
  SessionStarted,
  SessionEnded,
  AccountChanged,
  PasswordChanged,
  ReportSent,
  ConversationAppeared,
  ConversationGone,
  PresenceChosen,
  MessageHidden,
  MessageStarred,
  MessageUnstarred,
  RoomChanged,
  RoomDeleted,
  RoleChanged,
  RoomTransferred,
  MemberBanned,
  MemberUnbanned,
  InviteLinkMade,
  InviteLinkRevoked,
  ReceiptsChanged,
  FriendRequestSent,
  FriendRequestReceived,
  FriendRequestEnded,
  FriendAdded,
  FriendRemoved,
  Blocked,
  Unblocked,
  PreferencesChanged,
  GroupOpened,
  MemberAdded,
  InvitationReceived,
  InvitationEnded,
  InvitationSent,
  InvitationRevoked,
])
export type KnownEvent = typeof KnownEvent.Type

/** An event of a log, known or not. */
export const LogEvent = Schema.Union([KnownEvent, UnknownEvent])
export type LogEvent = typeof LogEvent.Type
