import { ConversationId } from "@chat/domain/Ids"
import * as LogHistory from "@chat/domain/LogHistory"
import { apply, applyAll } from "@chat/domain/state/apply"
import { draftOf } from "@chat/domain/state/drafts"
import { empty, type State } from "@chat/domain/state/State"
import type { DraftChanged, SyncItem } from "@chat/domain/Sync"
import { Body, Seq, Timestamp } from "@chat/domain/Values"
import { assert, describe, it } from "@effect/vitest"
import { accountSnapshot } from "./account.ts"

const [ada, bob] = LogHistory.people
if (ada === undefined || bob === undefined) throw new Error("There are too few people")

const room: LogHistory.LogHistory = {
  id: ConversationId.make("00000002-0000-4000-8000-000000000001"),
  facts: [
    { type: "created", by: bob },
    { type: "joined", by: ada },
    { type: "posted", by: bob, body: Body.make("hello") },
  ],
  viewer: ada,
  joined: 2,
  visibility: "all",
}
const at = Timestamp.make("2026-01-01T00:00:00.000Z")
const root = Seq.make(3)
const conversation = LogHistory.conversationAsOf(room, 3, { seq: Seq.make(2), rev: 1 })
const snapshot: SyncItem = { _tag: "ConversationSnapshot", conversation, reason: "new" }
const settled = applyAll(empty, [accountSnapshot([room.id]), snapshot])

const draft = (rev: number, text: string | null, thread: Seq | null = null): typeof DraftChanged.Type => ({
  _tag: "DraftChanged",
  conversation: room.id,
  thread,
  body: text === null ? null : Body.make(text),
  at,
  rev,
})
const textsOf = (state: State) => [null, root].map((thread) => String(draftOf(state, room.id, thread)?.body))

describe("drafts", () => {
  it("are of a conversation and of each thread of it", () => {
    const state = applyAll(settled, [draft(1, "in the thread", root), draft(1, "in the room")])
    assert.deepStrictEqual(textsOf(state), ["in the room", "in the thread"])
    assert.deepStrictEqual(
      state.conversations.get(room.id)?.drafts?.map(({ thread }) => thread),
      [null, root],
    )
  })

  it("are those with the greatest rev", () => {
    const state = applyAll(settled, [draft(2, "second"), draft(1, "first"), draft(2, "second")])
    assert.deepStrictEqual(textsOf(state), ["second", "undefined"])
    assert.strictEqual(apply(state, draft(2, "second")), state, "a repeat changes nothing")
  })

  it("are gone once they are removed, as if there had been none", () => {
    const state = applyAll(settled, [draft(1, "something"), draft(2, null)])
    assert.deepStrictEqual(state.conversations, settled.conversations)
    assert.strictEqual(apply(state, draft(2, null)), state, "a repeat changes nothing")
  })

  it("come with a snapshot in the place of those that were known", () => {
    const drafts = [{ thread: root, body: Body.make("kept"), at, rev: 4 }]
    const state = applyAll(settled, [
      draft(7, "of another history"),
      { ...snapshot, conversation: { ...conversation, drafts }, reason: "mark" },
      draft(3, "older", root),
    ])
    assert.deepStrictEqual(textsOf(state), ["undefined", "kept"])
  })

  it("of a conversation that is not there are left out", () => {
    const unknown = ConversationId.make("00000002-0000-4000-8000-000000000002")
    assert.strictEqual(apply(settled, { ...draft(1, "lost"), conversation: unknown }), settled)
  })
})
