import { CommandId } from "@chat/domain/Ids"
import { DeviceName } from "@chat/domain/Values"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { randomUUID } from "node:crypto"
import { Accounts } from "../../src/accounts/Accounts.ts"
import { AccountAdmin } from "../../src/admin/AccountAdmin.ts"
import { ResetLinks } from "../../src/admin/ResetLinks.ts"
import { Database } from "../../src/storage/Database.ts"
import { onEachDatabase } from "../support/databases.ts"
import { adminNames, handlers } from "../support/node.ts"
import { someone } from "../accounts/support.ts"

const commandId = () => CommandId.make(randomUUID())
const device = DeviceName.make("laptop")
const words = (text: string) => Redacted.make(text)

const signUp = Effect.fnUntraced(function* (wanted: Parameters<typeof someone>[0]) {
  const accounts = yield* Accounts
  const { account } = yield* accounts.signUp(someone({ password: "long and rare words", ...wanted }))
  return account
})

onEachDatabase("Admins at the same moment", (database) => {
  layer(handlers(database), { excludeTestServices: true, timeout: "60 seconds" })((it) => {
    it.effect("who take each other's place leave one of them", () =>
      Effect.gen(function* () {
        const admins = yield* AccountAdmin
        const [one, two] = [
          yield* signUp({ username: adminNames[0] ?? "" }),
          yield* signUp({ username: adminNames[1] ?? "" }),
        ]
        const demote = (actor: typeof one, { id }: typeof two) =>
          Effect.result(admins.setRole(actor.id, { commandId: commandId(), user: id, role: "member" }))
        const outcomes = yield* Effect.all([demote(one, two), demote(two, one)], { concurrency: "unbounded" })
        assert.strictEqual(outcomes.filter(Result.isSuccess).length, 1)
        assert.lengthOf((yield* admins.list({ role: "admin", limit: 10 })).accounts, 1)
      }),
    )

    it.effect("cannot be outrun by a login", () =>
      Effect.gen(function* () {
        const admins = yield* AccountAdmin
        const accounts = yield* Accounts
        const { write: sql } = yield* Database
        const ann = yield* signUp({})
        const logIn = Effect.result(
          accounts.logIn({ login: ann.username, password: words("long and rare words"), device }),
        )
        const deactivate = admins.deactivate(ann.id, { commandId: commandId(), user: ann.id })
        yield* Effect.all([logIn, logIn, deactivate, logIn, logIn], { concurrency: "unbounded" })
        assert.lengthOf(yield* sql`SELECT FROM sessions WHERE user_id = ${ann.id} AND ended_at IS NULL`, 0)
        const late = yield* logIn
        assert.isTrue(Result.isFailure(late) && late.failure._tag === "AccountDeactivated")
      }),
    )

    it.effect("give a token that lets one new password in", () =>
      Effect.gen(function* () {
        const links = yield* ResetLinks
        const accounts = yield* Accounts
        const ann = yield* signUp({})
        const link = yield* links.make(ann.id, ann.id)
        const passwords = ["blue lantern over water", "green lantern over water", "red lantern over water"]
        const outcomes = yield* Effect.forEach(
          passwords,
          (password) => Effect.result(links.use(words(link.token), words(password))),
          { concurrency: "unbounded" },
        )
        const [right, ...others] = outcomes.flatMap((outcome, index) =>
          Result.isSuccess(outcome) ? [passwords[index] ?? ""] : [],
        )
        assert.deepStrictEqual(others, [])
        yield* accounts.logIn({ login: ann.username, password: words(right ?? ""), device })
      }),
    )
  })
})
