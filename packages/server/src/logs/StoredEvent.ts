import { knownUser } from "../users/Directory.ts"
import { Preferences } from "@chat/domain/Contact"
import { orAbsent } from "@chat/domain/orAbsent"
import {
  FriendRequestEnded,
  InvitationEnded,
  InvitationReceived,
  InviteLinkMade,
  InviteLinkRevoked,
  type KnownEvent,
  type LogEvent,
  mentionFacts,
} from "@chat/domain/Event"
import { ConversationId, LogId, MessageId, SessionId, UserId } from "@chat/domain/Ids"
import { Role } from "@chat/domain/permissions"
import { PresenceChoice } from "@chat/domain/Presence"
import { LeaveReason, RoomSettings } from "@chat/domain/Room"
import { Receipts } from "@chat/domain/ReadMarks"
import { Session, SessionEndReason } from "@chat/domain/Session"
import type { Account, User } from "@chat/domain/User"
import { Emoji, Mark, Seq, Timestamp } from "@chat/domain/Values"
import * as Schema from "effect/Schema"
import { type MessageRow, peopleIn, toMessage } from "./MessageRow.ts"
import { Time } from "../storage/rows.ts"

/** What every event has, as it is read. */
export const Envelope = Schema.Struct({
  log: LogId,
  seq: Seq,
  mark: Mark,
  at: Time,
  actor: Schema.NullOr(UserId),
})

/** The facts of each type of event, as this version stores them. An older version is brought up to it on reading. */
const StoredFacts = Schema.Union([
  Schema.Struct({
    type: Schema.Literals(["MessagePosted", "MessageEdited", "MessageDeleted"]),
    data: Schema.Struct(mentionFacts),
  }),
  Schema.Struct({
    type: Schema.Literals(["ThreadChanged", "MessagePinned", "MessageUnpinned"]),
    data: Schema.Struct({}),
  }),
  Schema.Struct({ type: Schema.Literals(["ReactionAdded", "ReactionRemoved"]), data: Schema.Struct({ emoji: Emoji }) }),
  Schema.Struct({
    type: Schema.Literals(["MemberJoined", "MemberAdded", "MemberUnbanned"]),
    data: Schema.Struct({ user: UserId }),
  }),
  Schema.Struct({
    type: Schema.Literal("MemberLeft"),
    data: Schema.Struct({ user: UserId, reason: LeaveReason.pipe(orAbsent("left")) }),
  }),
  Schema.Struct({ type: Schema.Literals(["RoomCreated", "RoomChanged"]), data: RoomSettings }),
  Schema.Struct({ type: Schema.Literal("RoomDeleted"), data: Schema.Struct({}) }),
  Schema.Struct({ type: Schema.Literal("RoleChanged"), data: Schema.Struct({ user: UserId, role: Role }) }),
  Schema.Struct({ type: Schema.Literal("RoomTransferred"), data: Schema.Struct({ from: UserId, to: UserId }) }),
  Schema.Struct({
    type: Schema.Literal("MemberBanned"),
    data: Schema.Struct({ user: UserId, until: Schema.NullOr(Timestamp) }),
  }),
  Schema.Struct({ type: Schema.Literal("InviteLinkMade"), data: InviteLinkMade.fields.data }),
  Schema.Struct({ type: Schema.Literal("InviteLinkRevoked"), data: InviteLinkRevoked.fields.data }),
  Schema.Struct({
    type: Schema.Literals(["DirectOpened", "GroupOpened"]),
    data: Schema.Struct({ members: Schema.Array(UserId) }),
  }),
  Schema.Struct({
    type: Schema.Literals(["AccountCreated", "AccountChanged", "PasswordChanged", "ReportSent"]),
    data: Schema.Struct({}),
  }),
  Schema.Struct({ type: Schema.Literal("SessionStarted"), data: Schema.Struct({ session: Session }) }),
  Schema.Struct({
    type: Schema.Literal("SessionEnded"),
    data: Schema.Struct({ session: SessionId, reason: SessionEndReason }),
  }),
  Schema.Struct({
    type: Schema.Literal("ConversationAppeared"),
    data: Schema.Struct({ conversation: ConversationId, from: Seq }),
  }),
  Schema.Struct({
    type: Schema.Literal("ConversationGone"),
    data: Schema.Struct({ conversation: ConversationId, last: Seq }),
  }),
  Schema.Struct({ type: Schema.Literal("PresenceChosen"), data: Schema.Struct({ presence: PresenceChoice }) }),
  Schema.Struct({
    type: Schema.Literals(["MessageHidden", "MessageStarred", "MessageUnstarred"]),
    data: Schema.Struct({ conversation: ConversationId, messageId: MessageId, seq: Seq }),
  }),
  Schema.Struct({ type: Schema.Literal("ReceiptsChanged"), data: Receipts }),
  Schema.Struct({
    type: Schema.Literals([
      "FriendRequestSent",
      "FriendRequestReceived",
      "FriendAdded",
      "FriendRemoved",
      "Blocked",
      "Unblocked",
    ]),
    data: Schema.Struct({ user: UserId }),
  }),
  Schema.Struct({
    type: Schema.Literal("FriendRequestEnded"),
    data: Schema.Struct({ ...FriendRequestEnded.fields.data.fields, user: UserId }),
  }),
  Schema.Struct({ type: Schema.Literal("PreferencesChanged"), data: Schema.Struct({ preferences: Preferences }) }),
  Schema.Struct({
    type: Schema.Literal("InvitationReceived"),
    data: Schema.Struct({ ...InvitationReceived.fields.data.fields, by: UserId }),
  }),
  Schema.Struct({ type: Schema.Literal("InvitationEnded"), data: InvitationEnded.fields.data }),
  Schema.Struct({
    type: Schema.Literals(["InvitationSent", "InvitationRevoked"]),
    data: Schema.Struct({ conversation: ConversationId, user: UserId }),
  }),
])
type StoredFacts = typeof StoredFacts.Type

export const decodeFacts = Schema.decodeUnknownEffect(StoredFacts)

/** An event as it is stored, with the message that it is about as that is now. */
export interface StoredEvent {
  readonly envelope: typeof Envelope.Type
  readonly facts: StoredFacts
  readonly message: MessageRow | undefined
  /** Of an `AccountChanged`: the account as it is now. */
  readonly account?: Account | undefined
}

/** Whom an event names. */
export const peopleOf = (event: StoredEvent): ReadonlyArray<UserId> => {
  const people = event.envelope.actor === null ? [] : [event.envelope.actor]
  if (event.message !== undefined) people.push(...peopleIn(event.message))
  if ("user" in event.facts.data) people.push(event.facts.data.user)
  if (event.facts.type === "RoomTransferred") people.push(event.facts.data.from, event.facts.data.to)
  if ("by" in event.facts.data) people.push(event.facts.data.by)
  if ("members" in event.facts.data) people.push(...event.facts.data.members)
  return people
}

/** The event as the contract has it. */
export const toEvent = (event: StoredEvent, users: ReadonlyMap<UserId, User>): LogEvent => {
  const { actor, ...rest } = event.envelope
  const envelope = { ...rest, actor: actor === null ? null : knownUser(users, actor) }
  const { facts } = event
  switch (facts.type) {
    case "MessagePosted":
    case "MessageEdited":
    case "MessageDeleted":
      return { ...envelope, type: facts.type, data: { ...facts.data, message: messageOf(event, users) } }
    case "ThreadChanged":
    case "MessagePinned":
    case "MessageUnpinned":
      return { ...envelope, type: facts.type, data: { message: messageOf(event, users) } }
    case "ReactionAdded":
    case "ReactionRemoved":
      return { ...envelope, type: facts.type, data: { ...facts.data, message: messageOf(event, users) } }
    case "MemberJoined":
    case "MemberAdded":
    case "MemberUnbanned":
    case "FriendRequestSent":
    case "FriendRequestReceived":
    case "FriendAdded":
    case "FriendRemoved":
    case "Blocked":
    case "Unblocked":
      return { ...envelope, type: facts.type, data: { user: knownUser(users, facts.data.user) } }
    case "MemberLeft":
      return { ...envelope, type: facts.type, data: { ...facts.data, user: knownUser(users, facts.data.user) } }
    case "InvitationSent":
    case "InvitationRevoked":
      return { ...envelope, type: facts.type, data: { ...facts.data, user: knownUser(users, facts.data.user) } }
    case "InvitationReceived":
      return { ...envelope, type: facts.type, data: { ...facts.data, by: knownUser(users, facts.data.by) } }
    case "MemberBanned":
      return { ...envelope, type: facts.type, data: { ...facts.data, user: knownUser(users, facts.data.user) } }
    case "RoleChanged":
      return { ...envelope, type: facts.type, data: { ...facts.data, user: knownUser(users, facts.data.user) } }
    case "RoomTransferred": {
      const { from, to } = facts.data
      return { ...envelope, type: facts.type, data: { from: knownUser(users, from), to: knownUser(users, to) } }
    }
    case "DirectOpened":
    case "GroupOpened": {
      const members = facts.data.members.map((id) => knownUser(users, id))
      return { ...envelope, type: facts.type, data: { members } }
    }
    case "AccountChanged": {
      if (event.account === undefined) throw new Error(`The account of ${rest.log}/${rest.seq} was not read`)
      return { ...envelope, type: facts.type, data: { account: event.account } }
    }
    case "AccountCreated":
    case "PasswordChanged":
    case "ReportSent":
      return { ...envelope, type: facts.type, data: {} }
    case "FriendRequestEnded":
      return { ...envelope, type: facts.type, data: { ...facts.data, user: knownUser(users, facts.data.user) } }
    default:
      return { ...envelope, ...facts } satisfies KnownEvent
  }
}

const messageOf = ({ envelope, facts, message }: StoredEvent, users: ReadonlyMap<UserId, User>) => {
  if (message === undefined) throw new Error(`The ${facts.type} at ${envelope.log}/${envelope.seq} has no message`)
  return toMessage(message, users)
}
