import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { conversationId } from "../support/fixtures.ts"
import { makeWorld, until } from "../support/world.ts"

describe("setDraft", () => {
  it.effect("sends one word for many keys, the last one, and takes an empty one away", () =>
    Effect.gen(function* () {
      const { client, server } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      const write = Effect.fnUntraced(function* (texts: ReadonlyArray<string>) {
        const words = yield* Effect.forEach(texts, (text) =>
          Effect.forkChild(client.setDraft(conversationId(0), text), { startImmediately: true }),
        )
        yield* until(() => words.every((word) => word.pollUnsafe() !== undefined))
        yield* Effect.forEach(words, Fiber.join)
      })
      yield* write(["h", "he", "hel"])
      yield* write(["hello", " "])
      const said = server.viewed.flatMap(([tag, payload]) => (tag === "SetDraft" ? [payload] : []))
      const conversation = conversationId(0)
      assert.deepStrictEqual(said, [
        { conversation, body: "hel" },
        { conversation, body: null },
      ])
    }),
  )
})
