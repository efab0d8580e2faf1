import { accountLog, ConversationId, conversationLog } from "@chat/domain/Ids"
import { applyAll } from "@chat/domain/state/apply"
import { cursors, empty } from "@chat/domain/state/State"
import { Seq, Timestamp } from "@chat/domain/Values"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { again, commandId, failure, follow, isCaughtUp, makeRoom, messageId, say, signUp } from "./people.ts"
import { Transport } from "./transports.ts"
import { takeUntil } from "../support/core.ts"
import type { It } from "./suite.ts"

/** Two people in a room, where the first has said three things that the second has not read. */
const room = Effect.gen(function* () {
  const ann = yield* signUp()
  const bob = yield* signUp()
  const { conversation } = yield* makeRoom(ann)
  yield* bob.call.JoinRoom({ commandId: commandId(), conversation })
  const said = [yield* say(ann, conversation, "one"), yield* say(ann, conversation, "two")] as const
  return { ann, bob, conversation, said, last: yield* say(ann, conversation, "three") }
})

export const personalCalls = (it: It): void => {
  it.effect("HideMessage deletes a message for oneself alone, wherever it comes", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation, last } = yield* room
      const command = { commandId: commandId(), conversation, message: last.id }
      const first = yield* bob.call.HideMessage(command)
      assert.deepStrictEqual(yield* bob.call.HideMessage(command), first)
      assert.deepStrictEqual(yield* bob.call.HideMessage({ ...command, commandId: commandId() }), first)
      const { messages } = yield* bob.call.History({ conversation })
      assert.deepStrictEqual(
        messages.map(({ body, hidden }): ReadonlyArray<unknown> => [body, hidden]),
        [
          ["one", false],
          ["two", false],
          [null, true],
        ],
      )
      const { unread, lastMessage, position } = yield* bob.call.GetConversation({ conversation })
      assert.deepStrictEqual([unread, lastMessage?.body, lastMessage?.hidden], [2, null, true])
      assert.strictEqual(position.rev, 2)
      const log = conversationLog(conversation)
      const { items } = yield* bob.call.ReadLog({ log, after: Seq.make(last.seq - 1) })
      const [item] = items
      assert(item?._tag === "Event" && item.event.type === "MessagePosted")
      assert.deepStrictEqual([item.event.data.message.body, item.event.data.message.hidden], [null, true])
      assert.deepStrictEqual((yield* bob.call.SearchMessages({ query: "three" })).hits, [])
      assert.strictEqual((yield* ann.call.GetConversation({ conversation })).lastMessage?.body, "three")
      const own = yield* bob.call.ReadLog({ log: accountLog(bob.id), after: Seq.make(first.seq - 1) })
      assert(own.items[0]?._tag === "Event" && own.items[0].event.type === "MessageHidden")
      assert.deepStrictEqual(own.items[0].event.data, { conversation, messageId: last.id, seq: last.seq })
    }),
  )

  it.effect("HideMessage and StarMessage refuse what cannot be seen, and ids in use", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation, last } = yield* room
      const eve = yield* signUp()
      const { id: gone } = yield* say(ann, conversation)
      yield* ann.call.DeleteMessage({ commandId: commandId(), conversation, message: gone })
      const used = commandId()
      yield* bob.call.JoinRoom({ commandId: used, conversation })
      const elsewhere = yield* makeRoom(ann)
      for (const [tag, who, target] of [
        ["MessageNotFound", eve, { commandId: commandId(), conversation, message: last.id }],
        ["MessageNotFound", ann, { commandId: commandId(), conversation, message: messageId() }],
        ["MessageNotFound", ann, { commandId: commandId(), conversation, message: gone }],
        ["MessageNotFound", ann, { commandId: commandId(), conversation: elsewhere.conversation, message: last.id }],
        ["IdTaken", bob, { commandId: used, conversation, message: last.id }],
      ] as const) {
        yield* failure(who.call.HideMessage(target), tag)
        yield* failure(who.call.StarMessage(target), tag)
      }
      yield* failure(bob.call.UnstarMessage({ commandId: used, conversation, message: last.id }), "IdTaken")
    }),
  )

  it.effect("StarMessage and UnstarMessage keep a list, the last first, without what cannot be seen", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation, said, last } = yield* room
      const target = (message: typeof last.id) => ({ commandId: commandId(), conversation, message })
      const command = target(said[0].id)
      const first = yield* bob.call.StarMessage(command)
      assert.deepStrictEqual(yield* bob.call.StarMessage(command), first)
      assert.deepStrictEqual(yield* bob.call.StarMessage(target(said[0].id)), first)
      const second = yield* bob.call.StarMessage(target(last.id))
      yield* bob.call.StarMessage(target(said[1].id))
      const page = yield* bob.call.ListStars({ limit: 2 })
      assert.isNotNull(page.next)
      const rest = yield* bob.call.ListStars({ before: page.next ?? Seq.make(0), limit: 2 })
      assert.deepStrictEqual(
        [...page.stars, ...rest.stars].map(({ message }): unknown => message.body),
        ["two", "three", "one"],
      )
      assert.deepStrictEqual([page.stars[1]?.seq, rest.stars[0]?.seq, rest.next], [second.seq, first.seq, null])
      yield* ann.call.DeleteMessage(target(said[1].id))
      yield* bob.call.HideMessage(target(last.id))
      const gone = target(said[0].id)
      const left = yield* bob.call.ListStars({})
      assert.deepStrictEqual(
        left.stars.map(({ message }) => message.id),
        [said[0].id],
      )
      const taken = yield* bob.call.UnstarMessage(gone)
      assert.deepStrictEqual(yield* bob.call.UnstarMessage(gone), taken)
      assert.deepStrictEqual(yield* bob.call.UnstarMessage(target(said[0].id)), taken)
      const { stars, asOf } = yield* bob.call.ListStars({})
      assert.deepStrictEqual([stars, asOf], [[], taken.seq])
      assert.deepStrictEqual((yield* ann.call.ListStars({})).stars, [])
    }),
  )

  it.effect("MarkUnread takes the position back, and MarkRead on again", () =>
    Effect.gen(function* () {
      const { bob, conversation, said, last } = yield* room
      const unread = Effect.map(bob.call.GetConversation({ conversation }), (found) => found.unread)
      const read = yield* bob.call.MarkRead({ conversation, seq: last.seq })
      const back = yield* bob.call.MarkUnread({ conversation, seq: said[1].seq })
      assert.deepStrictEqual([back.seq, back.rev, yield* unread], [said[1].seq - 1, read.rev + 1, 2])
      assert.deepStrictEqual(yield* bob.call.MarkUnread({ conversation, seq: last.seq }), back, "it is unread already")
      assert.deepStrictEqual(yield* bob.call.MarkRead({ conversation, seq: said[0].seq }), back)
      const again = yield* bob.call.MarkRead({ conversation, seq: last.seq })
      assert.deepStrictEqual([again.seq, yield* unread], [last.seq, 0])
      const eve = yield* signUp()
      yield* failure(eve.call.MarkUnread({ conversation, seq: last.seq }), "NotMember")
      const nowhere = ConversationId.make(randomUUID())
      yield* failure(eve.call.MarkUnread({ conversation: nowhere, seq: last.seq }), "ConversationNotFound")
    }),
  )

  it.effect("SetNotifications says what one wants to be told of, until it is said anew", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation } = yield* room
      const shown = Effect.map(bob.call.GetConversation({ conversation }), (found) => found.notifications)
      assert.isUndefined(yield* shown)
      const until = Timestamp.make("2100-01-01T00:00:00.000Z")
      const first = yield* bob.call.SetNotifications({ conversation, level: "none", until })
      assert.deepStrictEqual(yield* shown, { level: "none", until })
      yield* bob.call.SetNotifications({ conversation, level: "mentions" })
      assert.deepStrictEqual(yield* shown, { level: "mentions" })
      const last = yield* bob.call.SetNotifications({ conversation, level: "all", until })
      assert.deepStrictEqual([yield* shown, last.rev], [undefined, first.rev + 2])
      assert.isUndefined((yield* ann.call.GetConversation({ conversation })).notifications)
      const eve = yield* signUp()
      yield* failure(eve.call.SetNotifications({ conversation, level: "none" }), "NotMember")
      const nowhere = ConversationId.make(randomUUID())
      yield* failure(eve.call.SetNotifications({ conversation: nowhere, level: "none" }), "ConversationNotFound")
    }),
  )

  it.effect("SetNotifications reaches the other devices live, and those that come back", () =>
    Effect.gen(function* () {
      const { lasting } = yield* Transport
      if (!lasting) return
      const { bob, conversation } = yield* room
      const first = yield* follow(bob)
      const before = applyAll(empty, yield* takeUntil(first.items, isCaughtUp))
      yield* bob.call.SetNotifications({ conversation, level: "mentions" })
      const live = applyAll(before, yield* takeUntil(first.items, ({ _tag }) => _tag === "PositionChanged"))
      const other = yield* again(bob)
      const stamp = before.stamp
      assert.isNotNull(stamp)
      const back = yield* follow(other, { cursors: cursors(before), ...(stamp === null ? {} : { stamp }) })
      const later = applyAll(before, yield* takeUntil(back.items, isCaughtUp))
      for (const state of [live, later]) {
        assert.deepStrictEqual(state.conversations.get(conversation)?.notifications, { level: "mentions" })
      }
    }),
  )
}
