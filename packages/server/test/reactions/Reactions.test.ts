import { CommandId, MessageId, type UserId } from "@chat/domain/Ids"
import { defaultLimits } from "@chat/domain/Limits"
import { Body, Emoji, RoomName, Seq, Topic } from "@chat/domain/Values"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { randomUUID } from "node:crypto"
import { Conversations } from "../../src/conversations/Conversations.ts"
import { RoomMembership } from "../../src/rooms/RoomMembership.ts"
import { Hub } from "../../src/hub/Hub.ts"
import { History } from "../../src/messages/History.ts"
import { Messages } from "../../src/messages/Messages.ts"
import { Pins } from "../../src/reactions/Pins.ts"
import { Reactions } from "../../src/reactions/Reactions.ts"
import { Database } from "../../src/storage/Database.ts"
import { config, layerCore, makeUser, openSync, takeUntil } from "../support/core.ts"
import { onEachDatabase } from "../support/databases.ts"

const commandId = () => CommandId.make(randomUUID())
const emojis = ["👍", "❤️", "🎉", "👀", "🚀", "😄", "😕"].map((emoji) => Emoji.make(emoji))
const limits = { ...defaultLimits, reactionsPerPerson: 3, reactionsPerMessage: 4, pins: 2 }

onEachDatabase("Reactions", (database) => {
  const node = layerCore.pipe(Layer.provideMerge(Layer.mergeAll(database, Hub.layerMemory, config({ limits }))))

  /** Ann's room with a message of hers, and Bob in it. */
  const room = Effect.gen(function* () {
    const rooms = yield* RoomMembership
    const ann = yield* makeUser("ann")
    const bob = yield* makeUser("bob")
    const { conversation } = yield* rooms.create(ann.id, {
      commandId: commandId(),
      name: RoomName.make("garden"),
      topic: Topic.make(""),
      history: "joined",
    })
    const post = Effect.fnUntraced(function* () {
      const { post } = yield* Messages
      const id = MessageId.make(randomUUID())
      yield* post(ann.id, { conversation, id, body: Body.make("hello") })
      return id
    })
    const before = yield* post()
    yield* rooms.join(bob.id, { commandId: commandId(), conversation })
    return { ann, bob, conversation, before, message: yield* post(), post }
  })

  it.live("are limited for a person and for a message, however many come at once", () =>
    Effect.gen(function* () {
      const { add, page } = yield* Reactions
      const { ann, bob, conversation, message } = yield* room
      const results = yield* Effect.forEach(
        [ann, bob].flatMap(({ id }) => emojis.map((emoji) => ({ id, emoji }))),
        ({ id, emoji }) => Effect.result(add(id, { commandId: commandId(), conversation, message, emoji })),
        { concurrency: "unbounded" },
      )
      const refused = results.flatMap((result) => (result._tag === "Failure" ? [result.failure] : []))
      for (const error of refused) assert.strictEqual(error._tag, "CapacityExceeded")
      const { reactions } = yield* page(ann.id, { conversation, message, after: Seq.make(0), limit: 100 })
      assert.strictEqual(reactions.length, results.length - refused.length)
      for (const { id } of [ann, bob]) assert.isAtMost(reactions.filter(({ user }) => user.id === id).length, 3)
      assert.isAtMost(new Set(reactions.map(({ emoji }) => emoji)).size, 4)
      assert.isAbove(reactions.length, 2)
    }).pipe(Effect.provide(node), Effect.scoped),
  )

  it.live("count one person once, whoever else reacts at the same moment", () =>
    Effect.gen(function* () {
      const { add } = yield* Reactions
      const history = yield* History
      const { ann, bob, conversation, message } = yield* room
      const [emoji = Emoji.make("👍")] = emojis
      const receipts = yield* Effect.all(
        [ann, ann, bob, bob].map(({ id }) => add(id, { commandId: commandId(), conversation, message, emoji })),
        { concurrency: "unbounded" },
      )
      assert.strictEqual(new Set(receipts.map(({ seq }) => seq)).size, 2)
      const { messages } = yield* history.page(bob.id, { conversation, limit: 20 })
      assert.deepStrictEqual(messages.at(-1)?.reactions, [{ emoji, count: 2, mine: true }])
    }).pipe(Effect.provide(node), Effect.scoped),
  )

  it.live("come live to each as they see them", () =>
    Effect.gen(function* () {
      const { add } = yield* Reactions
      const { ann, bob, conversation, message } = yield* room
      const syncs = [yield* openSync(ann.id), yield* openSync(bob.id)]
      for (const sync of syncs) yield* takeUntil(sync, (item) => item._tag === "CaughtUp")
      const [emoji = Emoji.make("👍")] = emojis
      const { seq } = yield* add(bob.id, { commandId: commandId(), conversation, message, emoji })
      const seen = yield* Effect.forEach(syncs, (sync) =>
        takeUntil(sync, (item) => item._tag === "Event" && item.event.seq === seq),
      )
      const mine = seen.map((items) => {
        const last = items.at(-1)
        assert(last?._tag === "Event" && last.event.type === "ReactionAdded")
        return last.event.data.message.reactions[0]?.mine
      })
      assert.deepStrictEqual(mine, [false, true])
    }).pipe(Effect.provide(node), Effect.scoped),
  )

  it.live("and pins are for who can see the message only", () =>
    Effect.gen(function* () {
      const { add, page } = yield* Reactions
      const pins = yield* Pins
      const { ann, bob, conversation, before } = yield* room
      const [emoji = Emoji.make("👍")] = emojis
      const target = { conversation, message: before }
      yield* add(ann.id, { ...target, commandId: commandId(), emoji })
      yield* pins.pin(ann.id, { ...target, commandId: commandId() })
      const refusals = [
        Effect.asVoid(add(bob.id, { ...target, commandId: commandId(), emoji })),
        Effect.asVoid(page(bob.id, { ...target, after: Seq.make(0), limit: 20 })),
      ]
      for (const refusal of refusals) assert.strictEqual((yield* Effect.flip(refusal))._tag, "MessageNotFound")
      assert.deepStrictEqual((yield* pins.list(bob.id, conversation)).messages, [])
      assert.strictEqual((yield* pins.list(ann.id, conversation)).messages.length, 1)
    }).pipe(Effect.provide(node), Effect.scoped),
  )

  /** Ann and Bob one to one, three messages of hers and Bob's first reaction, when she blocks him. */
  const silence = Effect.gen(function* () {
    const { write: sql } = yield* Database
    const { openDirect } = yield* Conversations
    const { post } = yield* Messages
    const { add } = yield* Reactions
    const ann = yield* makeUser("ann")
    const bob = yield* makeUser("bob")
    const { conversation } = yield* openDirect(ann.id, { commandId: commandId(), user: bob.id })
    const ids = [1, 2, 3].map(() => MessageId.make(randomUUID()))
    for (const id of ids) yield* post(ann.id, { conversation, id, body: Body.make("hello") })
    const [message = MessageId.make(randomUUID())] = ids
    const target = { conversation, message }
    const [emoji = Emoji.make("👍")] = emojis
    yield* add(bob.id, { ...target, commandId: commandId(), emoji })
    yield* sql`INSERT INTO blocks (account_id, blocked_id, since) VALUES (${ann.id}, ${bob.id}, now())`
    return { ann, bob, conversation, ids, target, emoji }
  })

  it.live("of somebody who is blocked are in nobody's way, and stay as they were", () =>
    Effect.gen(function* () {
      const { add, remove, page } = yield* Reactions
      const history = yield* History
      const { ann, bob, conversation, target, emoji: first } = yield* silence
      const [, second, third, ...others] = emojis
      assert(second !== undefined && third !== undefined)
      const react = (account: UserId, emoji: Emoji) => add(account, { ...target, commandId: commandId(), emoji })
      yield* react(bob.id, second)
      yield* react(bob.id, third)
      yield* remove(bob.id, { ...target, commandId: commandId(), emoji: first })
      // Three of hers and the one that she saw before are all that fits, as she sees it.
      for (const emoji of others.slice(0, 3)) yield* react(ann.id, emoji)
      assert.strictEqual((yield* Effect.flip(react(ann.id, first)))._tag, "CapacityExceeded")
      const seen = Effect.fnUntraced(function* (account: UserId) {
        const { reactions } = yield* page(account, { ...target, after: Seq.make(0), limit: 100 })
        const { messages } = yield* history.page(account, { conversation, limit: 3 })
        const counted = messages[0]?.reactions.map(({ emoji, count }) => [emoji, count])
        assert.deepStrictEqual(
          reactions.map(({ emoji }) => [emoji, 1]),
          counted,
        )
        return reactions.map(({ emoji }) => emoji)
      })
      assert.deepStrictEqual(yield* seen(ann.id), [first, ...others.slice(0, 3)])
      assert.deepStrictEqual(yield* seen(bob.id), [second, third, ...others.slice(0, 3)])
    }).pipe(Effect.provide(node), Effect.scoped),
  )

  it.live("pins of somebody who is blocked are in nobody's way", () =>
    Effect.gen(function* () {
      const { pin, list } = yield* Pins
      const { ann, bob, conversation, ids } = yield* silence
      const put = (account: UserId, message: MessageId) =>
        pin(account, { commandId: commandId(), conversation, message })
      const [one, two, three] = ids
      assert(one !== undefined && two !== undefined && three !== undefined)
      yield* put(bob.id, one)
      yield* put(bob.id, two)
      assert.strictEqual((yield* Effect.flip(put(bob.id, three)))._tag, "CapacityExceeded")
      yield* put(ann.id, two)
      yield* put(ann.id, three)
      const pinned = (account: UserId) =>
        Effect.map(list(account, conversation), ({ messages }) => messages.map(({ id }) => id))
      assert.deepStrictEqual(yield* pinned(ann.id), [three, two])
      assert.deepStrictEqual(new Set(yield* pinned(bob.id)), new Set(ids))
    }).pipe(Effect.provide(node), Effect.scoped),
  )

  it.live("of pins there is a limit for each conversation", () =>
    Effect.gen(function* () {
      const pins = yield* Pins
      const messages = yield* Messages
      const { ann, bob, conversation, message, post } = yield* room
      const ids = [message, yield* post(), yield* post()]
      const results = yield* Effect.forEach(
        ids,
        (id) => Effect.result(pins.pin(ann.id, { commandId: commandId(), conversation, message: id })),
        { concurrency: "unbounded" },
      )
      assert.strictEqual(results.filter(({ _tag }) => _tag === "Success").length, 2)
      const [first] = (yield* pins.list(bob.id, conversation)).messages
      assert.isDefined(first)
      yield* messages.delete(ann.id, { commandId: commandId(), conversation, message: first?.id ?? message })
      const third = ids[results.findIndex(({ _tag }) => _tag === "Failure")] ?? message
      yield* pins.pin(ann.id, { commandId: commandId(), conversation, message: third })
    }).pipe(Effect.provide(node), Effect.scoped),
  )
})
