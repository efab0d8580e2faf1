/** What a client may know, for tests that need no server. */
import { ConversationId, type MessageId, MessageId as MessageIds, UserId } from "@chat/domain/Ids"
import { defaultLimits } from "@chat/domain/Limits"
import { type Message, unmarked } from "@chat/domain/Message"
import { type ConversationState, empty, type State } from "@chat/domain/state/State"
import { Body, Email, Mark, RoomName, Seq, Timestamp, Topic, Username } from "@chat/domain/Values"
import { keyHelp } from "../../src/screen/keymap.ts"
import type { ChatView } from "../../src/screen/Model.ts"

const uuid = (kind: number, number: number) =>
  `0193b2c4-5d6e-7${String(kind).padStart(3, "0")}-9a1b-${String(number).padStart(12, "0")}`

export const person = (name: string, number: number) => ({
  id: UserId.make(uuid(1, number)),
  username: Username.make(name),
})
export const me = person("ann", 1)
export const bob = person("bob", 2)
export const idOf = (number: number) => ConversationId.make(uuid(2, number))
const messageId = (number: number): MessageId => MessageIds.make(uuid(3, number))

const at = (minute: number) => Timestamp.make(new Date(Date.UTC(2026, 10, 20, 12, minute)).toISOString())

export const said = (conversation: number, seq: number, body: string, more: Partial<Message> = {}): Message => ({
  ...unmarked,
  id: messageId(conversation * 100_000 + seq),
  conversation: idOf(conversation),
  seq: Seq.make(seq),
  author: bob,
  body: Body.make(body === "" ? "?" : body),
  rev: Seq.make(seq),
  postedAt: at(seq),
  editedAt: null,
  deletedAt: null,
  ...more,
})

export const conversation = (
  number: number,
  messages: ReadonlyArray<Message>,
  more: Partial<ConversationState> = {},
): ConversationState => ({
  id: idOf(number),
  kind: "room",
  name: RoomName.make(`room${number}`),
  topic: Topic.make("what it is about"),
  peer: null,
  history: "all",
  access: "public",
  slowMode: 0,
  readOnly: false,
  memberLimit: 0,
  archived: false,
  role: "member",
  createdAt: at(0),
  memberCount: 2,
  from: Seq.make(1),
  lastMessage: messages.at(-1) ?? null,
  position: { seq: Seq.make(0), rev: 0 },
  unread: messages.length,
  mentions: 0,
  seq: messages.at(-1)?.seq ?? Seq.make(1),
  mark: Mark.make("0000000000000000"),
  window: { from: Seq.make(1), messages },
  members: null,
  ...more,
})

export const stateOf = (...conversations: ReadonlyArray<ConversationState>): State => ({
  ...empty,
  account: {
    account: { id: me.id, username: me.username, email: Email.make("ann@example.com"), createdAt: at(0) },
    sessions: [],
    presence: "online",
    receipts: { read: true, delivered: true },
    contacts: { friends: [], sent: [], received: [], blocks: [], preferences: { whoMayWrite: "everybody" } },
    invitations: [],
    seq: Seq.make(1),
    mark: Mark.make("0000000000000000"),
  },
  conversations: new Map(conversations.map((one) => [one.id, one])),
})

export const viewOf = (state: State, more: Partial<ChatView> = {}): ChatView => ({
  state,
  outbox: [],
  connection: {
    _tag: "Online",
    since: 0,
    server: { version: "0", contract: 1, limits: defaultLimits, time: at(0) },
    recovered: 0,
    resynchronised: [],
  },
  happenings: new Map(),
  fetched: new Map(),
  loading: new Set(),
  server: "http://127.0.0.1:8080",
  links: false,
  highlight: undefined,
  emoji: [],
  keys: keyHelp(),
  now: Date.UTC(2026, 10, 20, 13),
  ...more,
})
