import { CommandId, conversationLog, MessageId } from "@chat/domain/Ids"
import { Body, Seq } from "@chat/domain/Values"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { randomUUID } from "node:crypto"
import { Conversations } from "../../src/conversations/Conversations.ts"
import { RoomMembership } from "../../src/rooms/RoomMembership.ts"
import { Hub } from "../../src/hub/Hub.ts"
import { History } from "../../src/messages/History.ts"
import { Messages } from "../../src/messages/Messages.ts"
import { Positions } from "../../src/messages/Positions.ts"
import { config, layerCore, makeUser, openSync, takeUntil } from "../support/core.ts"
import { onEachDatabase } from "../support/databases.ts"

const commandId = () => CommandId.make(randomUUID())

onEachDatabase("Delivery", (database) => {
  const node = layerCore.pipe(Layer.provideMerge(Layer.mergeAll(database, Hub.layerMemory, config())))

  it.live("sends what happens, in order, after what there was", () =>
    Effect.gen(function* () {
      const conversations = yield* Conversations
      const messages = yield* Messages
      const positions = yield* Positions
      const history = yield* History
      const ann = yield* makeUser("ann")
      const bob = yield* makeUser("bob")
      const { conversation } = yield* conversations.openDirect(ann.id, { commandId: commandId(), user: bob.id })
      const sync = yield* openSync(bob.id)
      const start = yield* takeUntil(sync, (item) => item._tag === "CaughtUp")
      assert.deepStrictEqual(
        start.map((item) => item._tag),
        ["AccountSnapshot", "ConversationSnapshot", "CaughtUp"],
      )
      const id = MessageId.make(randomUUID())
      const receipt = yield* messages.post(ann.id, { conversation, id, body: Body.make("hello") })
      const again = yield* messages.post(ann.id, { conversation, id, body: Body.make("hello again") })
      assert.deepStrictEqual(again, receipt)
      const edited = yield* messages.edit(ann.id, {
        commandId: commandId(),
        conversation,
        message: id,
        body: Body.make("hello, Bob"),
      })
      const events = yield* takeUntil(sync, (item) => item._tag === "Event" && item.event.seq === edited.seq)
      assert.deepStrictEqual(
        events.map((item) => (item._tag === "Event" ? [item.event.seq, item.event.type] : [])),
        [
          [2, "MessagePosted"],
          [3, "MessageEdited"],
        ],
      )
      yield* positions.markRead(bob.id, conversation, Seq.make(99))
      const [moved] = yield* takeUntil(sync, (item) => item._tag === "PositionChanged")
      assert.deepStrictEqual(moved, {
        _tag: "PositionChanged",
        conversation,
        position: { seq: Seq.make(3), rev: 2 },
        unread: 0,
        mentions: 0,
      })
      const page = yield* history.page(bob.id, { conversation, limit: 20 })
      assert.deepStrictEqual(
        page.messages.map(({ body, rev }): ReadonlyArray<unknown> => [body, rev]),
        [["hello, Bob", 3]],
      )
    }).pipe(Effect.provide(node), Effect.scoped),
  )

  it.live("resumes from cursors", () =>
    Effect.gen(function* () {
      const rooms = yield* RoomMembership
      const messages = yield* Messages
      const ann = yield* makeUser("ann")
      const bob = yield* makeUser("bob")
      const room = yield* rooms.create(ann.id, {
        commandId: commandId(),
        name: "garden" as never,
        topic: "" as never,
        history: "joined",
      })
      const { conversation } = room
      yield* messages.post(ann.id, { conversation, id: MessageId.make(randomUUID()), body: Body.make("early") })
      const sync = yield* openSync(bob.id)
      yield* takeUntil(sync, (item) => item._tag === "CaughtUp")
      yield* rooms.join(bob.id, { commandId: commandId(), conversation })
      const snapshot = yield* takeUntil(sync, (item) => item._tag === "ConversationSnapshot")
      assert.deepStrictEqual(
        snapshot.map((item) => (item._tag === "Event" ? item.event.type : item._tag)),
        ["ConversationAppeared", "ConversationSnapshot"],
      )
      const last = snapshot.at(-1)
      assert(last?._tag === "ConversationSnapshot")
      assert.strictEqual(last.conversation.lastMessage, null)
      const left = yield* rooms.leave(bob.id, { commandId: commandId(), conversation })
      yield* messages.post(ann.id, { conversation, id: MessageId.make(randomUUID()), body: Body.make("late") })
      const rest = yield* takeUntil(sync, (item) => item._tag === "Event" && item.event.type === "ConversationGone")
      assert.deepStrictEqual(
        rest.map((item) => (item._tag === "Event" ? [item.event.log, item.event.seq] : [])),
        [
          [conversationLog(conversation), left.seq],
          [bob.id, 3],
        ],
      )
    }).pipe(Effect.provide(node), Effect.scoped),
  )
})
