import { assert, describe, it } from "@effect/vitest"
import { ConversationId } from "@chat/domain/Ids"
import * as LogHistory from "@chat/domain/LogHistory"
import { apply, applyAll } from "@chat/domain/state/apply"
import { empty, type State, totalUnread } from "@chat/domain/state/State"
import { Body, Seq } from "@chat/domain/Values"
import { accountSnapshot } from "./account.ts"

type Posted = Extract<LogHistory.Fact, { readonly type: "posted" }>

const [ada, bob] = LogHistory.people
if (ada === undefined || bob === undefined) throw new Error("There are too few people")
const id = ConversationId.make("00000002-0000-4000-8000-000000000001")

/** A room of bob and ada, with what happens after she joined. */
const history = (...facts: ReadonlyArray<LogHistory.Fact>): LogHistory.LogHistory => ({
  id,
  facts: [{ type: "created", by: bob }, { type: "joined", by: ada }, ...facts],
  viewer: ada,
  joined: 2,
  visibility: "all",
})

const posted = (by = bob): Posted => ({ type: "posted", by, body: Body.make("hello") })
const inThread = (by = bob): Posted => ({ ...posted(by), thread: 3 })
const edited = (text: string) => ({ type: "edited", by: bob, message: 3, body: Body.make(text) }) as const
const deleted = (message: number) => ({ type: "deleted", by: bob, message }) as const

const started = (of: LogHistory.LogHistory) =>
  applyAll(apply(empty, accountSnapshot([id])), [
    {
      _tag: "ConversationSnapshot",
      conversation: LogHistory.conversationAsOf(of, 2, { seq: Seq.make(2), rev: 1 }),
      reason: "new",
    },
  ])

describe("a thread", () => {
  const rootOf = (state: State) => state.conversations.get(id)?.window.messages[0]

  it("is counted on the message that began it, and not as unread", () => {
    const of = history(posted(), inThread(), inThread(ada))
    const state = applyAll(started(of), LogHistory.itemsOf(of, 3, 5, 5))
    assert.deepStrictEqual(rootOf(state), LogHistory.messageAsOf(of, 3, 5))
    assert.strictEqual(rootOf(state)?.replies, 2)
    assert.strictEqual(totalUnread(state), 1)
  })

  it("is counted anew when one of its messages is deleted", () => {
    const of = history(posted(), inThread(), inThread(), deleted(5), { type: "recounted", by: bob, message: 3 })
    const read = LogHistory.itemsOf(of, 3, 5, 5)
    const state = applyAll(started(of), [...read, ...LogHistory.itemsOf(of, 6, 7, 7)])
    assert.deepStrictEqual([rootOf(state)?.replies, rootOf(state)?.lastReply, rootOf(state)?.rev], [1, 4, 7])
  })

  it("is counted once where the message came with it already", () => {
    const of = history(posted(), inThread(), edited("new"), inThread())
    const state = applyAll(started(of), LogHistory.itemsOf(of, 3, 6, 6))
    assert.strictEqual(rootOf(state)?.replies, 2)
  })
})

describe("mentions", () => {
  const mentions = { users: [ada.id], room: null }

  it("are counted as of the event, whatever the text says now", () => {
    const of = history(
      { ...posted(), mentions },
      edited("nobody"),
      { ...edited("all"), mentions: { users: [], room: "here" } },
      deleted(3),
    )
    const counts: Array<number | undefined> = []
    let state = started(of)
    for (const item of LogHistory.itemsOf(of, 3, 6, 6)) {
      state = apply(state, item)
      counts.push(state.conversations.get(id)?.mentions)
    }
    assert.deepStrictEqual(counts, [1, 0, 1, 0])
  })

  it("of oneself, and in threads, are none", () => {
    const of = history({ ...posted(ada), mentions }, { ...posted(), mentions, thread: 3 })
    const state = applyAll(started(of), LogHistory.itemsOf(of, 3, 4, 4))
    assert.strictEqual(state.conversations.get(id)?.mentions, 0)
  })
})
