import { ConversationId } from "@chat/domain/Ids"
import * as LogHistory from "@chat/domain/LogHistory"
import { apply, applyAll } from "@chat/domain/state/apply"
import { empty, type State } from "@chat/domain/state/State"
import { threadCounts } from "@chat/domain/state/threads"
import type { ThreadPositionChanged } from "@chat/domain/Sync"
import { mostThreadPositions } from "@chat/domain/Thread"
import { Body, Seq } from "@chat/domain/Values"
import { assert, describe, it } from "@effect/vitest"
import { accountSnapshot } from "./account.ts"

const [ada, bob] = LogHistory.people
if (ada === undefined || bob === undefined) throw new Error("There are too few people")
const id = ConversationId.make("00000002-0000-4000-8000-000000000001")
const root = Seq.make(3)

const said = (by: typeof bob, body = "hello") => ({ type: "posted", by, body: Body.make(body), thread: root }) as const

/** What ada sees of a thread that began after she came. */
const after = (...facts: ReadonlyArray<LogHistory.Fact>): State => {
  const history: LogHistory.LogHistory = {
    id,
    facts: [
      { type: "created", by: bob },
      { type: "joined", by: ada },
      { type: "posted", by: bob, body: Body.make("root") },
      ...facts,
    ],
    viewer: ada,
    joined: 2,
    visibility: "all",
  }
  const conversation = LogHistory.conversationAsOf(history, 2, { seq: Seq.make(2), rev: 1 })
  const { length } = history.facts
  return applyAll(empty, [
    accountSnapshot([id]),
    { _tag: "ConversationSnapshot", conversation, reason: "new" },
    ...LogHistory.itemsOf(history, 3, length, length),
  ])
}

const moved = (rev: number, seq: number, thread = root): typeof ThreadPositionChanged.Type => ({
  _tag: "ThreadPositionChanged",
  conversation: id,
  thread,
  position: { seq: Seq.make(seq), rev },
})
const countsOf = (state: State) => {
  const counts = threadCounts(state, id, root)
  return counts && [counts.position.seq, counts.unread]
}

describe("what is new in a thread", () => {
  it("is what others said after the position, and after what one said oneself", () => {
    const state = after(said(bob), said(bob), said(bob))
    assert.deepStrictEqual(countsOf(state), [0, 3])
    assert.deepStrictEqual(countsOf(apply(state, moved(1, 5))), [5, 1])
    assert.deepStrictEqual(countsOf(after(said(bob), said(ada), said(bob))), [5, 1])
    assert.deepStrictEqual(countsOf(apply(after(said(bob), said(ada), said(bob)), moved(1, 4))), [5, 1])
  })

  it("is not what was deleted", () => {
    const deleted = { type: "deleted", by: bob, message: 4 } as const
    assert.deepStrictEqual(countsOf(after(said(bob), said(bob), deleted)), [0, 1])
  })

  it("goes by the position with the greatest rev", () => {
    const state = applyAll(after(said(bob), said(bob)), [moved(2, 5), moved(1, 4)])
    assert.deepStrictEqual(countsOf(state), [5, 0])
    assert.strictEqual(apply(state, moved(2, 5)), state, "a repeat changes nothing")
  })

  it("is not known of what is not loaded, or may have been left out", () => {
    const state = after(said(bob))
    assert.isUndefined(threadCounts(state, id, Seq.make(1)))
    const newer = Array.from({ length: mostThreadPositions }, (_, index) => moved(1, 10_000, Seq.make(10 + index)))
    assert.isUndefined(countsOf(applyAll(state, newer)))
    assert.deepStrictEqual(countsOf(applyAll(state, [...newer, moved(1, 4)])), [4, 0])
  })
})
