import { StorageUnavailable } from "@chat/domain/Errors"
import { Seq } from "@chat/domain/Values"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { conversationId } from "../support/fixtures.ts"
import { makeWorld, until } from "../support/world.ts"

const room = conversationId(0)

describe("history", () => {
  it.effect("becomes part of the state, page by page", () =>
    Effect.gen(function* () {
      const { client, server } = yield* makeWorld()
      for (let n = 0; n < 30; n++) server.say(room, `message ${n}`)
      yield* until(() => client.connection.get()._tag === "Online")
      const window = () => client.state.get().conversations.get(room)?.window
      assert.deepStrictEqual(window()?.messages, [])
      yield* client.history(room)
      assert.deepStrictEqual(window()?.messages, server.messages(room).slice(10))
      yield* client.history(room, { before: Seq.make(window()?.from ?? 0) })
      assert.deepStrictEqual(window()?.messages, server.messages(room))
    }),
  )

  it.effect("leaves the state as it was when it fails, or is given up", () =>
    Effect.gen(function* () {
      const { client, server, network } = yield* makeWorld()
      server.say(room, "hello")
      yield* until(() => client.connection.get()._tag === "Online")
      const before = client.state.get()
      server.refuse = (tag) => (tag === "History" ? new StorageUnavailable() : undefined)
      assert.strictEqual((yield* Effect.flip(client.history(room)))._tag, "StorageUnavailable")
      assert.deepStrictEqual(client.state.get(), before)
      network.silent = true
      const fetching = yield* Effect.forkChild(client.history(room), { startImmediately: true })
      assert.strictEqual(client.state.get().fetches.size, 1)
      yield* Fiber.interrupt(fetching)
      assert.deepStrictEqual(client.state.get(), before)
    }),
  )
})
