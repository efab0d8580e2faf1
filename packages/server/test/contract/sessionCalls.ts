import { contractVersion } from "@chat/domain/Contract"
import { SessionId } from "@chat/domain/Ids"
import { Email } from "@chat/domain/Values"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { ServerConfig } from "../../src/config/ServerConfig.ts"
import { again, commandId, connect, device, emailOf, failure, newName, password, signUp } from "./people.ts"
import type { It } from "./suite.ts"

export const sessionCalls = (it: It): void => {
  it.effect("Hello says what the server is", () =>
    Effect.gen(function* () {
      const { call } = yield* connect
      const { limits } = yield* ServerConfig
      const info = yield* call.Hello({ client: "test 1.0", contract: contractVersion })
      assert.strictEqual(info.contract, contractVersion)
      assert.deepStrictEqual(info.limits, limits)
      assert.match(info.version, /^\d+\.\d+\.\d+/u)
    }),
  )

  it.effect("SignUp makes one account, however often it is repeated", () =>
    Effect.gen(function* () {
      const { call, connection } = yield* connect
      const username = newName()
      const email = emailOf(username)
      const command = { commandId: commandId(), username, email, password, device }
      const answers = yield* Effect.all([call.SignUp(command), call.SignUp(command), call.SignUp(command)], {
        concurrency: "unbounded",
      })
      const later = yield* call.SignUp(command)
      assert.strictEqual(new Set([...answers, later].map(({ account }) => account.id)).size, 1)
      connection.token = later.tokens.accessToken
      assert.deepStrictEqual(yield* call.Me(), later.account)
      assert.deepStrictEqual(later.account, { ...later.account, username, email })
    }),
  )

  it.effect("SignUp refuses a name, an address and a password", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const { call } = yield* connect
      const attempt = { commandId: commandId(), username: newName(), email: emailOf(newName()), password, device }
      const name = yield* failure(call.SignUp({ ...attempt, username: ann.username }), "UsernameTaken")
      assert.strictEqual(name.username, ann.username)
      const shouted = Email.make(ann.account.email.toUpperCase())
      yield* failure(call.SignUp({ ...attempt, commandId: commandId(), email: shouted }), "EmailTaken")
      for (const [weak, reason] of [
        ["1234567", "short"],
        ["x".repeat(129), "long"],
        ["password", "common"],
      ] as const) {
        const refused = yield* failure(
          call.SignUp({ ...attempt, commandId: commandId(), password: weak }),
          "WeakPassword",
        )
        assert.strictEqual(refused.reason, reason)
      }
    }),
  )

  it.effect("LogIn takes the name or the address, and says nothing about which was wrong", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const { call } = yield* connect
      for (const login of [ann.username, ann.username.toUpperCase(), ann.account.email]) {
        const { account, session } = yield* call.LogIn({ login, password, device })
        assert.deepStrictEqual(account, ann.account)
        assert.notStrictEqual(session.id, ann.session.id)
      }
      const wrong = yield* failure(call.LogIn({ login: ann.username, password: "wrong", device }), "InvalidCredentials")
      const unknown = yield* failure(call.LogIn({ login: newName(), password, device }), "InvalidCredentials")
      assert.strictEqual(wrong.message, unknown.message)
    }),
  )

  it.effect("Refresh gives the same successor to the same token", () =>
    Effect.gen(function* () {
      const { call, connection, tokens } = yield* signUp()
      const { refreshToken } = tokens
      const [first, second] = yield* Effect.all([call.Refresh({ refreshToken }), call.Refresh({ refreshToken })], {
        concurrency: "unbounded",
      })
      assert.strictEqual(first.refreshToken, second.refreshToken)
      assert.notStrictEqual(first.refreshToken, refreshToken)
      connection.token = first.accessToken
      yield* call.Me()
      yield* failure(call.Refresh({ refreshToken: "nothing of the kind" }), "Unauthenticated")
    }),
  )

  it.effect("LogOut answers, and ends the session", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      yield* ann.call.LogOut()
      const after = yield* again(ann)
      yield* failure(after.call.Me(), "Unauthenticated")
      yield* failure(after.call.Refresh({ refreshToken: ann.tokens.refreshToken }), "Unauthenticated")
    }),
  )

  it.effect("sessions are listed and can be revoked, one's own only", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const { session, tokens } = yield* (yield* connect).call.LogIn({ login: ann.username, password, device })
      const listed = yield* ann.call.ListSessions()
      assert.deepStrictEqual(
        listed.map(({ id, current }) => [id, current]),
        [
          [session.id, false],
          [ann.session.id, true],
        ],
      )
      yield* failure(bob.call.RevokeSession({ session: session.id }), "SessionNotFound")
      yield* failure(ann.call.RevokeSession({ session: SessionId.make(randomUUID()) }), "SessionNotFound")
      yield* ann.call.RevokeSession({ session: session.id })
      yield* ann.call.RevokeSession({ session: session.id })
      assert.deepStrictEqual(
        (yield* ann.call.ListSessions()).map(({ id }) => id),
        [ann.session.id],
      )
      const revoked = yield* connect
      revoked.connection.token = tokens.accessToken
      yield* failure(revoked.call.Me(), "Unauthenticated")
    }),
  )

  it.effect("nothing but signing in works without a token", () =>
    Effect.gen(function* () {
      const { call, connection } = yield* connect
      const missing = yield* failure(call.Me(), "Unauthenticated")
      assert.strictEqual(missing.reason, "missing")
      connection.token = "not.a.token"
      const invalid = yield* failure(call.Me(), "Unauthenticated")
      assert.strictEqual(invalid.reason, "invalid")
    }),
  )
}
