/** What `Sync` sends: events, and what stands in for them. */
import * as Schema from "effect/Schema"
import { Contacts } from "./Contact.ts"
import { Conversation, Notifications } from "./Conversation.ts"
import { ReadPosition } from "./ReadPosition.ts"
import { Draft } from "./Draft.ts"
import { LogEvent } from "./Event.ts"
import { ConversationId, LogId } from "./Ids.ts"
import { Invitation } from "./Invite.ts"
import { Notice } from "./Notice.ts"
import { orAbsent } from "./orAbsent.ts"
import { Presence, PresenceChoice, Typist } from "./Presence.ts"
import { ReadMarks } from "./ReadMarks.ts"
import { Session } from "./Session.ts"
import { ThreadPosition } from "./Thread.ts"
import { Account, User } from "./User.ts"
import { Body, Mark, Seq, Stamp } from "./Values.ts"

/** How far a client has come in a log: the last event that it has, and that event's mark. */
export const Cursor = Schema.Struct({ log: LogId, seq: Seq, mark: Mark })
export type Cursor = typeof Cursor.Type

/**
 * Why a snapshot came instead of events: there was no cursor (`new`), the gap was over the limit (`gap`), or the cursor
 * is not of this log, as after a restored backup (`mark`).
 */
export const SnapshotReason = Schema.Literals(["new", "gap", "mark"])
export type SnapshotReason = typeof SnapshotReason.Type

/** One event of a log. Its `seq` is one more than that of what came before it in this log. */
export const Event = Schema.TaggedStruct("Event", { event: LogEvent })

/** Stands for the events `from` to `to` of a log, which are not for this viewer; `mark` is that of `to`. */
export const Skip = Schema.TaggedStruct("Skip", { log: LogId, from: Seq, to: Seq, mark: Mark })

/** The conversation as it is at `conversation.seq`, in the place of every event up to there. */
export const ConversationSnapshot = Schema.TaggedStruct("ConversationSnapshot", {
  conversation: Conversation,
  reason: SnapshotReason,
})

/** The account as it is at `seq` of its log: what is not in `conversations` is gone. */
export const AccountSnapshot = Schema.TaggedStruct("AccountSnapshot", {
  account: Account,
  sessions: Schema.Array(Session),
  conversations: Schema.Array(ConversationId),
  presence: PresenceChoice.pipe(orAbsent("online")),
  /** Its `Receipts`. */
  sendsRead: Schema.Boolean.pipe(orAbsent(true)),
  sendsDelivered: Schema.Boolean.pipe(orAbsent(true)),
  /** Without it, nobody and the defaults. */
  contacts: Schema.optionalKey(Contacts),
  /** To rooms, by `at`, then by the room's id. */
  invitations: Schema.Array(Invitation).pipe(orAbsent([])),
  seq: Seq,
  mark: Mark,
  reason: SnapshotReason,
})

/**
 * The read position of this account in a conversation, and its counts of unread messages and of mentions as of the event of this log that was sent
 * last. May repeat; the greatest `rev` counts.
 */
export const PositionChanged = Schema.TaggedStruct("PositionChanged", {
  conversation: ConversationId,
  position: ReadPosition,
  unread: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
  mentions: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)).pipe(orAbsent(0)),
  /** What the account wants to be told of there; absent: everything. */
  notifications: Schema.optionalKey(Notifications),
})

/**
 * A user whom this account may have met changed: name, username, or the account is gone. Replaces every older version,
 * also in what was fetched before and arrives later. May repeat; the greatest `rev` counts.
 */
export const UserChanged = Schema.TaggedStruct("UserChanged", { user: User })

/**
 * How these people are seen now, who are in view by `Watch`. At most once a second, however many they are; may be late,
 * never stays out while the connection is.
 */
export const PresenceChanged = Schema.TaggedStruct("PresenceChanged", { users: Schema.Array(Presence) })

/** Somebody is writing in a conversation that is in view by `Watch`. May stay out when much else is to be said. */
export const TypingChanged = Schema.TaggedStruct("TypingChanged", Typist.fields)

/** How far another member of a conversation has got. May repeat; the greatest `rev` counts. */
export const MarksChanged = Schema.TaggedStruct("MarksChanged", { conversation: ConversationId, ...ReadMarks.fields })

/** How far this account has read in a thread. May repeat; the greatest `rev` counts. */
export const ThreadPositionChanged = Schema.TaggedStruct("ThreadPositionChanged", {
  conversation: ConversationId,
  ...ThreadPosition.fields,
})

/**
 * A draft of this account, of a conversation or a thread of it; `body` is `null` when there is none any more. May repeat;
 * the greatest `rev` counts, and none comes after a newer one.
 */
export const DraftChanged = Schema.TaggedStruct("DraftChanged", {
  conversation: ConversationId,
  ...Draft.fields,
  body: Schema.NullOr(Body),
})

/** The notices in force, the newest first. Takes the place of all that were known; the last one that comes counts. */
export const NoticesChanged = Schema.TaggedStruct("NoticesChanged", { notices: Schema.Array(Notice) })

/** Every log has reached the head that it had when this `Sync` began. `stamp` goes into the next `Sync`. */
export const CaughtUp = Schema.TaggedStruct("CaughtUp", { stamp: Stamp })

/** One thing that a `Sync` sends. */
export const SyncItem = Schema.Union([
  Event,
  Skip,
  ConversationSnapshot,
  AccountSnapshot,
  PositionChanged,
  UserChanged,
  PresenceChanged,
  TypingChanged,
  MarksChanged,
  ThreadPositionChanged,
  DraftChanged,
  NoticesChanged,
  CaughtUp,
])
export type SyncItem = typeof SyncItem.Type

/** Part of a log. */
export const LogPage = Schema.Struct({
  /** In the order of the log and without a gap; `Skip` stands for what the caller may not see. */
  items: Schema.Array(Schema.Union([Event, Skip])),
  /** The last `seq` that the caller can see, in the same database snapshot. */
  head: Seq,
})
export type LogPage = typeof LogPage.Type
