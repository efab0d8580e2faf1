import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { adminNames } from "../support/node.ts"
import { makeClient } from "./client.ts"
import { type It, makeRoom, signUp } from "./people.ts"

export const reportOperations = (it: It): void => {
  it.effect("reports people and messages, for moderators to close", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const { token } = yield* signUp(call, adminNames[1])
      const ann = yield* signUp(call)
      const eve = yield* signUp(call)
      const conversation = yield* makeRoom(call, ann.token)
      const posted = yield* call("messages.post", { token: ann.token, path: { conversation }, body: { body: "rude" } })
      const { message }: { readonly message: string } = posted.body
      const body = { reason: "It is rude" }
      assert.strictEqual((yield* call("reports.message", { token: ann.token, path: { message }, body })).status, 201)
      assert.strictEqual((yield* call("reports.message", { token: eve.token, path: { message }, body })).status, 404)
      const asked = { token: eve.token, path: { user: ann.id }, body, headers: { "idempotency-key": "ann" } }
      const first = yield* call("reports.user", asked)
      assert.strictEqual(first.status, 201)
      assert.deepStrictEqual((yield* call("reports.user", asked)).body, first.body)
      const list = Effect.fnUntraced(function* (open: string) {
        const page = yield* call("reports.list", { token, query: { open, limit: "50" } })
        const { reports }: { readonly reports: ReadonlyArray<{ readonly number: number; readonly about: object }> } =
          page.body
        return reports.filter(({ about }) => "id" in about && about.id === ann.id).map(({ number }) => number)
      })
      const open = yield* list("true")
      assert.lengthOf(open, 2)
      const close = { path: { report: String(open[0]) }, body: { note: "Seen" } }
      assert.strictEqual((yield* call("reports.close", { ...close, token: ann.token })).status, 403)
      assert.strictEqual((yield* call("reports.close", { ...close, token })).status, 204)
      assert.deepStrictEqual([yield* list("true"), yield* list("false")], [open.slice(1), open.slice(0, 1)])
      assert.strictEqual((yield* call("reports.list", { token: ann.token })).status, 403)
    }),
  )
}
