import { SessionNotFound, Unauthenticated } from "@chat/domain/Errors"
import { accountLog, SessionId } from "@chat/domain/Ids"
import { assert, layer } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { randomUUID } from "node:crypto"
import { Accounts } from "../../src/accounts/Accounts.ts"
import { ServerConfig } from "../../src/config/ServerConfig.ts"
import { Hub, type Notice } from "../../src/hub/Hub.ts"
import { Sessions } from "../../src/sessions/Sessions.ts"
import { Database } from "../../src/storage/Database.ts"
import { accountsOn, signUp, someone } from "../accounts/support.ts"
import { onEachDatabase } from "../support/databases.ts"
import { SettableClock } from "./settableClock.ts"

const ended = new Unauthenticated({ reason: "ended" })

const verify = (accessToken: string) => Sessions.use(({ verify }) => verify(Redacted.make(accessToken)))

const endings = Effect.fnUntraced(function* (user: string) {
  const { write: sql } = yield* Database
  return yield* sql`SELECT data, actor_id AS actor FROM events
    WHERE log_id = ${user} AND type = 'SessionEnded' ORDER BY seq`
})

/** Somebody with two sessions. */
const twice = Effect.gen(function* () {
  const command = someone()
  const first = yield* signUp(command)
  const { logIn } = yield* Accounts
  const second = yield* logIn({ login: command.username, password: command.password, device: command.device })
  const { id: user, username } = first.account
  return { user, username, first, second }
})

/** Another node on the same database, whose hub has nothing to do with that of the first. Its key is the same. */
const nextTo = Effect.fnUntraced(function* (hub: Layer.Layer<Hub> = Hub.layerMemory) {
  const database = Layer.succeed(Database, yield* Database)
  const { signingKey } = yield* ServerConfig
  const lifetimes = { headCheck: Duration.minutes(1), sessionLifetime: Duration.hours(1) }
  return yield* Layer.build(Layer.fresh(accountsOn(database, { ...lifetimes, signingKey }, hub)))
})

/** Lets time pass, and the database answer in between, until there is something. */
const heard = Effect.fnUntraced(function* <A>(queue: Queue.Dequeue<A>) {
  const { read: sql } = yield* Database
  while (Queue.sizeUnsafe(queue) === 0) {
    yield* TestClock.adjust("5 minutes")
    yield* sql`SELECT 1`
  }
  return yield* Queue.take(queue)
})

onEachDatabase("Sessions", (database) => {
  layer(accountsOn(database), { excludeTestServices: true, timeout: "60 seconds" })((it) => {
    it.effect("end at once when they are revoked, and everybody is told", () =>
      Effect.gen(function* () {
        const { user, username, first, second } = yield* twice
        const sessions = yield* Sessions
        const hub = yield* Hub
        const notices: Array<Notice> = []
        yield* hub.subscribe((notice) => notices.push(notice))
        const session = first.session.id
        assert.deepStrictEqual((yield* verify(first.tokens.accessToken)).current, { user, username, session })
        yield* sessions.end({ user, session }, "revoked")
        assert.deepStrictEqual(yield* Effect.flip(verify(first.tokens.accessToken)), ended)
        assert.deepStrictEqual(yield* Effect.flip(sessions.refresh(Redacted.make(first.tokens.refreshToken))), ended)
        assert.deepStrictEqual(
          notices.filter(({ _tag }) => _tag === "SessionOver"),
          [{ _tag: "SessionOver", session }],
        )
        assert.deepStrictEqual(
          notices.flatMap((notice) => (notice._tag === "LogAdvanced" ? [notice.log] : [])),
          [accountLog(user)],
        )
        assert.deepStrictEqual(yield* endings(user), [{ data: { session, reason: "revoked" }, actor: user }])
        assert.strictEqual((yield* verify(second.tokens.accessToken)).current.session, second.session.id)
        const listed = yield* sessions.list({ user, session: second.session.id })
        assert.deepStrictEqual(
          listed.map(({ id, current }) => [id, current]),
          [[second.session.id, true]],
        )
      }),
    )

    it.effect("end at once on their node also where the hub brings nothing", () =>
      Effect.gen(function* () {
        const silent = Layer.mock(Hub, { publish: () => Effect.void, subscribe: () => Effect.void })
        const node = yield* nextTo(silent)
        const { account, session, tokens } = yield* Effect.provideContext(signUp(), node)
        const there = Context.get(node, Sessions)
        const token = Redacted.make(tokens.accessToken)
        yield* there.verify(token)
        yield* there.end({ user: account.id, session: session.id }, "logout")
        assert.deepStrictEqual(yield* Effect.flip(there.verify(token)), ended)
      }),
    )

    it.effect("end once, and only for their owner", () =>
      Effect.gen(function* () {
        const { user, first } = yield* twice
        const stranger = yield* signUp()
        const { end } = yield* Sessions
        const session = first.session.id
        const refused = new SessionNotFound({ session })
        assert.deepStrictEqual(yield* Effect.flip(end({ user: stranger.account.id, session }, "revoked")), refused)
        yield* verify(first.tokens.accessToken)
        yield* Effect.all([end({ user, session }, "logout"), end({ user, session }, "revoked")], { concurrency: 2 })
        yield* end({ user, session }, "revoked")
        assert.strictEqual((yield* endings(user)).length, 1)
        const unknown = SessionId.make(randomUUID())
        assert.deepStrictEqual(
          yield* Effect.flip(end({ user, session: unknown }, "revoked")),
          new SessionNotFound({ session: unknown }),
        )
      }),
    )

    it.effect("are listed newest first, with when they were used last", () =>
      Effect.gen(function* () {
        const clock = new SettableClock(1_800_000_000_000)
        const command = someone()
        const first = yield* clock.at(signUp(command))
        const { id: user } = first.account
        const { list, refresh } = yield* Sessions
        const listed = Effect.map(clock.at(list({ user, session: first.session.id })), (sessions) =>
          sessions.map(({ id, createdAt, lastSeenAt, current }) => [id, createdAt, lastSeenAt, current]),
        )
        const begin = first.session.createdAt
        assert.strictEqual(begin, clock.date.toISOString())
        clock.advance(60_000)
        const later = clock.date.toISOString()
        const { logIn } = yield* Accounts
        const second = yield* clock.at(
          logIn({ login: command.username, password: command.password, device: command.device }),
        )
        assert.deepStrictEqual(yield* listed, [
          [second.session.id, later, later, false],
          [first.session.id, begin, begin, true],
        ])
        yield* clock.at(refresh(Redacted.make(first.tokens.refreshToken)))
        assert.deepStrictEqual(yield* listed, [
          [second.session.id, later, later, false],
          [first.session.id, begin, later, true],
        ])
      }),
    )

    it.effect("that end on another node, or are idle for too long, are found though no notice came", () =>
      Effect.gen(function* () {
        const node = yield* nextTo()
        const { user, first, second } = yield* Effect.provideContext(twice, node)
        const session = first.session.id
        const told = yield* Queue.unbounded<SessionId>()
        yield* Context.get(node, Hub).subscribe((notice) => {
          if (notice._tag === "SessionOver") Queue.offerUnsafe(told, notice.session)
        })
        const verifyHere = (token: string) => Effect.provideContext(verify(token), node)
        assert.strictEqual((yield* verifyHere(first.tokens.accessToken)).current.session, session)
        // The node of the suite, whose hub carries nothing to the other one.
        yield* Sessions.use(({ end }) => end({ user, session }, "revoked"))
        assert.strictEqual((yield* verifyHere(first.tokens.accessToken)).current.session, session)
        assert.strictEqual(yield* heard(told), session)
        assert.deepStrictEqual(yield* Effect.flip(verifyHere(first.tokens.accessToken)), ended)
        // Nobody refreshes the other one.
        assert.strictEqual(yield* heard(told), second.session.id)
        assert.deepStrictEqual(yield* endings(user), [
          { data: { session, reason: "revoked" }, actor: user },
          { data: { session: second.session.id, reason: "expired" }, actor: null },
        ])
      }).pipe(Effect.provide(TestClock.layer())),
    )

    it.effect("are compared with the database on demand", () =>
      Effect.gen(function* () {
        const node = yield* nextTo()
        const { user, first, second } = yield* twice
        const session = first.session.id
        const there = Context.get(node, Sessions)
        const token = Redacted.make(first.tokens.accessToken)
        yield* there.verify(token)
        yield* Sessions.use(({ end }) => end({ user, session }, "revoked"))
        const unknown = SessionId.make(randomUUID())
        assert.deepStrictEqual(yield* there.endedAmong([second.session.id, session, unknown]), [session, unknown])
        assert.deepStrictEqual(yield* there.endedAmong([]), [])
        assert.deepStrictEqual(yield* Effect.flip(there.verify(token)), ended)
      }),
    )
  })
})
