import { assert, describe, it } from "@effect/vitest"
import type { Conversation } from "@chat/domain/Conversation"
import type { LogEvent } from "@chat/domain/Event"
import { ConversationId, conversationLog } from "@chat/domain/Ids"
import * as LogHistory from "@chat/domain/LogHistory"
import { apply, applyAll } from "@chat/domain/state/apply"
import { empty } from "@chat/domain/state/State"
import type { SyncItem } from "@chat/domain/Sync"
import type { User } from "@chat/domain/User"
import { Seq, Timestamp } from "@chat/domain/Values"
import { accountSnapshot } from "./account.ts"

const [ada, bob, cyd, dan] = LogHistory.people
if (ada === undefined || bob === undefined || cyd === undefined || dan === undefined) {
  throw new Error("There are too few people")
}

const id = ConversationId.make("00000003-0000-4000-8000-000000000001")
const at = Timestamp.make("2026-01-01T00:00:00.000Z")

/** Of ada, bob and cyd, as ada sees it at `seq` 1. */
const group: Conversation = {
  id,
  kind: "group",
  name: null,
  topic: null,
  peer: null,
  people: [bob, cyd],
  history: "all",
  access: "private",
  slowMode: 0,
  readOnly: false,
  memberLimit: 0,
  archived: false,
  role: null,
  createdAt: at,
  memberCount: 3,
  from: Seq.make(1),
  lastMessage: null,
  position: { seq: Seq.make(1), rev: 1 },
  unread: 0,
  mentions: 0,
  seq: Seq.make(1),
  mark: LogHistory.markOf(1),
}

const before = applyAll(empty, [
  accountSnapshot([id]),
  { _tag: "ConversationSnapshot", reason: "new", conversation: group },
])

type What = Pick<Extract<LogEvent, { readonly type: "MemberAdded" | "MemberLeft" }>, "type" | "data">

const added = (user: User) => ({ type: "MemberAdded", data: { user } }) as const
const left = (user: User) => ({ type: "MemberLeft", data: { user, reason: "left" } }) as const

const event = (seq: number, what: What): SyncItem => ({
  _tag: "Event",
  // Each of these is the whole of its type.
  event: {
    log: conversationLog(id),
    seq: Seq.make(seq),
    mark: LogHistory.markOf(seq),
    at,
    actor: bob,
    ...what,
  } as LogEvent,
})

const after = (state: typeof before, ...happened: ReadonlyArray<What>) =>
  applyAll(
    state,
    happened.map((what, index) => event(index + 2, what)),
  ).conversations.get(id)

const summary = (conversation: ReturnType<typeof after>) => [
  conversation?.people?.map(({ username }) => String(username)),
  conversation?.memberCount,
]

describe("the people of a group", () => {
  it("are in the order in which they came, whoever comes again at the end", () => {
    assert.deepStrictEqual(summary(after(before, added(dan))), [["bob", "cyd", "dan"], 4])
    assert.deepStrictEqual(summary(after(before, left(bob))), [["cyd"], 2])
    assert.deepStrictEqual(summary(after(before, added(dan), left(bob), added(bob))), [["cyd", "dan", "bob"], 4])
    assert.deepStrictEqual(summary(after(before, left(bob), left(cyd))), [[], 1])
  })

  it("do not have the viewer among them", () => {
    assert.deepStrictEqual(summary(after(before, left(ada))), [["bob", "cyd"], 2])
  })

  it("have no role in the list of members", () => {
    const list = [ada, bob, cyd].map((user) => ({ user, joined: Seq.make(1), role: null }))
    const fetched = applyAll(before, [
      { _tag: "FetchStarted", fetch: 1, conversation: id },
      event(2, added(dan)),
      {
        _tag: "MembersFetched",
        fetch: 1,
        after: null,
        page: { conversation: id, members: list, next: null, asOf: Seq.make(1) },
      },
    ])
    const members = fetched.conversations.get(id)?.members?.list
    assert.deepStrictEqual(
      members?.map(({ user, role }) => [user.username, role]),
      [
        ["ada", null],
        ["bob", null],
        ["cyd", null],
        ["dan", null],
      ],
    )
  })

  it("are nobody in a room", () => {
    const { people: _, ...room } = group
    const state = apply(before, { _tag: "ConversationSnapshot", reason: "gap", conversation: room })
    assert.isUndefined(after(state, added(dan))?.people)
  })
})
