/**
 * Arbitrary histories of a conversation, and what one person should see of them, counted from scratch out of the whole
 * history. Shares nothing with the reducer, so that each can be held against the other.
 */
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import type { Conversation, Member } from "./Conversation.ts"
import type { ReadPosition } from "./ReadPosition.ts"
import type { LogEvent } from "./Event.ts"
import { ConversationId, conversationLog, MessageId, UserId } from "./Ids.ts"
import { type Mentions, type Message, unmarked } from "./Message.ts"
import { HistoryVisibility, type RoomSettings } from "./Room.ts"
import { settings } from "./historySettings.ts"
import type { Event, Skip } from "./Sync.ts"
import type { User } from "./User.ts"
import { Body, Mark, Seq, Timestamp, Username } from "./Values.ts"

interface Text {
  readonly body: Body
  readonly mentions?: Mentions | null
}

/** What happened; the `seq` of the first is 1. A message is named by the `seq` of its posting. */
export type Fact =
  | { readonly type: "created"; readonly by: User }
  | (Text & {
      readonly type: "posted"
      readonly by: User
      readonly replyTo?: number | null
      readonly thread?: number | null
    })
  | (Text & { readonly type: "edited"; readonly by: User; readonly message: number })
  | { readonly type: "deleted"; readonly by: User; readonly message: number }
  /** Comes right after a deletion in the thread of the message. */
  | { readonly type: "recounted"; readonly by: User; readonly message: number }
  | { readonly type: "joined" | "left"; readonly by: User }
  | { readonly type: "promoted" | "demoted" | "transferred"; readonly by: User; readonly user: User }
  | { readonly type: "changed"; readonly by: User; readonly settings: RoomSettings }
  | { readonly type: "strange"; readonly by: User }

export interface LogHistory {
  readonly id: ConversationId
  readonly facts: ReadonlyArray<Fact>
  readonly viewer: User
  /** When the viewer joined, for good. */
  readonly joined: number
  readonly visibility: HistoryVisibility
}

const digits = (n: number, length: number) => n.toString(16).padStart(length, "0")
const uuid = (kind: number, n: number) => `${digits(kind, 8)}-0000-4000-8000-${digits(n, 12)}`
const timeOf = (seq: number) =>
  Timestamp.make(
    `2026-01-${String(1 + Math.floor(seq / 3600)).padStart(2, "0")}T00:${minutes(seq)}:${seconds(seq)}.000Z`,
  )
const minutes = (seq: number) => String(Math.floor(seq / 60) % 60).padStart(2, "0")
const seconds = (seq: number) => String(seq % 60).padStart(2, "0")

/** The mark of an event in every history of this module. */
export const markOf = (seq: number): Mark => Mark.make(digits(seq, 16))

/** The people of every history; the first is the viewer. */
export const people: ReadonlyArray<User> = ["ada", "bob", "cyd", "dan"].map((name, index) => ({
  id: UserId.make(uuid(1, index)),
  username: Username.make(name),
}))

const Choice = Schema.Struct({
  what: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 11 })),
  who: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3 })),
  which: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000 })),
})

const Plan = Schema.Struct({ visibility: HistoryVisibility, joining: Choice.fields.which })

/** A conversation of some people, which the viewer joins somewhere on the way; `number` tells several apart. */
export const logHistory = (number: number): Arbitrary.Arbitrary<LogHistory> =>
  Arbitrary.map(
    Arbitrary.all([Arbitrary.schema(Plan), Arbitrary.array(Arbitrary.schema(Choice), { maxLength: 80 })]),
    ([{ visibility, joining }, choices]) => {
      const [viewer, first] = people
      if (viewer === undefined || first === undefined) throw new Error("There are no people")
      const start = joining % (choices.length + 1)
      const facts: Array<Fact> = [{ type: "created", by: first }]
      for (const choice of choices.slice(0, start)) happen(facts, choice, viewer, visibility)
      facts.push({ type: "joined", by: viewer })
      const joined = facts.length
      for (const choice of choices.slice(start)) happen(facts, choice, viewer, visibility)
      return { id: ConversationId.make(uuid(2, number)), facts, viewer, joined, visibility }
    },
  )

const happen = (facts: Array<Fact>, choice: typeof Choice.Type, viewer: User, visibility: HistoryVisibility): void => {
  const list = membersOf(facts, facts.length)
  const members = list.map(({ user }) => user)
  const by = members[choice.who % members.length]
  if (by === undefined) return
  const text: Text = { body: Body.make(`text of ${facts.length + 1}`), mentions: mentionsOf(choice, viewer) }
  switch (choice.what) {
    case 11: {
      const { user, role } = list[choice.which % list.length] ?? { user: by, role: null }
      const owner = list.find((member) => member.role === "owner")?.user
      if (owner === undefined || owner === user) return
      const type = choice.which % 4 === 0 ? "transferred" : role === "moderator" ? "demoted" : "promoted"
      facts.push({ type, by: owner, user })
      return
    }
    case 10: {
      facts.push({ type: "changed", by, settings: settings(visibility, choice.which) })
      return
    }
    case 9: {
      facts.push({ type: "strange", by })
      return
    }
    case 8: {
      const other = people[choice.who]
      if (other === undefined || other === viewer || (members.length === 1 && other === by)) return
      facts.push({ type: members.includes(other) ? "left" : "joined", by: other })
      return
    }
    case 7:
    case 6:
    case 5: {
      const own = facts.flatMap((fact, index) => {
        const mine = fact.type === "posted" && fact.by === by
        return mine && deletionOf(facts, index + 1) === undefined ? [index + 1] : []
      })
      const message = own[choice.which % Math.max(1, own.length)]
      if (message === undefined) return
      if (choice.what !== 7) {
        facts.push({ type: "edited", by, message, ...text })
        return
      }
      facts.push({ type: "deleted", by, message })
      const posting = facts[message - 1]
      const thread = posting?.type === "posted" ? posting.thread : undefined
      if (typeof thread === "number") facts.push({ type: "recounted", by, message: thread })
      return
    }
    default:
      facts.push({ type: "posted", by, ...text, ...placeOf(facts, choice) })
  }
}

const mentionsOf = ({ which }: typeof Choice.Type, viewer: User): Mentions | null => {
  if (which % 4 === 0) return { users: [viewer.id], room: null }
  if (which % 9 === 0) return { users: [], room: which % 2 === 0 ? "room" : "here" }
  const other = people.at(-1)
  return which % 5 === 0 && other !== undefined ? { users: [other.id], room: null } : null
}

// Some answer an earlier message, and some of those in its thread.
const placeOf = (facts: ReadonlyArray<Fact>, { which }: typeof Choice.Type) => {
  const places = facts.flatMap((fact, index) =>
    fact.type === "posted" ? [{ seq: index + 1, thread: fact.thread ?? null }] : [],
  )
  const answered = places[which % Math.max(1, places.length)]
  if (answered === undefined || which % 3 === 0) return { replyTo: null, thread: null }
  const thread = which % 2 === 0 ? (answered.thread ?? answered.seq) : null
  return { replyTo: which % 5 === 0 ? answered.seq : null, thread }
}

const deletionOf = (facts: ReadonlyArray<Fact>, message: number): number | undefined => {
  const index = facts.findIndex((fact) => fact.type === "deleted" && fact.message === message)
  return index < 0 ? undefined : index + 1
}

const membersOf = (facts: ReadonlyArray<Fact>, asOf: number): ReadonlyArray<Member> => {
  const members = new Map<UserId, Member>()
  const give = (user: User, role: Member["role"]) => {
    const member = members.get(user.id)
    if (member !== undefined) members.set(user.id, { ...member, role })
  }
  for (const [index, fact] of facts.slice(0, asOf).entries()) {
    const { type, by } = fact
    if (type === "created" || type === "joined") {
      members.set(by.id, { user: by, joined: Seq.make(index + 1), role: type === "created" ? "owner" : "member" })
    }
    if (type === "left") members.delete(by.id)
    if (type === "promoted" || type === "transferred") give(fact.user, type === "promoted" ? "moderator" : "owner")
    if (type === "demoted") give(fact.user, "member")
    if (type === "transferred") give(by, "moderator")
  }
  return [...members.values()]
}

const settingsAsOf = ({ facts, visibility }: LogHistory, asOf: number): RoomSettings => {
  const last = facts.slice(0, asOf).findLast((fact) => fact.type === "changed")
  return last?.type === "changed" ? last.settings : settings(visibility, 0)
}

/** The first `seq` that the viewer can see. */
export const visibleFrom = ({ visibility, joined }: LogHistory): number => (visibility === "all" ? 1 : joined)

/** Who is a member as of a `seq`, in the order of the contract. */
export const membersAsOf = ({ facts }: LogHistory, asOf: number): ReadonlyArray<Member> => membersOf(facts, asOf)

/** A message as of a `seq`; `undefined`: nothing was posted there. */
export const messageAsOf = ({ id, facts }: LogHistory, message: number, asOf: number): Message | undefined => {
  const posting = facts[message - 1]
  if (posting?.type !== "posted" || message > asOf) return undefined
  const past = facts.slice(0, asOf)
  const edit = past.findLastIndex((fact) => fact.type === "edited" && fact.message === message) + 1
  const text = past[edit - 1] ?? posting
  const deletion = deletionOf(past, message)
  const mentions = deletion === undefined && "mentions" in text ? text.mentions : null
  const replies = past.flatMap((fact, index) => (fact.type === "posted" && fact.thread === message ? [index + 1] : []))
  const standing = replies.filter((reply) => deletionOf(past, reply) === undefined)
  const recount = past.findLastIndex((fact) => fact.type === "recounted" && fact.message === message) + 1
  const last = standing.at(-1)
  return {
    id: MessageId.make(uuid(3, message)),
    conversation: id,
    seq: Seq.make(message),
    author: posting.by,
    body: deletion === undefined && "body" in text ? text.body : null,
    rev: Seq.make(Math.max(message, edit, deletion ?? 0, replies.at(-1) ?? 0, recount)),
    postedAt: timeOf(message),
    editedAt: edit === 0 ? null : timeOf(edit),
    deletedAt: deletion === undefined ? null : timeOf(deletion),
    ...unmarked,
    replyTo: typeof posting.replyTo === "number" ? Seq.make(posting.replyTo) : null,
    thread: typeof posting.thread === "number" ? Seq.make(posting.thread) : null,
    replies: standing.length,
    lastReply: last === undefined ? null : Seq.make(last),
    mentions: mentions?.users ?? [],
    mentionsRoom: mentions?.room ?? null,
    forwarded: null,
  }
}

/** The messages that the viewer can see with `from <= seq <= to`, as of a `seq`. */
export const messagesAsOf = (history: LogHistory, from: number, to: number, asOf: number): ReadonlyArray<Message> => {
  const messages: Array<Message> = []
  for (let seq = Math.max(from, visibleFrom(history)); seq <= Math.min(to, asOf); seq++) {
    const message = messageAsOf(history, seq, asOf)
    if (message !== undefined) messages.push(message)
  }
  return messages
}

/** How many messages are unread as of a `seq`, from a position, and how many of them mention the viewer. */
export const unreadAsOf = (
  history: LogHistory,
  position: number,
  asOf: number,
): { readonly unread: number; readonly mentions: number } => {
  const { id } = history.viewer
  const unread = messagesAsOf(history, position + 1, asOf, asOf).filter(
    ({ author, deletedAt, thread }) => author.id !== id && deletedAt === null && thread === null,
  )
  const mentioning = unread.filter(({ mentions, mentionsRoom }) => mentionsRoom !== null || mentions.includes(id))
  return { unread: unread.length, mentions: mentioning.length }
}

/** The conversation as the viewer should see it as of a `seq`. */
export const conversationAsOf = (history: LogHistory, asOf: number, position: ReadPosition): Conversation => ({
  id: history.id,
  kind: "room",
  ...settingsAsOf(history, asOf),
  peer: null,
  role: membersAsOf(history, asOf).find(({ user }) => user.id === history.viewer.id)?.role ?? null,
  createdAt: timeOf(0),
  memberCount: membersAsOf(history, asOf).length,
  from: Seq.make(visibleFrom(history)),
  lastMessage: messagesAsOf(history, 1, asOf, asOf).at(-1) ?? null,
  position,
  ...unreadAsOf(history, position.seq, asOf),
  seq: Seq.make(asOf),
  mark: markOf(asOf),
})

/** What the viewer gets of `from` to `to`, read when the log has reached `readAt`: a message is as it is then. */
export const itemsOf = (
  history: LogHistory,
  from: number,
  to: number,
  readAt: number,
): ReadonlyArray<typeof Event.Type | typeof Skip.Type> => {
  const items: Array<typeof Event.Type | typeof Skip.Type> = []
  for (let seq = from; seq <= to; seq++) {
    const event = eventAt(history, seq, readAt)
    if (event !== undefined) {
      items.push({ _tag: "Event", event })
      continue
    }
    const before = items.at(-1)
    const first = before?._tag === "Skip" ? before.from : Seq.make(seq)
    if (before?._tag === "Skip") items.pop()
    const place = { from: first, to: Seq.make(seq), mark: markOf(seq) }
    items.push({ _tag: "Skip", log: conversationLog(history.id), ...place })
  }
  return items
}

const eventAt = (history: LogHistory, seq: number, readAt: number): LogEvent | undefined => {
  const fact = history.facts[seq - 1]
  if (fact === undefined || seq < visibleFrom(history)) return undefined
  const log = conversationLog(history.id)
  const envelope = { log, seq: Seq.make(seq), mark: markOf(seq), at: timeOf(seq), actor: fact.by }
  const about = "message" in fact ? fact.message : seq
  const message = messageAsOf(history, about, readAt)
  if ("message" in fact && about < visibleFrom(history)) return undefined
  switch (fact.type) {
    case "created":
      return { ...envelope, type: "RoomCreated", data: settings(history.visibility, 0) }
    case "changed":
      return { ...envelope, type: "RoomChanged", data: fact.settings }
    case "promoted":
    case "demoted": {
      const role = fact.type === "promoted" ? "moderator" : "member"
      return { ...envelope, type: "RoleChanged", data: { user: fact.user, role } }
    }
    case "transferred":
      return { ...envelope, type: "RoomTransferred", data: { from: fact.by, to: fact.user } }
    case "posted":
      return message && { ...envelope, type: "MessagePosted", data: { message, ...mentioned(history, seq, about) } }
    case "edited":
      return message && { ...envelope, type: "MessageEdited", data: { message, ...mentioned(history, seq, about) } }
    case "deleted":
      return message && { ...envelope, type: "MessageDeleted", data: { message, ...mentioned(history, seq, about) } }
    case "recounted":
      return message && { ...envelope, type: "ThreadChanged", data: { message } }
    case "joined":
      return { ...envelope, type: "MemberJoined", data: { user: fact.by } }
    case "left":
      return { ...envelope, type: "MemberLeft", data: { user: fact.by, reason: "left" } }
    case "strange":
      return { ...envelope, type: "Unknown", data: { type: "PollOpened", data: { votes: seq } } }
  }
}

const mentioned = (history: LogHistory, seq: number, about: number) => ({
  mentionsBefore: mentionsAt(history, about, seq - 1),
  mentionsAfter: mentionsAt(history, about, seq),
})

const mentionsAt = (history: LogHistory, about: number, asOf: number): Mentions | null => {
  const message = messageAsOf(history, about, asOf)
  if (message === undefined) return null
  const { mentions: users, mentionsRoom: room } = message
  return users.length === 0 && room === null ? null : { users, room }
}
