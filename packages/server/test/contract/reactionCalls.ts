import { ConversationId, conversationLog } from "@chat/domain/Ids"
import { Emoji, Seq } from "@chat/domain/Values"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { commandId, failure, makeRoom, messageId, say, signUp } from "./people.ts"
import type { It } from "./suite.ts"

const thumb = Emoji.make("👍")
const heart = Emoji.make("❤️")

/** Two people in a room with a message of the first, and somebody who is not there. */
const room = Effect.gen(function* () {
  const ann = yield* signUp()
  const bob = yield* signUp()
  const eve = yield* signUp()
  const { conversation } = yield* makeRoom(ann)
  yield* bob.call.JoinRoom({ commandId: commandId(), conversation })
  const { id: message } = yield* say(ann, conversation)
  return { ann, bob, eve, conversation, message }
})

/** Who may not, for every call of those that change something. */
const refusals = Effect.gen(function* () {
  const { ann, eve, conversation, message } = yield* room
  const used = commandId()
  yield* ann.call.JoinRoom({ commandId: used, conversation })
  const { id: gone } = yield* say(ann, conversation)
  yield* ann.call.DeleteMessage({ commandId: commandId(), conversation, message: gone })
  const nowhere = ConversationId.make(randomUUID())
  return [
    ["NotMember", eve, { commandId: commandId(), conversation, message }],
    ["ConversationNotFound", eve, { commandId: commandId(), conversation: nowhere, message }],
    ["MessageNotFound", ann, { commandId: commandId(), conversation, message: messageId() }],
    ["MessageNotFound", ann, { commandId: commandId(), conversation, message: gone }],
    ["IdTaken", ann, { commandId: used, conversation, message }],
  ] as const
})

export const reactionCalls = (it: It): void => {
  it.effect("React puts an emoji under a message once, and everybody sees their own", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation, message } = yield* room
      const command = { commandId: commandId(), conversation, message, emoji: thumb }
      const [first, second] = yield* Effect.all([ann.call.React(command), ann.call.React(command)], {
        concurrency: "unbounded",
      })
      assert.deepStrictEqual(second, first)
      assert.deepStrictEqual(yield* ann.call.React({ ...command, commandId: commandId() }), first, "it was there")
      yield* bob.call.React({ ...command, commandId: commandId() })
      const last = yield* bob.call.React({ ...command, commandId: commandId(), emoji: heart })
      for (const [who, mine] of [
        [ann, [true, false]],
        [bob, [true, true]],
      ] as const) {
        const [found] = (yield* who.call.History({ conversation })).messages
        assert.deepStrictEqual(found?.reactions, [
          { emoji: thumb, count: 2, mine: mine[0] },
          { emoji: heart, count: 1, mine: mine[1] },
        ])
        assert.strictEqual(found?.rev, last.seq)
      }
      const { items } = yield* bob.call.ReadLog({ log: conversationLog(conversation), after: Seq.make(last.seq - 1) })
      const [item] = items
      assert(item?._tag === "Event" && item.event.type === "ReactionAdded")
      assert.deepStrictEqual([item.event.actor?.id, item.event.data.emoji], [bob.id, heart])
    }),
  )

  it.effect("Unreact takes back one's own emoji, once", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation, message } = yield* room
      const target = { conversation, message, emoji: thumb }
      yield* bob.call.React({ ...target, commandId: commandId() })
      const none = yield* ann.call.Unreact({ ...target, commandId: commandId() })
      const command = { ...target, commandId: commandId() }
      const taken = yield* bob.call.Unreact(command)
      assert.strictEqual(taken.seq, none.seq + 1, "what was not there changes nothing")
      assert.deepStrictEqual(yield* bob.call.Unreact(command), taken)
      const [found] = (yield* ann.call.History({ conversation })).messages
      assert.deepStrictEqual([found?.reactions, found?.rev], [[], taken.seq])
    }),
  )

  it.effect("ListReactions says who, by pages, to whoever can see the message", () =>
    Effect.gen(function* () {
      const { ann, bob, eve, conversation, message } = yield* room
      const target = { conversation, message }
      for (const [who, emoji] of [
        [ann, thumb],
        [bob, thumb],
        [bob, heart],
      ] as const) {
        yield* who.call.React({ ...target, commandId: commandId(), emoji })
      }
      const first = yield* ann.call.ListReactions({ ...target, limit: 2 })
      assert.isNotNull(first.next)
      const rest = yield* ann.call.ListReactions({ ...target, after: first.next ?? Seq.make(0), limit: 2 })
      assert.deepStrictEqual(
        [...first.reactions, ...rest.reactions].map(({ user, emoji }) => [user.id, emoji]),
        [
          [ann.id, thumb],
          [bob.id, thumb],
          [bob.id, heart],
        ],
      )
      assert.isNull(rest.next)
      assert.strictEqual(rest.asOf, rest.reactions[0]?.seq)
      yield* failure(eve.call.ListReactions(target), "ConversationNotFound")
      yield* failure(ann.call.ListReactions({ conversation, message: messageId() }), "MessageNotFound")
    }),
  )

  it.effect("React, Unreact, PinMessage and UnpinMessage refuse the same people", () =>
    Effect.gen(function* () {
      for (const [tag, who, target] of yield* refusals) {
        yield* failure(who.call.React({ ...target, emoji: thumb }), tag)
        yield* failure(who.call.Unreact({ ...target, emoji: thumb }), tag)
        yield* failure(who.call.PinMessage(target), tag)
        yield* failure(who.call.UnpinMessage(target), tag)
      }
    }),
  )

  it.effect("PinMessage and UnpinMessage keep a message in view, and ListPins has the newest pin first", () =>
    Effect.gen(function* () {
      const { ann, bob, eve, conversation, message } = yield* room
      const { id: second } = yield* say(ann, conversation)
      const command = { commandId: commandId(), conversation, message }
      const first = yield* ann.call.PinMessage(command)
      assert.deepStrictEqual(yield* ann.call.PinMessage(command), first)
      assert.deepStrictEqual(yield* ann.call.PinMessage({ ...command, commandId: commandId() }), first)
      const last = yield* ann.call.PinMessage({ commandId: commandId(), conversation, message: second })
      const pins = yield* bob.call.ListPins({ conversation })
      assert.deepStrictEqual(
        pins.messages.map(({ id, pinned, rev }) => [id, pinned?.at, pinned?.by.id, rev]),
        [
          [second, last.at, ann.id, last.seq],
          [message, first.at, ann.id, first.seq],
        ],
      )
      assert.strictEqual(pins.asOf, last.seq)
      const gone = { commandId: commandId(), conversation, message }
      const unpinned = yield* ann.call.UnpinMessage(gone)
      assert.deepStrictEqual(yield* ann.call.UnpinMessage(gone), unpinned)
      assert.deepStrictEqual(yield* ann.call.UnpinMessage({ ...gone, commandId: commandId() }), unpinned)
      assert.deepStrictEqual(
        (yield* bob.call.ListPins({ conversation })).messages.map(({ id }) => id),
        [second],
      )
      yield* failure(eve.call.ListPins({ conversation }), "ConversationNotFound")
    }),
  )

  it.effect("PinMessage is for owner and moderators of a room, and for either of two people", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation, message } = yield* room
      const pin = { commandId: commandId(), conversation, message }
      assert.strictEqual((yield* failure(bob.call.PinMessage(pin), "Forbidden")).action, "pin")
      yield* ann.call.PinMessage({ ...pin, commandId: commandId() })
      yield* failure(bob.call.UnpinMessage({ ...pin, commandId: commandId() }), "Forbidden")
      yield* ann.call.SetMemberRole({ commandId: commandId(), conversation, user: bob.id, role: "moderator" })
      yield* bob.call.UnpinMessage({ ...pin, commandId: commandId() })
      const { conversation: direct } = yield* ann.call.OpenDirect({ commandId: commandId(), user: bob.id })
      const { id } = yield* say(ann, direct)
      yield* bob.call.PinMessage({ commandId: commandId(), conversation: direct, message: id })
    }),
  )

  it.effect("React and PinMessage change nothing in an archived room", () =>
    Effect.gen(function* () {
      const { ann, conversation, message } = yield* room
      yield* ann.call.UpdateRoom({ commandId: commandId(), conversation, changes: { archived: true } })
      const target = () => ({ commandId: commandId(), conversation, message })
      yield* failure(ann.call.React({ ...target(), emoji: thumb }), "RoomArchived")
      yield* failure(ann.call.Unreact({ ...target(), emoji: thumb }), "RoomArchived")
      yield* failure(ann.call.PinMessage(target()), "RoomArchived")
      yield* failure(ann.call.UnpinMessage(target()), "RoomArchived")
    }),
  )

  it.effect("DeleteMessage takes reactions and pins along", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation, message } = yield* room
      yield* bob.call.React({ commandId: commandId(), conversation, message, emoji: thumb })
      yield* ann.call.PinMessage({ commandId: commandId(), conversation, message })
      yield* ann.call.DeleteMessage({ commandId: commandId(), conversation, message })
      const [found] = (yield* bob.call.History({ conversation })).messages
      assert.deepStrictEqual([found?.reactions, found?.pinned], [[], null])
      assert.deepStrictEqual((yield* bob.call.ListPins({ conversation })).messages, [])
    }),
  )
}
