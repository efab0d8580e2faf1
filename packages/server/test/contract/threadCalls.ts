import { conversationLog } from "@chat/domain/Ids"
import { applyAll } from "@chat/domain/state/apply"
import { cursors, empty } from "@chat/domain/state/State"
import { threadCounts } from "@chat/domain/state/threads"
import type { SyncItem } from "@chat/domain/Sync"
import { Body, Seq } from "@chat/domain/Values"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { takeUntil } from "../support/core.ts"
import { type Person, again, commandId, failure, follow, isCaughtUp, messageId, say } from "./people.ts"
import type { It } from "./suite.ts"
import { body, messageAt, nowhere, reply, room, roomWithGap } from "./talk.ts"

export const threadCalls = (it: It): void => {
  it.effect("PostMessage answers a message that can be seen, and only such", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation, before, meanwhile } = yield* roomWithGap
      const { id, ...receipt } = yield* reply(bob, conversation, { replyTo: before.seq })
      assert.strictEqual((yield* messageAt(ann, conversation, receipt.seq)).replyTo, before.seq)
      for (const places of [{ replyTo: meanwhile.seq }, { thread: meanwhile.seq }, { replyTo: Seq.make(99) }]) {
        const refused = yield* failure(reply(bob, conversation, places), "MessageNotFound")
        assert.strictEqual(refused.seq, Object.values(places)[0])
      }
      // It has no place of a message, but of an event.
      yield* failure(reply(bob, conversation, { thread: Seq.make(1) }), "MessageNotFound")
      const repeated = { conversation, id, body, replyTo: meanwhile.seq }
      assert.deepStrictEqual(yield* bob.call.PostMessage(repeated), receipt, "a repeat is answered first")
    }),
  )

  it.effect("a thread counts what is in it on the message that began it", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation } = yield* room
      const root = yield* say(ann, conversation)
      const replies = yield* Effect.all(
        Array.from({ length: 6 }, (_, index) => reply(index % 2 ? ann : bob, conversation, { thread: root.seq })),
        { concurrency: "unbounded" },
      )
      const last = Math.max(...replies.map(({ seq }) => seq))
      const counted = yield* messageAt(bob, conversation, root.seq)
      assert.deepStrictEqual([counted.replies, counted.lastReply, counted.rev], [6, last, last])
      const newest = replies.find(({ seq }) => seq === last)
      const author = replies.findIndex(({ seq }) => seq === last) % 2 ? ann : bob
      yield* author.call.DeleteMessage({ commandId: commandId(), conversation, message: newest?.id ?? messageId() })
      const left = replies.filter((other) => other !== newest).map(({ seq }) => seq)
      const recounted = yield* messageAt(bob, conversation, root.seq)
      assert.deepStrictEqual([recounted.replies, recounted.lastReply], [5, Math.max(...left)])
      const { seq } = yield* bob.call.GetConversation({ conversation })
      assert.strictEqual(recounted.rev, seq, "the recount is an event of its own")
      const within = yield* failure(reply(bob, conversation, { thread: Seq.make(left[0] ?? 0) }), "MessageNotFound")
      assert.strictEqual(within.seq, left[0], "a thread is not in another")
    }),
  )

  it.effect("who cannot see what was deleted in a thread learns of the new count", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation, before, answered } = yield* roomWithGap
      const { seq } = yield* ann.call.DeleteMessage({ commandId: commandId(), conversation, message: answered.id })
      const { items } = yield* bob.call.ReadLog({ log: conversationLog(conversation), after: Seq.make(seq - 1) })
      assert.deepStrictEqual(
        items.map((item) => (item._tag === "Event" ? item.event.type : item._tag)),
        ["Skip", "ThreadChanged"],
      )
      assert.strictEqual((yield* messageAt(bob, conversation, before.seq)).replies, 0)
    }),
  )

  it.effect("Thread comes in pages, in both directions, as far as can be seen", () =>
    Effect.gen(function* () {
      const { ann, bob, eve, conversation } = yield* room
      const root = yield* say(ann, conversation)
      const said: Array<Seq> = []
      for (let count = 0; count < 5; count++) {
        said.push((yield* reply(bob, conversation, { thread: root.seq })).seq)
        yield* say(bob, conversation)
      }
      const seqs = (page: { readonly messages: ReadonlyArray<{ readonly seq: Seq }> }) =>
        page.messages.map(({ seq }) => seq)
      const all = yield* ann.call.Thread({ conversation, root: root.seq })
      assert.deepStrictEqual([seqs(all), all.root.seq, all.root.replies, all.more], [said, root.seq, 5, false])
      const newest = yield* ann.call.Thread({ conversation, root: root.seq, limit: 2 })
      assert.deepStrictEqual([seqs(newest), newest.more], [said.slice(3), true])
      const older = yield* ann.call.Thread({ conversation, root: root.seq, before: newest.from })
      assert.deepStrictEqual([seqs(older), older.more], [said.slice(0, 3), false])
      const first = yield* ann.call.Thread({ conversation, root: root.seq, after: Seq.make(0), limit: 2 })
      assert.deepStrictEqual([seqs(first), first.more], [said.slice(0, 2), true])
      const alone = yield* say(ann, conversation)
      assert.deepStrictEqual(seqs(yield* ann.call.Thread({ conversation, root: alone.seq })), [])
      yield* failure(ann.call.Thread({ conversation, root: said[0] ?? root.seq }), "MessageNotFound")
      yield* failure(eve.call.Thread({ conversation, root: root.seq }), "ConversationNotFound")
      yield* failure(
        ann.call.Thread({ conversation, root: root.seq, before: alone.seq, after: root.seq }),
        "BadRequest",
      )
    }),
  )

  it.effect("Thread and GetMessages leave out what was said while somebody was away", () =>
    Effect.gen(function* () {
      const { bob, conversation, before, meanwhile, answered } = yield* roomWithGap
      const heard = yield* reply(bob, conversation, { thread: before.seq })
      const { messages } = yield* bob.call.Thread({ conversation, root: before.seq })
      assert.deepStrictEqual(
        messages.map(({ id }) => id),
        [heard.id],
      )
      yield* failure(bob.call.Thread({ conversation, root: meanwhile.seq }), "MessageNotFound")
      const seqs = [before, meanwhile, answered, heard].map(({ seq }) => seq)
      const some = yield* bob.call.GetMessages({ conversation, seqs })
      assert.deepStrictEqual(
        some.messages.map(({ id }) => id),
        [before.id, heard.id],
      )
      assert.strictEqual(some.asOf, heard.seq)
    }),
  )

  it.effect("GetMessages refuses who can see nothing", () =>
    Effect.gen(function* () {
      const { ann, eve, conversation } = yield* room
      const { seq } = yield* say(ann, conversation)
      yield* failure(eve.call.GetMessages({ conversation, seqs: [seq] }), "ConversationNotFound")
      yield* failure(ann.call.GetMessages({ conversation: nowhere(), seqs: [seq] }), "ConversationNotFound")
    }),
  )

  it.effect("what is in a thread is not unread in the conversation", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation } = yield* room
      const root = yield* say(ann, conversation)
      yield* reply(ann, conversation, { thread: root.seq })
      const { unread, lastMessage } = yield* bob.call.GetConversation({ conversation })
      assert.deepStrictEqual([unread, lastMessage?.thread], [1, root.seq])
    }),
  )

  it.effect("ListThreads has what somebody is in, with what is new to them", () =>
    Effect.gen(function* () {
      const { ann, bob, eve, conversation } = yield* room
      yield* eve.call.JoinRoom({ commandId: commandId(), conversation })
      const roots = [yield* say(ann, conversation), yield* say(ann, conversation)]
      const [first, second] = roots.map(({ seq }) => ({ thread: seq }))
      yield* reply(bob, conversation, { ...first })
      const last = yield* reply(bob, conversation, { ...second }, Body.make(`@${eve.username}`))
      const listed = Effect.fnUntraced(function* (person: Person) {
        const { threads } = yield* person.call.ListThreads({ conversation })
        return threads.map(({ root, position, unread, mentions }) => [root.seq, position.seq, unread, mentions])
      })
      const [one, two] = roots.map(({ seq }) => seq)
      // Ann began both, bob wrote in both, eve is mentioned in one.
      assert.deepStrictEqual(yield* listed(ann), [
        [two, 0, 1, 0],
        [one, 0, 1, 0],
      ])
      assert.deepStrictEqual(yield* listed(bob), [
        [two, last.seq, 0, 0],
        [one, last.seq - 1, 0, 0],
      ])
      assert.deepStrictEqual(yield* listed(eve), [[two, 0, 1, 1]])
      const { threads, next } = yield* ann.call.ListThreads({ limit: 1 })
      assert.deepStrictEqual([threads[0]?.root.seq, threads[0]?.root.replies], [two, 1])
      const rest = yield* ann.call.ListThreads({ limit: 1, after: next ?? "" })
      assert.deepStrictEqual([rest.threads[0]?.root.seq, rest.next], [one, null])
      yield* failure(ann.call.ListThreads({ after: "elsewhere" }), "BadRequest")
      yield* eve.call.LeaveRoom({ commandId: commandId(), conversation })
      assert.deepStrictEqual(yield* listed(eve), [])
    }),
  )

  it.effect("MarkRead in a thread is apart from the conversation, and never goes back", () =>
    Effect.gen(function* () {
      const { ann, bob, eve, conversation } = yield* room
      const { seq: thread } = yield* say(ann, conversation)
      const heard = yield* reply(bob, conversation, { thread })
      const later = yield* reply(bob, conversation, { thread })
      const unread = Effect.map(ann.call.ListThreads({ conversation }), ({ threads }) => threads[0]?.unread)
      assert.strictEqual(yield* unread, 2)
      const before = (yield* ann.call.GetConversation({ conversation })).position
      const moved = yield* ann.call.MarkRead({ conversation, thread, seq: heard.seq })
      assert.deepStrictEqual([moved.seq, yield* unread], [heard.seq, 1])
      assert.deepStrictEqual(yield* ann.call.MarkRead({ conversation, thread, seq: thread }), moved)
      yield* bob.call.DeleteMessage({ commandId: commandId(), conversation, message: later.id })
      assert.strictEqual(yield* unread, 0)
      assert.deepStrictEqual((yield* ann.call.GetConversation({ conversation })).position, before)
      const marks = [
        ["MessageNotFound", ann, { conversation, thread: heard.seq, seq: heard.seq }],
        ["MessageNotFound", ann, { conversation, thread: Seq.make(1), seq: heard.seq }],
        ["NotMember", eve, { conversation, thread, seq: heard.seq }],
        ["ConversationNotFound", eve, { conversation: nowhere(), thread, seq: heard.seq }],
      ] as const
      for (const [tag, who, place] of marks) yield* failure(who.call.MarkRead(place), tag)
    }),
  )

  it.effect("what was read in a thread comes to every device, live, with the conversation and after being away", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation } = yield* room
      const first = yield* follow(yield* again(ann))
      const begun = applyAll(empty, yield* takeUntil(first.items, isCaughtUp))
      const { seq: thread } = yield* say(bob, conversation)
      const heard = yield* reply(bob, conversation, { thread })
      const later = yield* reply(bob, conversation, { thread }, Body.make(`@${ann.username}`))
      const { rev } = yield* ann.call.MarkRead({ conversation, thread, seq: heard.seq })
      const isRead = (item: SyncItem) => item._tag === "ThreadPositionChanged" && item.position.rev === rev
      const before = applyAll(begun, yield* takeUntil(first.items, isRead))
      yield* first.stop
      const listed = Effect.map(ann.call.ListThreads({ conversation }), ({ threads }) =>
        threads.map(({ position, unread, mentions }) => ({ position, unread, mentions })),
      )
      assert.deepStrictEqual(yield* listed, [{ position: { seq: heard.seq, rev }, unread: 1, mentions: 1 }])
      const request = { cursors: cursors(before), ...(before.stamp === null ? {} : { stamp: before.stamp }) }
      yield* ann.call.MarkRead({ conversation, thread, seq: later.seq })
      const back = yield* follow(yield* again(ann), request)
      const after = applyAll(before, yield* takeUntil(back.items, isCaughtUp))
      assert.deepStrictEqual([threadCounts(after, conversation, thread)], yield* listed)
      const { threads } = yield* ann.call.GetConversation({ conversation })
      assert.deepStrictEqual(threads, after.conversations.get(conversation)?.threads)
      assert.isUndefined((yield* bob.call.GetConversation({ conversation })).threads)
    }),
  )
}
