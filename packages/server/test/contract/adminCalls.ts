import type { AuditEntry } from "@chat/domain/Admin"
import { UserId } from "@chat/domain/Ids"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { adminNames } from "../support/node.ts"
import {
  again,
  commandId,
  connect,
  device,
  failure,
  newName,
  newRoomName,
  password,
  type Person,
  signUp,
} from "./people.ts"
import type { It } from "./suite.ts"
import { Topic } from "@chat/domain/Values"

const nobody = UserId.make(randomUUID())
const newPassword = "blue lantern over water"

const [first, second, third] = adminNames

/** The ways of this person into what is for admins. */
const waysOf = ({ call }: Person, user: UserId) => ({
  list: call.ListAccounts({}),
  role: call.SetServerRole({ commandId: commandId(), user, role: "moderator" }),
  deactivate: call.DeactivateAccount({ commandId: commandId(), user }),
  reactivate: call.ReactivateAccount({ commandId: commandId(), user }),
  sessions: call.EndSessions({ user }),
  reset: call.MakeResetLink({ user }),
  audit: call.ReadAudit({}),
})

export const adminCalls = (it: It): void => {
  it.effect("what is for admins is refused to everybody else", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const calls = waysOf(ann, bob.id)
      yield* failure(calls.list, "NotPermitted")
      yield* failure(calls.role, "NotPermitted")
      yield* failure(calls.deactivate, "NotPermitted")
      yield* failure(calls.reactivate, "NotPermitted")
      yield* failure(calls.sessions, "NotPermitted")
      yield* failure(calls.reset, "NotPermitted")
      yield* failure(calls.audit, "NotPermitted")
    }),
  )

  it.effect("an admin looks after accounts, and whoever they make one does too", () =>
    Effect.gen(function* () {
      const root = yield* signUp(first)
      const ann = yield* signUp()
      assert.strictEqual(root.account.role, "admin")
      assert.strictEqual((yield* root.call.Me()).role, "admin")
      const command = { commandId: commandId(), user: ann.id, role: "admin" as const }
      const receipt = yield* root.call.SetServerRole(command)
      assert.deepStrictEqual(yield* root.call.SetServerRole(command), receipt)
      assert.deepStrictEqual(yield* ann.call.Me(), { ...ann.account, role: "admin" })
      // Somebody has to stay.
      const others = (yield* root.call.ListAccounts({ role: "admin", limit: 100 })).accounts
      assert.sameMembers(
        others.filter(({ user }) => [root.id, ann.id].includes(user.id)).map(({ role }) => role),
        ["admin", "admin"],
      )
      for (const { user } of others) {
        if (user.id !== root.id)
          yield* root.call.SetServerRole({ commandId: commandId(), user: user.id, role: "member" })
      }
      yield* failure(root.call.SetServerRole({ commandId: commandId(), user: root.id, role: "member" }), "LastAdmin")
      yield* failure(root.call.DeactivateAccount({ commandId: commandId(), user: root.id }), "LastAdmin")
      yield* failure(ann.call.ListAccounts({}), "NotPermitted")
      yield* failure(root.call.SetServerRole({ ...command, commandId: commandId(), user: nobody }), "UserNotFound")
    }),
  )

  it.effect("ListAccounts pages through those that fit", () =>
    Effect.gen(function* () {
      const root = yield* signUp(second)
      const stem = newName()
      const ann = yield* signUp(stem)
      const { accounts, next } = yield* root.call.ListAccounts({ query: stem, limit: 1 })
      assert.deepStrictEqual(accounts[0]?.user, { id: ann.id, username: stem })
      assert.deepStrictEqual(
        { ...accounts[0], lastSeenAt: null },
        {
          user: accounts[0]?.user,
          email: ann.account.email,
          role: "member",
          state: "active",
          createdAt: ann.account.createdAt,
          lastSeenAt: null,
        },
      )
      assert.isNull(next)
      const page = yield* root.call.ListAccounts({ limit: 1 })
      assert.isNotNull(page.next)
      const more = yield* root.call.ListAccounts({ limit: 1, after: page.next ?? "" })
      assert.notDeepEqual(more.accounts, page.accounts)
      assert.lengthOf((yield* root.call.ListAccounts({ query: stem, state: "deactivated" })).accounts, 0)
    }),
  )

  it.effect("somebody deactivated is out, and knows why only with the right password", () =>
    Effect.gen(function* () {
      const root = yield* signUp(third)
      const ann = yield* signUp()
      const { call } = yield* connect
      const login = { login: ann.username, password, device }
      const target = { commandId: commandId(), user: ann.id }
      const closed = { topic: Topic.make(""), history: "all", access: "private" } as const
      const { conversation } = yield* ann.call.CreateRoom({ ...closed, commandId: commandId(), name: newRoomName() })
      const link = yield* ann.call.CreateInviteLink({ commandId: commandId(), conversation })
      const bob = yield* signUp()
      const come = () => bob.call.JoinRoom({ commandId: commandId(), conversation, link: link.token })
      const eve = yield* signUp()
      yield* ann.call.InviteToRoom({ commandId: commandId(), conversation, user: eve.id })
      const receipt = yield* root.call.DeactivateAccount(target)
      yield* failure(come(), "InviteInvalid")
      yield* failure(eve.call.JoinRoom({ commandId: commandId(), conversation }), "InviteInvalid")
      assert.deepStrictEqual(yield* root.call.DeactivateAccount(target), receipt)
      yield* failure((yield* again(ann)).call.Me(), "Unauthenticated")
      yield* failure(call.LogIn(login), "AccountDeactivated")
      yield* failure(call.LogIn({ ...login, password: newPassword }), "InvalidCredentials")
      yield* root.call.ReactivateAccount({ ...target, commandId: commandId() })
      yield* come()
      yield* eve.call.JoinRoom({ commandId: commandId(), conversation })
      const back = yield* call.LogIn(login)
      assert.deepStrictEqual(back.account, ann.account)
      yield* root.call.EndSessions({ user: ann.id })
      yield* failure(call.Refresh(back.tokens), "Unauthenticated")

      const room = { name: newRoomName(), topic: Topic.make(""), history: "all" as const }
      const used = commandId()
      yield* root.call.CreateRoom({ ...room, commandId: used })
      const reused = { commandId: used, user: ann.id }
      yield* failure(root.call.DeactivateAccount(reused), "IdTaken")
      yield* failure(root.call.ReactivateAccount(reused), "IdTaken")
      yield* failure(root.call.SetServerRole({ ...reused, role: "moderator" }), "IdTaken")
      const missing = waysOf(root, nobody)
      yield* failure(missing.deactivate, "UserNotFound")
      yield* failure(missing.reactivate, "UserNotFound")
      yield* failure(missing.sessions, "UserNotFound")
      yield* failure(missing.reset, "UserNotFound")

      yield* resetsOnce(root, ann)
      const { entries } = yield* root.call.ReadAudit({ account: ann.id, limit: 100 })
      const brief = ({ action, account, actor }: AuditEntry) => [action, account?.id, actor?.id]
      assert.deepInclude(entries.map(brief), ["deactivation", ann.id, root.id])
      assert.deepInclude(entries.map(brief), ["failed-login", ann.id, undefined])
      assert.deepInclude(entries.map(brief), ["password-reset", ann.id, undefined])
      const some = yield* root.call.ReadAudit({ account: ann.id, action: "login", limit: 1 })
      assert.isTrue(some.more && some.entries.every(({ action }) => action === "login"))
      const older = yield* root.call.ReadAudit({ account: ann.id, before: entries.at(-1)?.id ?? 0 })
      assert.deepStrictEqual(older, { entries: [], more: false })
    }),
  )
}

const resetsOnce = Effect.fnUntraced(function* (root: Person, ann: Person) {
  const { call } = yield* connect
  const early = yield* root.call.MakeResetLink({ user: ann.id })
  const { token } = yield* root.call.MakeResetLink({ user: ann.id })
  yield* failure(call.ResetPassword({ token: early.token, newPassword }), "ResetLinkInvalid")
  yield* failure(call.ResetPassword({ token, newPassword: "short" }), "WeakPassword")
  yield* call.ResetPassword({ token, newPassword })
  yield* call.ResetPassword({ token, newPassword })
  yield* failure(call.ResetPassword({ token, newPassword: "another long password" }), "ResetLinkInvalid")
  yield* failure(call.LogIn({ login: ann.username, password, device }), "InvalidCredentials")
  yield* call.LogIn({ login: ann.username, password: newPassword, device })
})
