import { conversationLog } from "@chat/domain/Ids"
import type { State } from "@chat/domain/state/State"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { fromText, toText } from "../../src/keeping/keeping.ts"
import { memoryStateStore } from "../../src/keeping/StateStore.ts"
import { account, bob, conversationId } from "../support/fixtures.ts"
import { makeWorld, settle, until } from "../support/world.ts"

const room = conversationId(0)
const bodies = (state: State) => state.conversations.get(room)?.window.messages.map(({ body }) => String(body))

/** A client that has come to know something, which was kept. */
const known = Effect.fnUntraced(function* (messages: number) {
  const stateStore = memoryStateStore()
  const world = yield* makeWorld(2, { stateStore })
  const { client, server } = world
  yield* until(() => client.connection.get()._tag === "Online")
  for (let n = 1; n <= messages; n++) server.say(room, `message ${n}`)
  yield* until(() => bodies(client.state.get())?.length === messages)
  yield* TestClock.adjust("31 seconds")
  yield* settle
  return { ...world, stateStore }
})

describe("what is kept of the state", () => {
  it.effect("is shown without a server, and the next connection goes on from it", () =>
    Effect.gen(function* () {
      const { network, server, restart } = yield* known(3)
      network.down = true
      network.cut()
      const again = yield* restart
      assert.deepStrictEqual(bodies(again.state.get()), ["message 1", "message 2", "message 3"])
      yield* until(() => again.connection.get()._tag === "Offline")
      server.say(room, "message 4")
      network.down = false
      yield* until(() => again.connection.get()._tag === "Online")
      assert.deepStrictEqual(bodies(again.state.get()), ["message 1", "message 2", "message 3", "message 4"])
      const status = again.connection.get()
      assert.deepInclude(status, { recovered: 1, resynchronised: [] })
      assert.strictEqual(again.state.get().conversations.get(room)?.seq, server.head(conversationLog(room)))
    }),
  )

  it.effect("is made anew where the server has another history", () =>
    Effect.gen(function* () {
      const { server, restart } = yield* known(3)
      server.restore(room, 2)
      const again = yield* restart
      yield* until(() => again.connection.get()._tag === "Online")
      assert.deepInclude(again.connection.get(), { resynchronised: [conversationLog(room)] })
      assert.deepStrictEqual(bodies(again.state.get()), [])
    }),
  )

  it.effect("is gone with the session", () =>
    Effect.gen(function* () {
      const { client, server, stateStore } = yield* known(1)
      assert.isNotNull(yield* Effect.promise(stateStore.load))
      server.sessionOver = true
      yield* Effect.ignore(client.rpc("Me", undefined))
      yield* until(() => client.connection.get()._tag === "SignedOut")
      yield* TestClock.adjust("31 seconds")
      yield* settle
      assert.isNull(yield* Effect.promise(stateStore.load))
    }),
  )

  it.effect("is bounded, and of nobody else", () =>
    Effect.gen(function* () {
      const { client } = yield* known(120)
      const text = toText(client.state.get()) ?? ""
      const state = fromText(text, account.id)
      const window = state?.conversations.get(room)?.window
      assert.strictEqual(window?.messages.length, 50)
      assert.strictEqual(window?.from, window?.messages[0]?.seq)
      const shorter = toText(client.state.get(), text.length - 1) ?? ""
      assert.strictEqual(fromText(shorter, account.id)?.conversations.get(room)?.window.messages.length, 25)
      assert.isUndefined(toText(client.state.get(), 100))
      assert.isUndefined(fromText(text, bob.id))
      for (const damaged of [null, "", "{}", text.slice(0, -1), text.replace('"version":1', '"version":0')]) {
        assert.isUndefined(fromText(damaged, account.id))
      }
    }),
  )
})
