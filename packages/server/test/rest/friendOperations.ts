import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { makeClient } from "./client.ts"
import { type It, signUp } from "./people.ts"

export const friendOperations = (it: It): void => {
  it.effect("asks, answers, ends and blocks", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const ann = yield* signUp(call)
      const bob = yield* signUp(call)
      const toBob = { token: ann.token, path: { user: bob.id } }
      const toAnn = { token: bob.token, path: { user: ann.id } }
      const ok = Effect.fnUntraced(function* (id: string, asked: typeof toBob) {
        assert.strictEqual((yield* call(id, asked)).status, 200, id)
      })
      const shown = Effect.fnUntraced(function* (id: string, query: Record<string, string> = {}) {
        return JSON.stringify((yield* call(id, { token: bob.token, query })).body).includes(ann.username)
      })
      yield* ok("friends.send", toBob)
      assert.isTrue(yield* shown("friends.requests", { direction: "received" }))
      yield* ok("friends.decline", toAnn)
      yield* ok("friends.send", toBob)
      yield* ok("friends.cancel", toBob)
      assert.strictEqual((yield* call("friends.accept", toAnn)).status, 404)
      yield* ok("friends.send", toBob)
      yield* ok("friends.accept", toAnn)
      assert.isTrue(yield* shown("friends.list"))
      yield* ok("friends.remove", toAnn)
      assert.isFalse(yield* shown("friends.list"))
      yield* ok("friends.block", toAnn)
      assert.isTrue(yield* shown("friends.blocks"))
      yield* ok("friends.unblock", toAnn)
      assert.isFalse(yield* shown("friends.blocks"))
    }),
  )
}
