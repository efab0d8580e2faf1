import { ConversationId } from "@chat/domain/Ids"
import type { SyncItem } from "@chat/domain/Sync"
import { Seq } from "@chat/domain/Values"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { takeUntil } from "../support/core.ts"
import { again, commandId, failure, follow, isCaughtUp, makeRoom, type Person, say, signUp } from "./people.ts"
import type { It } from "./suite.ts"
import { Transport } from "./transports.ts"

const isMarks = (item: SyncItem): item is Extract<SyncItem, { readonly _tag: "MarksChanged" }> =>
  item._tag === "MarksChanged"

const two = Effect.gen(function* () {
  const [ann, bob] = [yield* signUp(), yield* signUp()]
  const { conversation } = yield* ann.call.OpenDirect({ commandId: commandId(), user: bob.id })
  const { seq } = yield* say(ann, conversation)
  return { ann, bob, conversation, seq }
})

/** How far others have got, as somebody sees it. */
const marks = ({ call }: Pick<Person, "call">, conversation: ConversationId) =>
  Effect.map(call.ListMarks({ conversation }), (page) =>
    page.marks.map(({ user, delivered, read }) => [user, delivered, read] as const),
  )

export const receiptCalls = (it: It): void => {
  it.effect("Delivered and MarkRead tell the others, and never go back", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation, seq } = yield* two
      assert.deepStrictEqual(yield* marks(ann, conversation), [])
      // Beyond the end it means the end; twice in one call, the greater counts.
      const conversations = [Seq.make(1), Seq.make(1_000)].map((seq) => ({ conversation, seq }))
      yield* bob.call.Delivered({ conversations })
      assert.deepStrictEqual(yield* marks(ann, conversation), [[bob.id, seq, Seq.make(0)]])
      yield* bob.call.MarkRead({ conversation, seq })
      yield* bob.call.Delivered({ conversations: [{ conversation, seq: Seq.make(1) }] })
      assert.deepStrictEqual(yield* marks(ann, conversation), [[bob.id, seq, seq]])
      assert.deepStrictEqual(yield* marks(bob, conversation), [], "one's own is not among them")
      const eve = yield* signUp()
      yield* eve.call.Delivered({ conversations: [{ conversation, seq }] })
      assert.lengthOf(yield* marks(ann, conversation), 1)
      yield* failure(eve.call.ListMarks({ conversation }), "ConversationNotFound")
      yield* failure(eve.call.ListMarks({ conversation: ConversationId.make(randomUUID()) }), "ConversationNotFound")
      const room = yield* makeRoom(ann)
      yield* failure(eve.call.ListMarks({ conversation: room.conversation }), "NotMember")
    }),
  )

  it.effect("MarksChanged comes live, and to who was away", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation, seq } = yield* two
      const first = yield* follow(ann)
      const caughtUp = (yield* takeUntil(first.items, isCaughtUp)).at(-1)
      assert(caughtUp?._tag === "CaughtUp")
      yield* bob.call.Delivered({ conversations: [{ conversation, seq }] })
      const live = (yield* takeUntil(first.items, isMarks)).at(-1)
      assert(live?._tag === "MarksChanged")
      assert.deepStrictEqual([live.user, live.delivered, live.read], [bob.id, seq, Seq.make(0)])
      yield* first.stop
      yield* bob.call.MarkRead({ conversation, seq })
      const back = yield* follow(yield* again(ann), { cursors: [], stamp: caughtUp.stamp })
      const found = (yield* takeUntil(back.items, isCaughtUp)).filter(isMarks)
      assert.deepInclude(found, { ...live, read: seq, rev: live.rev + 1 })
    }),
  )

  it.effect("a block ends what one is told of the other, and for the other the marks stand still", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation, seq } = yield* two
      for (const { call } of [ann, bob]) yield* call.Delivered({ conversations: [{ conversation, seq }] })
      const before = yield* marks(bob, conversation)
      assert.deepStrictEqual(before, [[ann.id, seq, Seq.make(0)]])
      const first = [yield* follow(ann), yield* follow(bob)] as const
      const [hers, his] = [
        (yield* takeUntil(first[0].items, isCaughtUp)).at(-1),
        (yield* takeUntil(first[1].items, isCaughtUp)).at(-1),
      ]
      assert(hers?._tag === "CaughtUp" && his?._tag === "CaughtUp")
      yield* ann.call.BlockUser({ commandId: commandId(), user: bob.id })
      for (const { call } of [ann, bob]) yield* call.MarkRead({ conversation, seq })
      assert.deepStrictEqual(yield* marks(ann, conversation), [])
      assert.deepStrictEqual(yield* marks(bob, conversation), before)
      // What would have been told comes after a message at the latest, and before another mark.
      const { conversation: other } = yield* makeRoom(ann)
      const cyd = yield* signUp()
      for (const { call } of [bob, cyd]) yield* call.JoinRoom({ commandId: commandId(), conversation: other })
      const said = yield* say(cyd, other)
      const isLast = (item: SyncItem) => isMarks(item) && item.user === cyd.id && item.read === said.seq
      yield* cyd.call.MarkRead({ conversation: other, seq: said.seq })
      const { lasting } = yield* Transport
      for (const [index, person] of [ann, bob].entries()) {
        const live = lasting ? yield* takeUntil((first[index] ?? first[0]).items, isLast) : []
        const stamp = (index === 0 ? hers : his).stamp
        yield* (first[index] ?? first[0]).stop
        const back = yield* follow(yield* again(person), { cursors: [], stamp })
        const later = yield* takeUntil(back.items, isCaughtUp)
        yield* back.stop
        const isOfThem = (item: SyncItem) => isMarks(item) && [ann.id, bob.id].includes(item.user)
        // Whoever has read something did so during the block; how things were before it may be said again.
        const isNews = (item: SyncItem) => isOfThem(item) && isMarks(item) && item.read > 0
        assert.deepStrictEqual([...live, ...later].filter(isNews), [])
        if (index === 0) assert.deepStrictEqual(later.filter(isOfThem), [])
      }
      yield* ann.call.UnblockUser({ commandId: commandId(), user: bob.id })
      assert.deepStrictEqual(yield* marks(ann, conversation), [[bob.id, seq, seq]])
      assert.deepStrictEqual(yield* marks(bob, conversation), [[ann.id, seq, seq]])
      const back = yield* follow(yield* again(bob), { cursors: [], stamp: his.stamp })
      const found = (yield* takeUntil(back.items, isCaughtUp)).filter(isMarks)
      assert.isTrue(found.some(({ user, read }) => user === ann.id && read === seq))
    }),
  )

  it.effect("SetReceipts goes both ways, and is kept", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation, seq } = yield* two
      yield* ann.call.MarkRead({ conversation, seq })
      yield* ann.call.Delivered({ conversations: [{ conversation, seq }] })
      const command = { commandId: commandId(), read: false, delivered: true }
      const first = yield* bob.call.SetReceipts(command)
      assert.deepStrictEqual(yield* bob.call.SetReceipts(command), first)
      assert.deepStrictEqual(yield* bob.call.SetReceipts({ ...command, commandId: commandId() }), first)
      yield* bob.call.MarkRead({ conversation, seq })
      assert.deepStrictEqual(yield* marks(ann, conversation), [], "nobody is told that he has read")
      assert.deepStrictEqual(yield* marks(bob, conversation), [[ann.id, seq, Seq.make(0)]], "nor is he")
      yield* bob.call.Delivered({ conversations: [{ conversation, seq }] })
      assert.deepStrictEqual(yield* marks(ann, conversation), [[bob.id, seq, Seq.make(0)]])
      const used = commandId()
      yield* bob.call.SetPresence({ commandId: used, state: "dnd" })
      yield* failure(bob.call.SetReceipts({ ...command, commandId: used }), "IdTaken")
      yield* bob.call.SetReceipts({ commandId: commandId(), read: false, delivered: false })
      assert.deepStrictEqual(yield* marks(bob, conversation), [])
      const { items } = yield* follow(bob)
      const [snapshot] = yield* takeUntil(items, isCaughtUp)
      assert(snapshot?._tag === "AccountSnapshot")
      assert.deepStrictEqual([snapshot.sendsRead, snapshot.sendsDelivered, snapshot.presence], [false, false, "dnd"])
    }),
  )
}
