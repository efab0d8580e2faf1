import { ConversationId } from "@chat/domain/Ids"
import { Body, Seq, Topic } from "@chat/domain/Values"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { messagesBurst } from "../support/node.ts"
import { commandId, failure, makeRoom, messageId, newRoomName, say, signUp } from "./people.ts"
import type { It } from "./suite.ts"

const nowhere = () => ConversationId.make(randomUUID())
const body = Body.make("hello")
const tooLong = Body.make("🌱".repeat(4_001))

/** Somebody who made a room, somebody in it and somebody who is not. */
const room = Effect.gen(function* () {
  const ann = yield* signUp()
  const bob = yield* signUp()
  const eve = yield* signUp()
  const { conversation } = yield* makeRoom(ann)
  yield* bob.call.JoinRoom({ commandId: commandId(), conversation })
  return { ann, bob, eve, conversation }
})

export const messageCalls = (it: It): void => {
  it.effect("PostMessage posts one message, however often it is repeated", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation } = yield* room
      const text = Body.make("  *Hello*, 世界 🌍\n\tas written\u200d ")
      const command = { conversation, id: messageId(), body: text }
      const post = ann.call.PostMessage(command)
      const receipts = yield* Effect.all(
        Array.from({ length: 8 }, () => post),
        { concurrency: "unbounded" },
      )
      const later = yield* ann.call.PostMessage({ ...command, body })
      for (const receipt of receipts) assert.deepStrictEqual(receipt, later)
      const { messages } = yield* bob.call.History({ conversation })
      assert.deepStrictEqual(
        messages.map((message) => [message.id, message.body, message.seq, message.author.id]),
        [[command.id, text, later.seq, ann.id]],
      )
    }),
  )

  it.effect("PostMessage refuses what is too long, who is no member and ids in use", () =>
    Effect.gen(function* () {
      const { ann, bob, eve, conversation } = yield* room
      const long = yield* failure(ann.call.PostMessage({ conversation, id: messageId(), body: tooLong }), "TooLarge")
      assert.deepStrictEqual([long.what, long.limit, long.actual], ["message", 4_000, 4_001])
      yield* failure(eve.call.PostMessage({ conversation, id: messageId(), body }), "NotMember")
      yield* failure(eve.call.PostMessage({ conversation: nowhere(), id: messageId(), body }), "ConversationNotFound")
      const said = yield* say(ann, conversation)
      const taken = yield* failure(bob.call.PostMessage({ conversation, id: said.id, body }), "IdTaken")
      assert.strictEqual(taken.id, said.id)
    }),
  )

  it.effect("PostMessage answers a repeat after its author has left", () =>
    Effect.gen(function* () {
      const { bob, conversation } = yield* room
      const { id, ...receipt } = yield* say(bob, conversation)
      yield* bob.call.LeaveRoom({ commandId: commandId(), conversation })
      assert.deepStrictEqual(yield* bob.call.PostMessage({ conversation, id, body }), receipt)
      yield* failure(bob.call.PostMessage({ conversation, id: messageId(), body }), "NotMember")
    }),
  )

  it.effect("what was said while somebody was away is not shown to them, nor in their list", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const { conversation } = yield* ann.call.CreateRoom({
        commandId: commandId(),
        name: newRoomName(),
        topic: Topic.make(""),
        history: "joined",
      })
      yield* bob.call.JoinRoom({ commandId: commandId(), conversation })
      const heard = yield* say(ann, conversation)
      yield* bob.call.LeaveRoom({ commandId: commandId(), conversation })
      yield* say(ann, conversation)
      yield* bob.call.JoinRoom({ commandId: commandId(), conversation })
      const { messages } = yield* bob.call.History({ conversation })
      assert.deepStrictEqual(
        messages.map(({ id }) => id),
        [heard.id],
      )
      assert.strictEqual((yield* bob.call.GetConversation({ conversation })).lastMessage?.id, heard.id)
    }),
  )

  it.effect("PostMessage is limited per user, and says when to go on", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const { conversation } = yield* makeRoom(ann)
      const exits = yield* Effect.all(
        Array.from({ length: messagesBurst + 30 }, () =>
          Effect.result(ann.call.PostMessage({ conversation, id: messageId(), body })),
        ),
        { concurrency: 60 },
      )
      const refused = exits.flatMap((result) => (result._tag === "Failure" ? [result.failure] : []))
      assert.isNotEmpty(refused)
      for (const error of refused) {
        assert(error._tag === "RateLimited")
        assert.isAbove(error.retryAfter, 0)
      }
      const { seq } = yield* ann.call.GetConversation({ conversation })
      assert.strictEqual(seq, 1 + exits.length - refused.length)
    }),
  )

  it.effect("EditMessage changes one's own message once", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation } = yield* room
      const { id: message, seq } = yield* say(ann, conversation)
      const command = { commandId: commandId(), conversation, message, body: Body.make("changed") }
      const [first, second] = yield* Effect.all([ann.call.EditMessage(command), ann.call.EditMessage(command)], {
        concurrency: "unbounded",
      })
      assert.deepStrictEqual(second, first)
      const same = yield* ann.call.EditMessage({ ...command, commandId: commandId() })
      assert.deepStrictEqual(same, first, "the same text changes nothing")
      const [found] = (yield* bob.call.History({ conversation })).messages
      assert.deepStrictEqual([found?.body, found?.seq, found?.rev], ["changed", seq, first.seq])
      assert.strictEqual(found?.editedAt, first.at)
    }),
  )

  it.effect("EditMessage and DeleteMessage refuse the same people", () =>
    Effect.gen(function* () {
      const { ann, bob, eve, conversation } = yield* room
      const { id: message } = yield* say(ann, conversation)
      const used = commandId()
      yield* ann.call.JoinRoom({ commandId: used, conversation })
      const attempts = [
        ["NotAuthor", bob, { commandId: commandId(), conversation, message }],
        ["NotMember", eve, { commandId: commandId(), conversation, message }],
        ["ConversationNotFound", eve, { commandId: commandId(), conversation: nowhere(), message }],
        ["MessageNotFound", ann, { commandId: commandId(), conversation, message: messageId() }],
        ["IdTaken", ann, { commandId: used, conversation, message }],
      ] as const
      for (const [tag, who, target] of attempts) {
        yield* failure(who.call.EditMessage({ ...target, body }), tag)
        yield* failure(who.call.DeleteMessage(target), tag)
      }
      const edit = { commandId: commandId(), conversation, message, body: tooLong }
      assert.strictEqual((yield* failure(ann.call.EditMessage(edit), "TooLarge")).limit, 4_000)
    }),
  )

  it.effect("DeleteMessage leaves a tombstone without text, once", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation } = yield* room
      const { id: message } = yield* say(ann, conversation)
      const command = { commandId: commandId(), conversation, message }
      const [first, second] = yield* Effect.all([ann.call.DeleteMessage(command), ann.call.DeleteMessage(command)], {
        concurrency: "unbounded",
      })
      assert.deepStrictEqual(second, first)
      assert.deepStrictEqual(yield* ann.call.DeleteMessage({ ...command, commandId: commandId() }), first)
      const [found] = (yield* bob.call.History({ conversation })).messages
      assert.deepStrictEqual(
        [found?.id, found?.body, found?.deletedAt, found?.rev],
        [message, null, first.at, first.seq],
      )
      yield* failure(ann.call.EditMessage({ ...command, commandId: commandId(), body }), "MessageNotFound")
    }),
  )

  it.effect("History comes in pages, in both directions", () =>
    Effect.gen(function* () {
      const { ann, eve, conversation } = yield* room
      const said: Array<Seq> = []
      for (let count = 0; count < 25; count++) said.push((yield* say(ann, conversation)).seq)
      const newest = yield* ann.call.History({ conversation })
      assert.deepStrictEqual(
        newest.messages.map(({ seq }) => seq),
        said.slice(-20),
      )
      assert.deepStrictEqual([newest.more, newest.asOf], [true, said.at(-1)])
      const before = yield* ann.call.History({ conversation, before: newest.from, limit: 100 })
      assert.deepStrictEqual(
        before.messages.map(({ seq }) => seq),
        said.slice(0, 5),
      )
      assert.isFalse(before.more)
      const after = yield* ann.call.History({ conversation, after: Seq.make(0), limit: 3 })
      assert.deepStrictEqual(
        after.messages.map(({ seq }) => seq),
        said.slice(0, 3),
      )
      assert.isTrue(after.more)
      yield* failure(ann.call.History({ conversation, before: Seq.make(9), after: Seq.make(1) }), "BadRequest")
      yield* failure(eve.call.History({ conversation }), "ConversationNotFound")
      yield* failure(eve.call.History({ conversation: nowhere() }), "ConversationNotFound")
    }),
  )

  it.effect("MarkRead never goes back", () =>
    Effect.gen(function* () {
      const { ann, bob, eve, conversation } = yield* room
      yield* say(ann, conversation)
      const last = yield* say(ann, conversation)
      assert.strictEqual((yield* bob.call.GetConversation({ conversation })).unread, 2)
      const moved = yield* bob.call.MarkRead({ conversation, seq: last.seq })
      assert.strictEqual(moved.seq, last.seq)
      assert.deepStrictEqual(yield* bob.call.MarkRead({ conversation, seq: last.seq }), moved)
      assert.deepStrictEqual(yield* bob.call.MarkRead({ conversation, seq: Seq.make(1) }), moved)
      assert.strictEqual((yield* bob.call.GetConversation({ conversation })).unread, 0)
      yield* failure(eve.call.MarkRead({ conversation, seq: last.seq }), "NotMember")
      yield* failure(eve.call.MarkRead({ conversation: nowhere(), seq: last.seq }), "ConversationNotFound")
    }),
  )
}
