import { accountLog, ConversationId } from "@chat/domain/Ids"
import * as LogHistory from "@chat/domain/LogHistory"
import type { ReadMarks, Receipts } from "@chat/domain/ReadMarks"
import { applyAll } from "@chat/domain/state/apply"
import { marksOf, readBy } from "@chat/domain/state/marks"
import { empty, type LocalItem } from "@chat/domain/state/State"
import type { SyncItem } from "@chat/domain/Sync"
import { Body, Seq, Stamp, Timestamp } from "@chat/domain/Values"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { runs } from "../runs.ts"
import { account, accountSnapshot } from "./account.ts"

type Item = SyncItem | LocalItem

const [ada, bob, cyd] = LogHistory.people
if (ada === undefined || bob === undefined || cyd === undefined) throw new Error("There are too few people")

const room: LogHistory.LogHistory = {
  id: ConversationId.make("00000002-0000-4000-8000-000000000001"),
  facts: [
    { type: "created", by: bob },
    { type: "joined", by: ada },
    { type: "posted", by: bob, body: Body.make("hello") },
    { type: "joined", by: cyd },
  ],
  viewer: ada,
  joined: 2,
  visibility: "all",
}
const both = { read: true, delivered: true }

const caughtUp: ReadonlyArray<Item> = [
  accountSnapshot([room.id]),
  {
    _tag: "ConversationSnapshot",
    conversation: LogHistory.conversationAsOf(room, 3, { seq: Seq.make(2), rev: 1 }),
    reason: "new",
  },
  { _tag: "CaughtUp", stamp: Stamp.make("1") },
]

const mark = (rev: number): ReadMarks => ({
  user: bob.id,
  delivered: Seq.make(rev),
  read: Seq.make(rev - 1),
  rev,
})
const changed = (rev: number): Item => ({ _tag: "MarksChanged", conversation: room.id, ...mark(rev) })
const started: Item = { _tag: "FetchStarted", fetch: 1, conversation: room.id }
const fetched = (rev: number, asOf = 3, receipts: Receipts = both): Item => ({
  _tag: "MarksFetched",
  fetch: 1,
  page: { conversation: room.id, marks: [mark(rev)], receipts, asOf: Seq.make(asOf) },
})
const receiptsChanged: Item = {
  _tag: "Event",
  event: {
    log: accountLog(account.id),
    seq: Seq.make(2),
    mark: LogHistory.markOf(2),
    at: Timestamp.make("2026-01-01T00:00:00.000Z"),
    actor: null,
    type: "ReceiptsChanged",
    data: { read: false, delivered: true },
  },
}
const blocked: Item = {
  _tag: "Event",
  event: {
    log: accountLog(account.id),
    seq: Seq.make(2),
    mark: LogHistory.markOf(2),
    at: Timestamp.make("2026-01-01T00:00:00.000Z"),
    actor: null,
    type: "Blocked",
    data: { user: bob },
  },
}
const cydJoins = LogHistory.itemsOf(room, 4, 4, 4)

const known = (items: ReadonlyArray<Item>) => marksOf(applyAll(empty, [...caughtUp, ...items]), room.id)?.get(bob.id)

describe("marks of others", () => {
  it.prop(
    "are the newest of what has come, in whatever order, also while a page is on its way",
    [Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 9 }))), Schema.Int],
    ([revs, place]) => {
      const at = Math.abs(place) % (revs.length + 1)
      const items = [started, ...revs.slice(0, at).map(changed), fetched(5), ...revs.slice(at).map(changed)]
      assert.deepStrictEqual(known(items), mark(Math.max(5, ...revs)))
    },
    runs(),
  )

  it("are not there before they were asked for, or before the first CaughtUp", () => {
    assert.isUndefined(known([changed(3)]))
    const early = applyAll(empty, [...caughtUp.slice(0, 2), started, fetched(3)])
    assert.isUndefined(marksOf(early, room.id))
  })

  it("say who has read a message", () => {
    const state = applyAll(empty, [...caughtUp, started, fetched(4)])
    assert.deepStrictEqual(readBy(state, { conversation: room.id, seq: Seq.make(3) }), [bob.id])
    assert.deepStrictEqual(readBy(state, { conversation: room.id, seq: Seq.make(4) }), [])
  })

  it("have to be asked for again when the members change, also where a page is from before that", () => {
    assert.isUndefined(known([started, fetched(3), ...cydJoins]))
    assert.isUndefined(known([started, ...cydJoins, fetched(3, 3)]))
    assert.isDefined(known([started, ...cydJoins, fetched(3, 4)]))
  })

  it("have to be asked for again after a block, also where a page is from before that", () => {
    assert.isUndefined(known([started, fetched(3), blocked]))
    assert.isUndefined(known([started, blocked, fetched(3)]))
    assert.isDefined(known([blocked, started, fetched(3)]))
  })

  it("have to be asked for again when one's own receipts change, also where a page is from before that", () => {
    assert.isUndefined(known([started, fetched(3), receiptsChanged]))
    assert.isUndefined(known([started, receiptsChanged, fetched(3)]))
    assert.isDefined(known([started, receiptsChanged, fetched(3, 3, { read: false, delivered: true })]))
  })
})
