import { accountLog, ConversationId, conversationLog } from "@chat/domain/Ids"
import type { Cursor, SyncItem } from "@chat/domain/Sync"
import { Body, Mark, Seq } from "@chat/domain/Values"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { takeUntil } from "../support/core.ts"
import { again, commandId, failure, follow, isCaughtUp, makeRoom, say, signUp } from "./people.ts"
import type { It } from "./suite.ts"
import { Transport } from "./transports.ts"

const isEvent = (log: string, seq: Seq) => (item: SyncItem) =>
  item._tag === "Event" && item.event.log === log && item.event.seq === seq

/** Where somebody is after these items. */
const cursorsAfter = (items: ReadonlyArray<SyncItem>): ReadonlyArray<Cursor> => {
  const cursors = new Map<string, Cursor>()
  for (const item of items) {
    switch (item._tag) {
      case "Event":
        cursors.set(item.event.log, item.event)
        break
      case "Skip":
        cursors.set(item.log, { log: item.log, seq: item.to, mark: item.mark })
        break
      case "ConversationSnapshot": {
        const { id, seq, mark } = item.conversation
        cursors.set(id, { log: conversationLog(id), seq, mark })
        break
      }
      case "AccountSnapshot":
        cursors.set(item.account.id, { log: accountLog(item.account.id), seq: item.seq, mark: item.mark })
        break
      default:
        break
    }
  }
  return [...cursors.values()].map(({ log, seq, mark }) => ({ log, seq, mark }))
}

const shape = (items: ReadonlyArray<SyncItem>) =>
  items.map((item) => (item._tag === "Event" ? `${item.event.type} ${item.event.seq}` : item._tag))

/** Somebody with a room of their own and nothing else to follow. */
const settled = Effect.gen(function* () {
  const ann = yield* signUp()
  const { conversations } = yield* ann.call.ListConversations({})
  for (const { id } of conversations) yield* ann.call.LeaveRoom({ commandId: commandId(), conversation: id })
  const { conversation } = yield* makeRoom(ann)
  return { ann, conversation, log: conversationLog(conversation) }
})

export const syncCalls = (it: It): void => {
  it.effect("Sync sends snapshots, then what happens", () =>
    Effect.gen(function* () {
      const { ann, conversation, log } = yield* settled
      const { items } = yield* follow(ann)
      const start = yield* takeUntil(items, isCaughtUp)
      assert.deepStrictEqual(shape(start), ["AccountSnapshot", "ConversationSnapshot", "CaughtUp"])
      const said = yield* say(ann, conversation, "live")
      const [event] = yield* takeUntil(items, isEvent(log, said.seq))
      assert(event?._tag === "Event" && event.event.type === "MessagePosted")
      assert.deepStrictEqual(event.event.actor, { id: ann.id, username: ann.username })
      assert.strictEqual(event.event.data.message.body, "live")
    }),
  )

  it.effect("Sync goes on from where one was, and without a gap into what happens", () =>
    Effect.gen(function* () {
      const { ann, conversation, log } = yield* settled
      const before = yield* follow(ann)
      const start = yield* takeUntil(before.items, isCaughtUp)
      yield* before.stop
      const missed = yield* say(ann, conversation)
      const back = yield* again(ann)
      const { items } = yield* follow(back, { cursors: cursorsAfter(start) })
      const next = yield* say(ann, conversation)
      const rest = yield* takeUntil(items, isEvent(log, next.seq))
      assert.deepStrictEqual(
        shape(rest.filter((item) => item._tag === "Event")),
        [missed, next].map(({ seq }) => `MessagePosted ${seq}`),
      )
    }),
  )

  it.effect("Sync sends a snapshot where the cursor is of another history", () =>
    Effect.gen(function* () {
      const { ann, log } = yield* settled
      const first = yield* follow(ann)
      const start = yield* takeUntil(first.items, isCaughtUp)
      yield* first.stop
      const foreign = cursorsAfter(start).map((cursor) => ({
        log: cursor.log,
        seq: cursor.seq,
        mark: cursor.log === log ? Mark.make("0123456789abcdef") : cursor.mark,
      }))
      const { items } = yield* follow(yield* again(ann), { cursors: foreign })
      const seen = yield* takeUntil(items, isCaughtUp)
      const snapshot = seen.find((item) => item._tag === "ConversationSnapshot")
      assert.deepStrictEqual([snapshot?.conversation.id, snapshot?.reason], [log, "mark"])
      assert.deepStrictEqual(shape(seen), ["ConversationSnapshot", "CaughtUp"])
    }),
  )

  it.effect("Sync follows only what is asked for", () =>
    Effect.gen(function* () {
      const { ann, log } = yield* settled
      const other = yield* makeRoom(ann)
      const { items } = yield* follow(ann, { cursors: [], only: [log] })
      const start = yield* takeUntil(items, isCaughtUp)
      assert.deepStrictEqual(shape(start), ["ConversationSnapshot", "CaughtUp"])
      yield* say(ann, other.conversation)
      const wanted = yield* say(ann, ConversationId.make(log))
      assert.deepStrictEqual(shape(yield* takeUntil(items, isEvent(log, wanted.seq))), [`MessagePosted ${wanted.seq}`])
    }),
  )

  it.effect("Sync is one per connection: a second takes over", () =>
    Effect.gen(function* () {
      const { lasting } = yield* Transport
      const { ann, conversation, log } = yield* settled
      const first = yield* follow(ann)
      yield* takeUntil(first.items, isCaughtUp)
      const second = yield* follow(ann)
      yield* takeUntil(second.items, isCaughtUp)
      if (lasting) yield* failure(first.ended, "SyncReplaced")
      const said = yield* say(ann, conversation)
      yield* takeUntil(second.items, isEvent(log, said.seq))
      if (!lasting) yield* takeUntil(first.items, isEvent(log, said.seq))
    }),
  )

  it.effect("Sync of another connection is left alone", () =>
    Effect.gen(function* () {
      const { ann, conversation, log } = yield* settled
      const here = yield* follow(ann)
      const there = yield* follow(yield* again(ann))
      for (const { items } of [here, there]) yield* takeUntil(items, isCaughtUp)
      const said = yield* say(ann, conversation)
      for (const { items } of [here, there]) yield* takeUntil(items, isEvent(log, said.seq))
    }),
  )

  it.effect("Sync ends with its session", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const back = yield* again(ann)
      const { items, ended } = yield* follow(back)
      yield* takeUntil(items, isCaughtUp)
      yield* ann.call.RevokeSession({ session: ann.session.id })
      assert.strictEqual((yield* failure(ended, "Unauthenticated")).reason, "ended")
    }),
  )

  it.effect("OfferCursors adds to the cursors of the next Sync, up to a limit", () =>
    Effect.gen(function* () {
      const { lasting } = yield* Transport
      const { ann, conversation, log } = yield* settled
      const first = yield* follow(ann)
      const cursors = cursorsAfter(yield* takeUntil(first.items, isCaughtUp))
      yield* first.stop
      const said = yield* say(ann, conversation)
      const back = yield* again(ann)
      yield* back.call.OfferCursors({ cursors: cursors.slice(0, 1) })
      yield* back.call.OfferCursors({ cursors: cursors.slice(1) })
      if (lasting) {
        const { items } = yield* follow(back)
        const seen = yield* takeUntil(items, isEvent(log, said.seq))
        assert.deepStrictEqual(shape(seen.filter((item) => item._tag !== "CaughtUp")), [`MessagePosted ${said.seq}`])
      }
      const many = Array.from({ length: 500 }, () => ({ log, seq: Seq.make(1), mark: Mark.make("0123456789abcdef") }))
      const offers = Effect.forEach(Array.from({ length: 41 }), () => back.call.OfferCursors({ cursors: many }))
      if (lasting) assert.strictEqual((yield* failure(offers, "CapacityExceeded")).limit, 20_000)
    }),
  )

  it.effect("ReadLog pages a log of any age, in order and without a gap", () =>
    Effect.gen(function* () {
      const { ann, conversation, log } = yield* settled
      const { id: message } = yield* say(ann, conversation, "first")
      for (let count = 0; count < 4; count++) yield* say(ann, conversation)
      const edit = { commandId: commandId(), conversation, message, body: Body.make("second thoughts") }
      const { seq: head } = yield* ann.call.EditMessage(edit)
      const items: Array<SyncItem> = []
      let after = Seq.make(0)
      while (after < head) {
        const page = yield* ann.call.ReadLog({ log, after, limit: 3 })
        assert.strictEqual(page.head, head)
        items.push(...page.items)
        after = cursorsAfter(page.items)[0]?.seq ?? head
      }
      assert.deepStrictEqual(shape(items), [
        "RoomCreated 1",
        ...[2, 3, 4, 5, 6].map((seq) => `MessagePosted ${seq}`),
        "MessageEdited 7",
      ])
      const posted = items[1]
      assert(posted?._tag === "Event" && posted.event.type === "MessagePosted")
      assert.strictEqual(posted.event.data.message.body, "second thoughts", "a replay shows the text as it is now")
    }),
  )

  it.effect("ReadLog shows a newcomer nothing from before, and strangers nothing at all", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const { conversation } = yield* makeRoom(ann, "joined")
      const log = conversationLog(conversation)
      yield* say(ann, conversation, "not for Bob")
      yield* failure(bob.call.ReadLog({ log, after: Seq.make(0) }), "ConversationNotFound")
      const { seq } = yield* bob.call.JoinRoom({ commandId: commandId(), conversation })
      const { items } = yield* bob.call.ReadLog({ log, after: Seq.make(0) })
      assert.deepStrictEqual(shape(items), ["Skip", `MemberJoined ${seq}`])
      yield* failure(bob.call.ReadLog({ log: accountLog(ann.id), after: Seq.make(0) }), "ConversationNotFound")
      const none = conversationLog(ConversationId.make(randomUUID()))
      yield* failure(bob.call.ReadLog({ log: none, after: Seq.make(0) }), "ConversationNotFound")
    }),
  )
}
