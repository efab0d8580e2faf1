import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { emailOf, newName, password } from "../contract/people.ts"
import { makeClient } from "./client.ts"
import { type Answer, type It, signUp } from "./people.ts"

export const accountOperations = (it: It): void => {
  it.effect("signs up, in and out", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const ann = yield* signUp(call)
      assert.strictEqual((yield* call("auth.register", { body: ann.account })).status, 409)
      const weak = { ...ann.account, username: newName(), email: "new@example.org", password: "short" }
      assert.strictEqual((yield* call("auth.register", { body: weak })).status, 422)
      const login = { login: ann.username, password, device: "tablet" }
      assert.strictEqual((yield* call("auth.login", { body: { ...login, password: "wrong password" } })).status, 401)
      const { body } = yield* call("auth.login", { body: login })
      const { tokens }: Answer = body
      assert.strictEqual((yield* call("auth.refresh", { body: { refreshToken: tokens.refreshToken } })).status, 200)
      assert.strictEqual((yield* call("auth.refresh", { body: { refreshToken: "unknown" } })).status, 401)
      assert.strictEqual(
        (yield* call("auth.logout", { headers: { authorization: `Bearer ${tokens.accessToken}` } })).status,
        204,
      )
      const me = yield* call("users.me", { token: tokens.accessToken })
      assert.strictEqual(me.status, 401)
      assert.strictEqual(me.headers.get("www-authenticate"), "Bearer")
      assert.deepInclude(me.body, { tag: "Unauthenticated", reason: "ended", type: "/docs/errors#Unauthenticated" })
    }),
  )

  it.effect("a repeated registration makes no second account", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const username = newName()
      const asked = {
        body: { username, email: emailOf(username), password },
        headers: { "idempotency-key": "my registration" },
      }
      const first = yield* call("auth.register", asked)
      const second = yield* call("auth.register", asked)
      assert.strictEqual(second.status, 201)
      assert.deepStrictEqual((first.body as Answer).account, (second.body as Answer).account)
    }),
  )

  it.effect("finds people and ends sessions", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const ann = yield* signUp(call)
      const bob = yield* signUp(call)
      const { token } = ann
      const me = yield* call("users.me", { token })
      assert.deepInclude(me.body, { id: ann.id, email: ann.account.email })
      const found = yield* call("users.search", { token, query: { q: bob.username, limit: "5" } })
      assert.deepInclude(found.body, { id: bob.id, username: bob.username, relation: "none" })
      const got = yield* call("users.get", { token, path: { user: bob.id } })
      assert.deepStrictEqual(got.body, { id: bob.id, username: bob.username })
      assert.strictEqual((yield* call("users.get", { token, path: { user: randomUUID() } })).status, 404)
      const { body } = yield* call("sessions.list", { token })
      const [session]: ReadonlyArray<{ readonly id: string }> = body
      const path = { session: session?.id ?? "" }
      assert.strictEqual((yield* call("sessions.end", { token: bob.token, path })).status, 404)
      assert.strictEqual((yield* call("sessions.end", { token, path })).status, 204)
      assert.strictEqual((yield* call("users.me", { token })).status, 401)
    }),
  )

  it.effect("changes the account, field by field", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const { token, id } = yield* signUp(call)
      const profile = { bio: "I keep bees", status: "in the garden" }
      assert.strictEqual((yield* call("users.update", { token, body: profile })).status, 200)
      const username = newName()
      assert.strictEqual((yield* call("users.changeUsername", { token, body: { username } })).status, 200)
      const email = { password, email: `other.${username}@example.org` }
      const wrong = { ...email, password: "not the password" }
      assert.strictEqual((yield* call("users.changeEmail", { token, body: wrong })).status, 403)
      assert.strictEqual((yield* call("users.changeEmail", { token, body: email })).status, 200)
      const receipts = { read: false, delivered: true }
      assert.strictEqual((yield* call("users.setReceipts", { token, body: receipts })).status, 200)
      assert.deepInclude((yield* call("users.preferences", { token })).body, { whoMayWrite: "everybody" })
      const preferences = { whoMayWrite: "friends" }
      assert.strictEqual((yield* call("users.setPreferences", { token, body: preferences })).status, 200)
      assert.deepInclude((yield* call("users.preferences", { token })).body, preferences)
      const { body: part } = yield* call("users.export", { token })
      assert.include(JSON.stringify(part), "I keep bees")
      const words = { oldPassword: password, newPassword: "another horse battery" }
      assert.strictEqual((yield* call("users.changePassword", { token, body: words })).status, 200)
      assert.deepInclude((yield* call("users.me", { token })).body, { username, email: email.email })
      assert.deepInclude((yield* call("users.get", { token, path: { user: id } })).body, profile)
      const login = { login: username, password: words.newPassword }
      assert.strictEqual((yield* call("auth.login", { body: login })).status, 200)
    }),
  )

  it.effect("deletes the account, for whoever knows its password", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const { token, username } = yield* signUp(call)
      const wrong = { password: "not the password" }
      assert.strictEqual((yield* call("users.deleteAccount", { token, body: wrong })).status, 403)
      assert.strictEqual((yield* call("users.deleteAccount", { token, body: { password, erase: true } })).status, 204)
      assert.strictEqual((yield* call("users.me", { token })).status, 401)
      assert.strictEqual((yield* call("auth.login", { body: { login: username, password } })).status, 401)
    }),
  )
}
