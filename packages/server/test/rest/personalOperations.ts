import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { makeClient } from "./client.ts"
import { type It, makeRoom, type Message, signUp } from "./people.ts"

export const personalOperations = (it: It): void => {
  it.effect("stars, hides and marks as unread, for oneself alone", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const ann = yield* signUp(call)
      const bob = yield* signUp(call)
      const eve = yield* signUp(call)
      const conversation = yield* makeRoom(call, ann.token)
      yield* call("members.join", { token: bob.token, path: { room: conversation } })
      const posted = yield* call("messages.post", {
        token: ann.token,
        path: { conversation },
        body: { body: "cake at four" },
      })
      const { message, seq }: { readonly message: string; readonly seq: number } = posted.body
      const asked = { token: bob.token, path: { message } }
      const stars = Effect.fnUntraced(function* (token: string) {
        const { body } = yield* call("personal.stars", { token, query: { limit: "5" } })
        const page: { readonly stars: ReadonlyArray<{ readonly message: Message }> } = body
        return page.stars.map((star) => star.message.body)
      })
      assert.strictEqual((yield* call("personal.star", asked)).status, 200)
      assert.deepStrictEqual(yield* stars(bob.token), ["cake at four"])
      assert.deepStrictEqual(yield* stars(ann.token), [])
      assert.strictEqual((yield* call("personal.unstar", asked)).status, 200)
      assert.deepStrictEqual(yield* stars(bob.token), [])
      const read = { token: bob.token, path: { conversation }, body: { seq } }
      yield* call("conversations.markRead", read)
      assert.strictEqual((yield* call("personal.markUnread", read)).status, 200)
      const { body } = yield* call("conversations.get", { token: bob.token, path: { conversation } })
      assert.deepInclude(body, { unread: 1 })
      const mute = {
        token: bob.token,
        path: { conversation },
        body: { level: "mentions", until: "2100-01-01T00:00:00.000Z" },
      }
      assert.strictEqual((yield* call("personal.setNotifications", mute)).status, 200)
      const muted = yield* call("conversations.get", { token: bob.token, path: { conversation } })
      assert.include(JSON.stringify(muted.body), '"level":"mentions"')
      assert.strictEqual((yield* call("personal.hide", asked)).status, 200)
      const history = (token: string) =>
        Effect.map(call("messages.list", { token, path: { conversation } }), (page) => JSON.stringify(page.body))
      assert.notInclude(yield* history(bob.token), "cake")
      assert.include(yield* history(ann.token), "cake")
      for (const id of ["personal.star", "personal.hide"]) {
        assert.strictEqual((yield* call(id, { ...asked, token: eve.token })).status, 404)
      }
    }),
  )

  it.effect("keeps what one has begun to write, by place", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const ann = yield* signUp(call)
      const eve = yield* signUp(call)
      const conversation = yield* makeRoom(call, ann.token)
      const set = (token: string, body: string | null) =>
        call("personal.setDraft", { token, path: { conversation }, body: { body } })
      assert.deepStrictEqual((yield* set(ann.token, "cake at")).body, { rev: 1 })
      assert.strictEqual((yield* set(eve.token, "cake at")).status, 403)
      const drafts = Effect.map(call("personal.drafts", { token: ann.token }), ({ body }) => body)
      assert.include(JSON.stringify(yield* drafts), "cake at")
      assert.deepStrictEqual((yield* set(ann.token, null)).body, { rev: 2 })
      assert.deepStrictEqual(yield* drafts, { drafts: [], next: null })
    }),
  )
}
