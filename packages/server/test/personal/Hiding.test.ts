import { CommandId, type ConversationId, MessageId, type UserId } from "@chat/domain/Ids"
import { applyAll } from "@chat/domain/state/apply"
import { cursors, empty, type State } from "@chat/domain/state/State"
import type { SyncItem } from "@chat/domain/Sync"
import { Body } from "@chat/domain/Values"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { randomUUID } from "node:crypto"
import { ConversationReader } from "../../src/conversations/ConversationReader.ts"
import { Conversations } from "../../src/conversations/Conversations.ts"
import { Hub } from "../../src/hub/Hub.ts"
import { Messages } from "../../src/messages/Messages.ts"
import { Hiding } from "../../src/personal/Hiding.ts"
import { config, layerCore, makeUser, openSync, takeUntil } from "../support/core.ts"
import { onEachDatabase } from "../support/databases.ts"

const commandId = () => CommandId.make(randomUUID())
const isCaughtUp = (item: SyncItem) => item._tag === "CaughtUp"

onEachDatabase("Hiding", (database) => {
  const node = layerCore.pipe(Layer.provideMerge(Layer.mergeAll(database, Hub.layerMemory, config())))

  const say = Effect.fnUntraced(function* (author: UserId, conversation: ConversationId) {
    const { post } = yield* Messages
    const id = MessageId.make(randomUUID())
    yield* post(author, { conversation, id, body: Body.make("hello") })
    return id
  })

  /** What a device shows of the conversation, against what would be fetched now. */
  const check = Effect.fnUntraced(function* (account: UserId, state: State, conversation: ConversationId) {
    const fresh = yield* (yield* ConversationReader).one(account, conversation)
    const shown = state.conversations.get(conversation)
    assert.deepStrictEqual([shown?.unread, shown?.lastMessage], [fresh.unread, fresh.lastMessage])
    return fresh
  })

  it.live("reaches devices that are there, and those that were away while the message was deleted as well", () =>
    Effect.gen(function* () {
      const { hide } = yield* Hiding
      const messages = yield* Messages
      const ann = yield* makeUser("ann")
      const bob = yield* makeUser("bob")
      const { conversation } = yield* (yield* Conversations).openDirect(ann.id, {
        commandId: commandId(),
        user: bob.id,
      })
      const first = yield* say(ann.id, conversation)
      const last = yield* say(ann.id, conversation)
      const device = yield* openSync(bob.id)
      const before = applyAll(empty, yield* takeUntil(device, isCaughtUp))
      assert.strictEqual((yield* check(bob.id, before, conversation)).unread, 2)

      const hidden = yield* hide(bob.id, { commandId: commandId(), conversation, message: last })
      // The place in the account's log, and the count at its place in the conversation's, in whatever order.
      const parts = yield* Effect.forEach([1, 2], () =>
        takeUntil(device, ({ _tag }) => _tag === "Event" || _tag === "PositionChanged"),
      )
      const live = applyAll(before, parts.flat())
      assert.strictEqual(live.account?.seq, hidden.seq)
      assert.strictEqual((yield* check(bob.id, live, conversation)).unread, 1)

      yield* hide(bob.id, { commandId: commandId(), conversation, message: first })
      yield* messages.delete(ann.id, { commandId: commandId(), conversation, message: first })
      yield* say(ann.id, conversation)
      for (const state of [before, live]) {
        const stamp = state.stamp ?? undefined
        const back = yield* openSync(bob.id, { cursors: cursors(state), stamp, only: undefined })
        const after = applyAll(state, yield* takeUntil(back, isCaughtUp))
        assert.strictEqual((yield* check(bob.id, after, conversation)).unread, 1)
      }
      assert.strictEqual((yield* (yield* ConversationReader).one(ann.id, conversation)).unread, 0)
    }).pipe(Effect.provide(node), Effect.scoped),
  )
})
