import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { failure, makeRoom, say, signUp } from "./people.ts"
import type { It } from "./suite.ts"

export const searchCalls = (it: It): void => {
  it.effect("SearchMessages finds what the caller can see, page by page", () =>
    Effect.gen(function* () {
      const [ann, eve] = [yield* signUp(), yield* signUp()]
      const { conversation } = yield* makeRoom(ann)
      const word = `w${randomUUID().replaceAll("-", "")}`
      const texts = [`one ${word}`, `two ${word}`, `three ${word}`] as const
      for (const text of texts) yield* say(ann, conversation, text)
      const first = yield* ann.call.SearchMessages({ query: word, limit: 2 })
      assert.deepStrictEqual(
        first.hits.map(({ message, matches }): unknown => [message.body, matches]),
        [
          [texts[2], [{ start: 6, end: 6 + word.length }]],
          [texts[1], [{ start: 4, end: 4 + word.length }]],
        ],
      )
      const rest = yield* ann.call.SearchMessages({ query: word, limit: 2, after: first.next ?? "" })
      assert.deepStrictEqual([rest.hits.map(({ message }) => message.body), rest.next], [[texts[0]], null])
      assert.lengthOf((yield* ann.call.SearchMessages({ query: word, order: "relevance" })).hits, 3)
      assert.lengthOf((yield* eve.call.SearchMessages({ query: word })).hits, 0)
    }),
  )

  it.effect("SearchMessages says what is wrong with a search", () =>
    Effect.gen(function* () {
      const { call } = yield* signUp()
      assert.include((yield* failure(call.SearchMessages({ query: "before:later" }), "BadRequest")).detail, "before:")
      yield* failure(call.SearchMessages({ query: "tea", after: "elsewhere" }), "BadRequest")
    }),
  )
}
