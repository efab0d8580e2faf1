import { assert, describe, it } from "@effect/vitest"
import type { MemberPage } from "@chat/domain/Conversation"
import { accountLog, ConversationId, conversationLog } from "@chat/domain/Ids"
import * as LogHistory from "@chat/domain/LogHistory"
import { apply, applyAll } from "@chat/domain/state/apply"
import { conversationList, cursorOf, cursors, empty, type LocalItem, me, totalUnread } from "@chat/domain/state/State"
import type { SyncItem } from "@chat/domain/Sync"
import { Body, Seq, Stamp } from "@chat/domain/Values"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import { programRuns } from "../runs.ts"
import { account, accountEvent, accountSnapshot, session } from "./account.ts"
import { program } from "./program.ts"

type Item = SyncItem | LocalItem

const [ada, bob, cyd] = LogHistory.people
if (ada === undefined || bob === undefined || cyd === undefined) throw new Error("There are too few people")

/** A room of bob and ada, with what happens after she joined. */
const history = (...facts: ReadonlyArray<LogHistory.Fact>): LogHistory.LogHistory => ({
  id: ConversationId.make("00000002-0000-4000-8000-000000000001"),
  facts: [{ type: "created", by: bob }, { type: "joined", by: ada }, ...facts],
  viewer: ada,
  joined: 2,
  visibility: "all",
})

const posted = (by = bob): LogHistory.Fact => ({ type: "posted", by, body: Body.make("hello") })
const position = { seq: Seq.make(2), rev: 1 }

const snapshotAt = (of: LogHistory.LogHistory, seq: number): Item => ({
  _tag: "ConversationSnapshot",
  conversation: LogHistory.conversationAsOf(of, seq, position),
  reason: "new",
})

const started = (of: LogHistory.LogHistory) =>
  applyAll(apply(empty, accountSnapshot([of.id])), [snapshotAt(of, of.joined)])

const eventsOf = (of: LogHistory.LogHistory, from: number, to: number, readAt = to) =>
  LogHistory.itemsOf(of, from, to, readAt)

describe("a log", () => {
  it("is not moved by an event beyond the next, so that the next Sync sends what is missing", () => {
    const of = history(posted(), posted(), posted())
    const state = started(of)
    const [, ...later] = eventsOf(of, 3, 5)
    assert.strictEqual(applyAll(state, later), state)
    assert.strictEqual(cursorOf(state, conversationLog(of.id))?.seq, 2)
  })

  it("of the account is not moved by an event beyond the next either", () => {
    const state = apply(empty, accountSnapshot([]))
    const later = accountEvent(3, { type: "SessionEnded", data: { session: session(1).id, reason: "expired" } })
    assert.strictEqual(apply(state, later), state)
    assert.strictEqual(apply(state, accountEvent(1, { type: "Unknown", data: { type: "", data: 0 } })), state)
  })

  it("passes over what is not for this viewer, and what is from a newer server", () => {
    const of = history({ type: "strange", by: bob })
    const log = conversationLog(of.id)
    const mark = LogHistory.markOf(9)
    const skipped = applyAll(started(of), [
      ...eventsOf(of, 3, 3),
      { _tag: "Skip", log, from: Seq.make(4), to: Seq.make(9), mark },
    ])
    assert.deepStrictEqual(cursorOf(skipped, log), { log, seq: Seq.make(9), mark })
    const gap = apply(skipped, { _tag: "Skip", log, from: Seq.make(11), to: Seq.make(12), mark })
    assert.strictEqual(gap, skipped)
  })

  it("of a conversation that is not there changes nothing", () => {
    const of = history(posted())
    const state = apply(empty, accountSnapshot([]))
    assert.strictEqual(applyAll(state, eventsOf(of, 1, 3)), state)
    assert.strictEqual(
      apply(state, { _tag: "PositionChanged", conversation: of.id, position, unread: 3, mentions: 0 }),
      state,
    )
  })
})

describe("unread", () => {
  it("counts a message that is deleted already until the event of its deletion", () => {
    const of = history(posted(), { type: "deleted", by: bob, message: 3 })
    const [post, deletion] = eventsOf(of, 3, 4)
    assert.isTrue(post !== undefined && deletion !== undefined)
    const first = apply(started(of), post ?? { _tag: "CaughtUp", stamp: Stamp.make("0") })
    assert.strictEqual(totalUnread(first), 1)
    assert.strictEqual(
      totalUnread(
        applyAll(
          first,
          [deletion, deletion, post].filter((item) => item !== undefined),
        ),
      ),
      0,
    )
  })

  it("is not about one's own messages, nor about what has been read", () => {
    const of = history(posted(ada), posted(), posted(), { type: "deleted", by: bob, message: 4 })
    const state = applyAll(started(of), eventsOf(of, 3, 5))
    assert.strictEqual(totalUnread(state), 2)
    const read: Item = {
      _tag: "PositionChanged",
      conversation: of.id,
      position: { seq: Seq.make(4), rev: 2 },
      unread: 1,
      mentions: 0,
    }
    const after = applyAll(state, [read, ...eventsOf(of, 6, 6)])
    assert.strictEqual(totalUnread(after), 1)
    assert.strictEqual(apply(after, { ...read, position, unread: 9 }), after)
  })
})

describe("a page of members", () => {
  const page = (members: MemberPage["members"], next: string | null, asOf: number): MemberPage => ({
    conversation: history().id,
    members,
    next,
    asOf: Seq.make(asOf),
  })
  const fetched = (fetch: number, after: string | null, page: MemberPage): ReadonlyArray<Item> => [
    { _tag: "FetchStarted", fetch, conversation: page.conversation },
    { _tag: "MembersFetched", fetch, after, page },
  ]

  it("that is ahead of the cursor keeps who left and joined again", () => {
    const of = history({ type: "joined", by: cyd }, { type: "left", by: cyd }, { type: "joined", by: cyd }, posted())
    const begun = applyAll(started(of), eventsOf(of, 3, 3))
    const both = applyAll(begun, fetched(1, null, page(LogHistory.membersAsOf(of, 5).slice(0, 3), "5", 5)))
    const list = () => applyAll(both, eventsOf(of, 4, 6)).conversations.get(of.id)?.members?.list
    assert.deepStrictEqual(list(), LogHistory.membersAsOf(of, 6))
  })

  it("that does not go on where the list ends is left out", () => {
    const of = history()
    const members = LogHistory.membersAsOf(of, 2)
    const begun = applyAll(started(of), fetched(1, null, page(members.slice(0, 1), "1", 2)))
    assert.deepStrictEqual(applyAll(begun, fetched(2, "7", page(members.slice(1), null, 2))), begun)
    const whole = applyAll(begun, fetched(2, "1", page(members.slice(1), null, 2)))
    assert.deepStrictEqual(whole.conversations.get(of.id)?.members, { list: members, next: null })
  })
})

describe("a fetch", () => {
  it("that was read earlier and comes later takes nothing back", () => {
    const of = history(posted(), { type: "edited", by: bob, message: 3, body: Body.make("hello!") }, posted())
    const page = (asOf: number) => ({
      conversation: of.id,
      messages: LogHistory.messagesAsOf(of, 1, asOf, asOf),
      from: Seq.make(1),
      to: Seq.make(asOf),
      asOf: Seq.make(asOf),
      more: false,
    })
    const state = applyAll(started(of), [
      ...eventsOf(of, 3, 3),
      { _tag: "FetchStarted", fetch: 1, conversation: of.id },
      { _tag: "FetchStarted", fetch: 2, conversation: of.id },
      { _tag: "HistoryFetched", fetch: 2, page: page(4) },
      { _tag: "HistoryFetched", fetch: 1, page: page(3) },
    ])
    assert.deepStrictEqual(state.conversations.get(of.id)?.window, {
      from: Seq.make(1),
      messages: LogHistory.messagesAsOf(of, 3, 3, 4),
    })
  })

  it("that began before a snapshot of another history brings nothing", () => {
    const of = history(posted())
    const { id } = of
    const messages = LogHistory.messagesAsOf(of, 1, 3, 3)
    const page = { conversation: id, messages, from: Seq.make(1), to: Seq.make(3), asOf: Seq.make(3), more: false }
    const state = applyAll(started(of), [
      { _tag: "FetchStarted", fetch: 1, conversation: id },
      { _tag: "ConversationSnapshot", conversation: LogHistory.conversationAsOf(of, 2, position), reason: "mark" },
    ])
    assert.strictEqual(apply(state, { _tag: "HistoryFetched", fetch: 1, page }), state)
  })

  it("of a conversation that went meanwhile brings nothing", () => {
    const of = history(posted())
    const messages = LogHistory.messagesAsOf(of, 1, 3, 3)
    const page = { conversation: of.id, messages, from: Seq.make(1), to: Seq.make(3), asOf: Seq.make(3), more: false }
    const state = applyAll(started(of), [
      { _tag: "FetchStarted", fetch: 1, conversation: of.id },
      accountEvent(2, { type: "ConversationGone", data: { conversation: of.id, last: Seq.make(2) } }),
      { _tag: "HistoryFetched", fetch: 1, page },
    ])
    assert.strictEqual(state.conversations.size, 0)
    assert.strictEqual(state.fetches.size, 0)
  })
})

describe("the account", () => {
  it("has its sessions in the order of their beginning", () => {
    const state = applyAll(apply(empty, accountSnapshot([])), [
      accountEvent(2, { type: "SessionStarted", data: { session: session(3) } }),
      accountEvent(3, { type: "SessionStarted", data: { session: session(2) } }),
      accountEvent(4, { type: "SessionEnded", data: { session: session(1).id, reason: "revoked" } }),
    ])
    assert.deepStrictEqual(state.account?.sessions, [session(2), session(3)])
    assert.strictEqual(me(state), account.id)
  })

  it("forgets conversations that a snapshot does not name", () => {
    const of = history()
    assert.strictEqual(apply(started(of), accountSnapshot([])).conversations.size, 0)
    assert.strictEqual(apply(started(of), accountSnapshot([of.id])).conversations.size, 1)
  })

  it("offers no cursor of what is from before its snapshot until that has come anew", () => {
    const of = history(posted())
    const before = started(of)
    const state = apply(before, accountSnapshot([of.id]))
    assert.deepStrictEqual(
      cursors(state).map(({ log }) => log),
      [accountLog(account.id)],
    )
    assert.deepStrictEqual(cursors(apply(state, snapshotAt(of, 2))), cursors(before))
  })

  it("drops what is known of a conversation that appears anew", () => {
    const of = history()
    const appeared = accountEvent(2, { type: "ConversationAppeared", data: { conversation: of.id, from: Seq.make(1) } })
    assert.strictEqual(apply(started(of), appeared).conversations.size, 0)
  })

  it("gives the stamp and every cursor back for the next Sync", () => {
    const of = history()
    const state = apply(started(of), { _tag: "CaughtUp", stamp: Stamp.make("77") })
    assert.strictEqual(state.stamp, Stamp.make("77"))
    assert.deepStrictEqual(cursors(state), [
      { log: accountLog(account.id), seq: Seq.make(1), mark: LogHistory.markOf(1) },
      { log: conversationLog(of.id), seq: Seq.make(2), mark: LogHistory.markOf(2) },
    ])
    assert.deepStrictEqual(cursors(empty), [])
  })
})

describe("several logs", () => {
  /** Two logs and that of the account in an order given by numbers, as far as Appeared and Gone allow it. */
  const interleave = (
    choices: ReadonlyArray<number>,
    first: ReadonlyArray<Item>,
    second: ReadonlyArray<Item>,
  ): ReadonlyArray<Item> => {
    const ids = [1, 2].map((number) => ConversationId.make(`00000002-0000-4000-8000-00000000000${number}`))
    const [one, two] = ids
    if (one === undefined || two === undefined) throw new Error("There are no ids")
    const logs = [[...first], [...second]]
    const own = [
      accountEvent(2, { type: "ConversationAppeared", data: { conversation: one, from: Seq.make(1) } }),
      accountEvent(3, { type: "SessionStarted", data: { session: session(2) } }),
      accountEvent(4, { type: "ConversationAppeared", data: { conversation: two, from: Seq.make(1) } }),
      accountEvent(5, { type: "Unknown", data: { type: "FriendRequested", data: null } }),
      accountEvent(6, { type: "ConversationGone", data: { conversation: two, last: Seq.make(99) } }),
      accountEvent(7, { type: "SessionEnded", data: { session: session(1).id, reason: "logout" } }),
    ]
    const items: Array<Item> = []
    const open = (log: number) => own.length < (log === 0 ? 6 : 4)
    for (let turn = 0; own.length + logs.flat().length > 0; turn++) {
      const log = (choices[turn % choices.length] ?? turn) % 3
      const waits = own.length === 2 && (logs[1]?.length ?? 0) > 0
      const queue = log === 2 ? (waits ? undefined : own) : open(log) ? logs[log] : undefined
      const item = queue?.shift() ?? (waits ? undefined : own.shift()) ?? (open(1) ? logs[1]?.shift() : undefined)
      const any = item ?? (open(0) ? logs[0]?.shift() : undefined)
      if (any !== undefined) items.push(any)
    }
    return items
  }

  const order = Arbitrary.array(Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2 }))), {
    minLength: 1,
    maxLength: 60,
  })

  it.prop(
    "make the same state in every order that begins with Appeared and ends with Gone",
    [program(1), program(2), order, order],
    ([one, two, left, right]) => {
      const [first, second] = [one, two].map(({ steps }) => steps.map(({ item }) => item))
      const begin = apply(empty, accountSnapshot([]))
      const orders = [left, right].map((choices) => interleave(choices, first ?? [], second ?? []))
      const [a, b] = orders.map((items) => applyAll(begin, items))
      assert.strictEqual(orders[0]?.length, one.steps.length + two.steps.length + 6)
      assert.strictEqual(a?.conversations.size, 1)
      assert.deepStrictEqual(a, b)
    },
    programRuns(),
  )
})

describe("the list of conversations", () => {
  it("has the newest message first, and a conversation without one by its beginning", () => {
    const ids = [1, 2, 3].map((number) => ConversationId.make(`00000002-0000-4000-8000-00000000000${number}`))
    const room = (id: ConversationId | undefined, ...facts: ReadonlyArray<LogHistory.Fact>) => {
      const of = history(...facts)
      return snapshotAt({ ...of, id: id ?? of.id }, of.facts.length)
    }
    const snapshots = [room(ids[0]), room(ids[1], posted()), room(ids[2])]
    const state = applyAll(apply(empty, accountSnapshot(ids)), snapshots)
    assert.deepStrictEqual(
      conversationList(state).map(({ id }) => id),
      [ids[1], ids[2], ids[0]],
    )
  })
})
