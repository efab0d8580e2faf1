import { Seq } from "@chat/domain/Values"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { conversationId } from "../support/fixtures.ts"
import { makeWorld, until } from "../support/world.ts"

describe("markRead", () => {
  it.effect("sends the first word and the furthest of those that came meanwhile", () =>
    Effect.gen(function* () {
      const { client, server } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      const words = yield* Effect.forEach([3, 4, 9, 7], (seq) =>
        Effect.forkChild(client.markRead(conversationId(0), Seq.make(seq)), { startImmediately: true }),
      )
      yield* until(() => words.every((word) => word.pollUnsafe() !== undefined))
      yield* Effect.forEach(words, Fiber.join)
      assert.deepStrictEqual(server.markReads.at(-1), 9)
      assert.isAtMost(server.markReads.length, 2)
    }),
  )
})
