import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { adminNames } from "../support/node.ts"
import { makeClient } from "./client.ts"
import { type It, signUp } from "./people.ts"

export const adminOperations = (it: It): void => {
  it.effect("looks after the server, for admins", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const { token } = yield* signUp(call, adminNames[0])
      const bob = yield* signUp(call)
      const path = { user: bob.id }
      const query = { query: bob.username }
      const { body } = yield* call("admin.accounts", { token, query })
      const { accounts }: { readonly accounts: ReadonlyArray<{ readonly role: string }> } = body
      assert.deepStrictEqual(
        accounts.map(({ role }) => role),
        ["member"],
      )
      assert.strictEqual((yield* call("admin.setRole", { token, path, body: { role: "moderator" } })).status, 200)
      assert.strictEqual((yield* call("admin.endSessions", { token, path })).status, 204)
      assert.strictEqual((yield* call("users.me", { token: bob.token })).status, 401)
      const link = yield* call("admin.makeResetLink", { token, path })
      const reset: { readonly token: string } = link.body
      const chosen = { token: reset.token, newPassword: "a new one for bob" }
      assert.strictEqual((yield* call("auth.resetPassword", { body: chosen })).status, 204)
      const login = { body: { login: bob.username, password: chosen.newPassword } }
      const told = yield* call("admin.broadcast", { token, body: { text: "We move tonight" } })
      const notice: { readonly id: string } = told.body
      assert.strictEqual(told.status, 201)
      const shown = Effect.map(call("personal.notices", { token }), (page) => JSON.stringify(page.body))
      assert.include(yield* shown, notice.id)
      assert.strictEqual((yield* call("admin.withdraw", { token, path: { notice: notice.id } })).status, 204)
      assert.notInclude(yield* shown, notice.id)
      assert.strictEqual((yield* call("admin.deactivate", { token, path })).status, 200)
      assert.strictEqual((yield* call("auth.login", login)).status, 403)
      assert.strictEqual((yield* call("admin.reactivate", { token, path })).status, 200)
      assert.strictEqual((yield* call("auth.login", login)).status, 200)
      const audit = yield* call("admin.audit", { token, query: { account: bob.id, limit: "50" } })
      assert.include(JSON.stringify(audit.body), "login")
    }),
  )

  it.effect("lets nobody else", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const { token, id } = yield* signUp(call)
      const path = { user: id }
      for (const [operation, asked] of [
        ["admin.accounts", {}],
        ["admin.audit", {}],
        ["admin.setRole", { path, body: { role: "admin" } }],
        ["admin.deactivate", { path }],
        ["admin.reactivate", { path }],
        ["admin.endSessions", { path }],
        ["admin.makeResetLink", { path }],
      ] as const) {
        const { status, body } = yield* call(operation, { token, ...asked })
        assert.strictEqual(status, 403, operation)
        assert.deepInclude(body, { tag: "NotPermitted" })
      }
    }),
  )
}
