import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { makeClient } from "./client.ts"
import { bodies, type It, makeRoom, signUp } from "./people.ts"

export const reactionOperations = (it: It): void => {
  it.effect("reacts and pins, by the message alone", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const ann = yield* signUp(call)
      const eve = yield* signUp(call)
      const { token } = ann
      const conversation = yield* makeRoom(call, token)
      const posted = yield* call("messages.post", { token, path: { conversation }, body: { body: "cake" } })
      const { message }: { readonly message: string } = posted.body
      const path = { message }
      const reaction = { message, emoji: "🎉" }
      assert.strictEqual((yield* call("reactions.add", { token, path: reaction })).status, 200)
      assert.strictEqual((yield* call("reactions.add", { token, path: { message, emoji: "cake" } })).status, 400)
      const long = { message, emoji: "👩🏽‍❤️‍💋‍👨🏿" }
      assert.strictEqual((yield* call("reactions.add", { token, path: long })).status, 200)
      assert.strictEqual((yield* call("reactions.remove", { token, path: long })).status, 200)
      const { body } = yield* call("reactions.list", { token, path, query: { limit: "5" } })
      const { reactions }: { readonly reactions: ReadonlyArray<{ readonly emoji: string }> } = body
      assert.deepStrictEqual(
        reactions.map(({ emoji }) => emoji),
        ["🎉"],
      )
      assert.strictEqual((yield* call("reactions.remove", { token, path: reaction })).status, 200)
      assert.deepInclude((yield* call("reactions.list", { token, path })).body, { reactions: [] })
      const pins = () => call("reactions.pins", { token, path: { conversation } })
      assert.strictEqual((yield* call("reactions.pin", { token, path })).status, 200)
      assert.deepStrictEqual(bodies((yield* pins()).body), ["cake"])
      for (const id of ["reactions.add", "reactions.remove", "reactions.list", "reactions.pin", "reactions.unpin"]) {
        assert.strictEqual((yield* call(id, { token: eve.token, path: reaction })).status, 404, id)
      }
      assert.strictEqual((yield* call("reactions.unpin", { token, path })).status, 200)
      assert.deepStrictEqual(bodies((yield* pins()).body), [])
    }),
  )

  it.effect("says who is there, and who is writing", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const { token } = yield* signUp(call)
      const eve = yield* signUp(call)
      const path = { conversation: yield* makeRoom(call, token) }
      assert.deepStrictEqual((yield* call("presence.online", { token })).body, { users: [], next: null })
      assert.strictEqual((yield* call("presence.choose", { token, body: { state: "dnd" } })).status, 200)
      assert.strictEqual((yield* call("presence.typing", { token, path, body: {} })).status, 204)
      assert.strictEqual((yield* call("presence.typing", { token: eve.token, path, body: {} })).status, 403)
    }),
  )
}
