import {
  EmailTaken,
  InvalidCredentials,
  RateLimited,
  UserNotFound,
  UsernameTaken,
  WeakPassword,
} from "@chat/domain/Errors"
import { CommandId, UserId } from "@chat/domain/Ids"
import { DeviceName, Username } from "@chat/domain/Values"
import Argon2 from "@node-rs/argon2"
import { assert, layer } from "@effect/vitest"
import { afterAll, vi } from "vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { randomUUID } from "node:crypto"
import { ContactReader } from "../../src/contacts/ContactReader.ts"
import { Accounts } from "../../src/accounts/Accounts.ts"
import { RoomMembership } from "../../src/rooms/RoomMembership.ts"
import { ClientAddress } from "../../src/limits/ClientAddress.ts"
import { RateLimits } from "../../src/limits/RateLimits.ts"
import { Sessions } from "../../src/sessions/Sessions.ts"
import { Database } from "../../src/storage/Database.ts"
import { onEachDatabase } from "../support/databases.ts"
import { accountsOn, cheap, signUp, someone } from "./support.ts"

const hashing = vi.spyOn(Argon2, "hash")
const verifying = vi.spyOn(Argon2, "verify")
afterAll(() => {
  hashing.mockRestore()
  verifying.mockRestore()
})

const computed = () => hashing.mock.calls.length + verifying.mock.calls.length

const device = DeviceName.make("laptop")
const logIn = (login: string, password: Redacted.Redacted) =>
  Accounts.use((accounts) => accounts.logIn({ login, password, device }))
const wrong = Redacted.make("wrong password")
const from = (address: string) => Effect.provideService(ClientAddress, address)

const eventsOf = Effect.fnUntraced(function* (user: UserId) {
  const { write: sql } = yield* Database
  const rows = yield* sql`SELECT type FROM events WHERE log_id = ${user} ORDER BY seq`
  return rows.map(({ type }) => type)
})

const auditOf = Effect.fnUntraced(function* (user: UserId) {
  const { write: sql } = yield* Database
  return yield* sql`SELECT action, address, session_id AS session FROM audit WHERE account_id = ${user} ORDER BY id`
})

onEachDatabase("Accounts", (database) => {
  const accounts = accountsOn(database)

  layer(accounts, { excludeTestServices: true, timeout: "60 seconds" })((it) => {
    it.effect("sign up with a session and the rooms that everybody starts in", () =>
      Effect.gen(function* () {
        yield* RoomMembership.use((rooms) => rooms.ensureDefaultRooms)
        const command = someone()
        const { account, session, tokens } = yield* signUp(command).pipe(from("198.51.100.1"))
        assert.strictEqual(account.username, command.username)
        assert.strictEqual(account.email, command.email)
        assert.strictEqual(session.device, "laptop")
        const { current } = yield* Sessions.use(({ verify }) => verify(Redacted.make(tokens.accessToken)))
        assert.deepStrictEqual(current, { user: account.id, username: account.username, session: session.id })
        assert.deepStrictEqual(yield* eventsOf(account.id), [
          "AccountCreated",
          "SessionStarted",
          "ConversationAppeared",
        ])
        assert.deepStrictEqual(yield* auditOf(account.id), [
          { action: "sign-up", address: "198.51.100.1", session: session.id },
        ])
        const { me, get } = yield* Accounts
        assert.deepStrictEqual(yield* me(account.id), account)
        const user = { id: account.id, username: account.username }
        assert.deepStrictEqual(yield* get({ id: account.id }), user)
        assert.deepStrictEqual(yield* get({ username: account.username }), user)
        const { write: sql } = yield* Database
        const [row] = yield* sql`SELECT password_hash AS hash FROM users WHERE id = ${account.id}`
        assert.match(String(row?.["hash"]), /^\$argon2id\$/)
      }),
    )

    it.effect("sign up once for each command, however often it comes", () =>
      Effect.gen(function* () {
        const { leave } = yield* RoomMembership
        yield* RoomMembership.use((rooms) => rooms.ensureDefaultRooms)
        const command = someone()
        const first = yield* signUp(command)
        const again = yield* signUp(command)
        assert.deepStrictEqual(again.account, first.account)
        assert.notStrictEqual(again.session.id, first.session.id)
        const { write: sql } = yield* Database
        const [room] = yield* sql`SELECT conversation_id AS id FROM members WHERE account_id = ${first.account.id}`
        yield* leave(first.account.id, { commandId: CommandId.make(randomUUID()), conversation: room?.["id"] as never })
        yield* signUp(command)
        // A room that was left stays left.
        assert.deepStrictEqual(yield* eventsOf(first.account.id), [
          "AccountCreated",
          "SessionStarted",
          "ConversationAppeared",
          "SessionStarted",
          "ConversationGone",
          "SessionStarted",
        ])
        const taken = yield* Effect.flip(signUp({ ...command, password: wrong }))
        assert.deepStrictEqual(taken, new UsernameTaken({ username: command.username }))
      }),
    )

    it.effect("sign up once also when the same command comes several times at once", () =>
      Effect.gen(function* () {
        const command = someone()
        const all = yield* Effect.all(
          Array.from({ length: 5 }, () => signUp(command)),
          { concurrency: 5 },
        )
        assert.strictEqual(new Set(all.map(({ account }) => account.id)).size, 1)
        assert.strictEqual(new Set(all.map(({ session }) => session.id)).size, 5)
      }),
    )

    it.effect("sign up once also when the same command is done between two looks at what is taken", () =>
      Effect.gen(function* () {
        const command = someone()
        const done = Effect.orDie(
          Effect.asVoid(signUp(command).pipe(Effect.provideContext(yield* Effect.context<Accounts>()))),
        )
        const counting = vi.spyOn(yield* RateLimits, "signUp").mockReturnValueOnce(done)
        const { account } = yield* signUp(command)
        counting.mockRestore()
        assert.lengthOf(
          (yield* eventsOf(account.id)).filter((type) => type === "SessionStarted"),
          2,
        )
      }),
    )

    it.effect("give a name to one of those who want it at once", () =>
      Effect.gen(function* () {
        const { username } = someone()
        const wanted = Array.from({ length: 5 }, () => ({ ...someone(), username }))
        const results = yield* Effect.all(
          wanted.map((command) => Effect.result(signUp(command))),
          { concurrency: 5 },
        )
        const refused = results.filter(Result.isFailure)
        assert.strictEqual(refused.length, 4)
        for (const { failure } of refused) assert.deepStrictEqual(failure, new UsernameTaken({ username }))
      }),
    )

    it.effect("give an address to one, however it is written", () =>
      Effect.gen(function* () {
        const { email } = someone()
        const wanted = [email, email.toUpperCase(), email.replace("example", "Example")].map((written) =>
          someone({ email: written }),
        )
        const results = yield* Effect.all(
          wanted.map((command) => Effect.result(signUp(command))),
          { concurrency: 3 },
        )
        const refused = results.filter(Result.isFailure)
        assert.strictEqual(refused.length, 2)
        for (const { failure } of refused) assert.deepStrictEqual(failure, new EmailTaken())
        assert.deepStrictEqual(yield* Effect.flip(signUp(someone({ email }))), new EmailTaken())
      }),
    )

    it.effect("refuse a weak password before anything else", () =>
      Effect.gen(function* () {
        const command = someone({ password: "password" })
        assert.deepStrictEqual(yield* Effect.flip(signUp(command)), new WeakPassword({ reason: "common" }))
        yield* signUp({ ...command, password: wrong })
      }),
    )

    it.effect("log in by name or address, in any case, each time with a session of its own", () =>
      Effect.gen(function* () {
        const command = someone()
        const { account, session } = yield* signUp(command)
        for (const login of [
          command.username,
          command.email,
          command.username.toUpperCase(),
          command.email.toUpperCase(),
        ]) {
          const again = yield* logIn(login, command.password)
          assert.deepStrictEqual(again.account, account)
          assert.notStrictEqual(again.session.id, session.id)
        }
      }),
    )

    it.effect("answer an unknown name as a wrong password: one error, one hash, one record", () =>
      Effect.gen(function* () {
        const command = someone()
        const { account } = yield* signUp(command)
        const { write: sql } = yield* Database
        const failures = sql`SELECT count(*)::int AS count FROM audit WHERE action = 'failed-login'`
        for (const login of [command.username, command.email, "nobody", "nobody@example.org", "", "%", "a'b\\", "🐎"]) {
          const [before] = yield* failures
          const hashes = computed()
          assert.deepStrictEqual(yield* Effect.flip(logIn(login, wrong)), new InvalidCredentials())
          assert.strictEqual(computed() - hashes, 1, login)
          const [after] = yield* failures
          assert.strictEqual(Number(after?.["count"]) - Number(before?.["count"]), 1)
        }
        const recorded = (yield* auditOf(account.id)).map(({ action }) => action)
        assert.deepStrictEqual(recorded, ["sign-up", "failed-login", "failed-login"])
      }),
    )

    it.effect("limit guesses the same way whether or not there is an account, and never lock its owner out", () =>
      Effect.gen(function* () {
        const command = someone()
        yield* signUp(command).pipe(from("203.0.113.1"))
        for (const login of [command.username, `nobody-${randomUUID().slice(0, 8)}`]) {
          for (let i = 0; i < 5; i++) {
            const error = yield* Effect.flip(logIn(login, wrong).pipe(from(`198.51.100.${i}`)))
            assert.deepStrictEqual(error, new InvalidCredentials())
          }
          const hashes = computed()
          const error = yield* Effect.flip(logIn(login, command.password).pipe(from("198.51.100.9")))
          assert(error instanceof RateLimited)
          assert.isAbove(error.retryAfter, 0)
          assert.strictEqual(computed(), hashes)
        }
        yield* Effect.forEach(Array.from({ length: 10 }), () =>
          logIn(command.username, command.password).pipe(from("203.0.113.1")),
        )
      }),
    )

    it.effect("hash a password again at login once the parameters have changed", () =>
      Effect.gen(function* () {
        const command = someone()
        const { account } = yield* signUp(command)
        const { write: sql } = yield* Database
        const old = yield* Effect.promise(() =>
          Argon2.hash(Redacted.value(command.password), { memoryCost: 16, timeCost: 2 }),
        )
        yield* sql`UPDATE users SET password_hash = ${old} WHERE id = ${account.id}`
        assert.deepStrictEqual(yield* Effect.flip(logIn(command.username, wrong)), new InvalidCredentials())
        for (const hashes of [2, 1]) {
          const before = computed()
          yield* logIn(command.username, command.password)
          assert.strictEqual(computed() - before, hashes)
        }
        const [row] = yield* sql`SELECT password_hash AS hash FROM users WHERE id = ${account.id}`
        assert.strictEqual(Argon2.parseOptions(String(row?.["hash"])).memoryCost, cheap.memory)
      }),
    )

    it.effect("find people: first whose name begins so, then whose name is like it", () =>
      Effect.gen(function* () {
        const { get } = yield* Accounts
        const reader = yield* ContactReader
        const me = (yield* signUp()).account.id
        const search = (query: string, limit: number) => reader.search(me, query, limit)
        const tag = `z${randomUUID().slice(0, 6)}`
        const names = ["annabel", "ann", "joanna", "hannah", "an_n", "anxn", "bob"].map((name) => `${tag}-${name}`)
        for (const username of names) yield* signUp(someone({ username }))
        const found = (query: string, limit = 20) =>
          Effect.map(search(query, limit), (users) => users.map(({ username }) => username.replace(`${tag}-`, "")))
        assert.deepStrictEqual((yield* found(`${tag}-ann`)).slice(0, 2), ["ann", "annabel"])
        assert.deepStrictEqual(yield* found(`${tag.toUpperCase()}-ANN`, 2), ["ann", "annabel"])
        // Whatever is in a query stands for itself.
        assert.strictEqual((yield* found(`${tag}-an_`))[0], "an_n")
        const prefixed = yield* found(`${tag}-an_`)
        assert.isBelow(prefixed.indexOf("an_n"), prefixed.indexOf("anxn") === -1 ? Infinity : prefixed.indexOf("anxn"))
        assert.include(yield* found(`${tag}-hanna`), "hannah")
        assert.deepStrictEqual(yield* found(`${randomUUID()}%`), [])
        assert.deepStrictEqual(yield* found("%%%%"), [])
        assert.deepStrictEqual(yield* found("\\"), [])
        assert.strictEqual((yield* search("", 3)).length, 3)
        const missing = Username.make("nobody-at-all")
        assert.deepStrictEqual(yield* Effect.flip(get({ username: missing })), new UserNotFound({ user: missing }))
        const id = UserId.make(randomUUID())
        assert.deepStrictEqual(yield* Effect.flip(get({ id })), new UserNotFound({ user: id }))
      }),
    )
  })
})
