import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Database } from "../../src/storage/Database.ts"
import { isUnavailable, isUniqueViolation, sqlState } from "../../src/storage/errors.ts"
import { Int8, Time } from "../../src/storage/rows.ts"
import { emptyPostgres, hasPostgres, onEachDatabase, postgresAt } from "../support/databases.ts"

onEachDatabase("Database", (database, kind) => {
  it.effect("has every table of the migrations", () =>
    Effect.gen(function* () {
      const { write } = yield* Database
      const rows = yield* write`SELECT to_regclass('events') IS NOT NULL AS events, 'charlie' % 'charly' AS similar`
      assert.deepStrictEqual(rows, [{ events: true, similar: true }])
    }).pipe(Effect.provide(database)),
  )

  it.effect("undoes a transaction that fails, and goes on after a statement that failed", () =>
    Effect.gen(function* () {
      const { write, read } = yield* Database
      yield* write`CREATE TABLE things (id int PRIMARY KEY)`
      const failed = yield* Effect.flip(
        write.withTransaction(
          Effect.gen(function* () {
            yield* write`INSERT INTO things VALUES (1)`
            yield* write`INSERT INTO things VALUES (2), (2)`
          }),
        ),
      )
      assert.isTrue(isUniqueViolation(failed, "things_pkey"))
      assert.deepStrictEqual(yield* read`SELECT * FROM things`, [])
    }).pipe(Effect.provide(database)),
  )

  it.effect("keeps the outcomes of statements at once apart", () =>
    Effect.gen(function* () {
      const { write } = yield* Database
      yield* write`CREATE TABLE things (id int PRIMARY KEY, even bool CHECK (even))`
      const outcomes = yield* Effect.forEach(
        Array.from({ length: 100 }, (_, id) => id),
        (id) => Effect.exit(write`INSERT INTO things VALUES (${id}, ${id % 10 !== 0})`),
        { concurrency: "unbounded" },
      )
      assert.deepStrictEqual(
        outcomes.map((outcome) => Exit.isFailure(outcome)),
        outcomes.map((_, id) => id % 10 === 0),
      )
      const rows = yield* write`SELECT count(*)::int AS count FROM things`
      assert.deepStrictEqual(rows, [{ count: 90 }])
    }).pipe(Effect.provide(database)),
  )

  it.effect("runs transactions at once one after the other where they touch the same row", () =>
    Effect.gen(function* () {
      const { write } = yield* Database
      yield* write`CREATE TABLE counters (n int)`
      yield* write`INSERT INTO counters VALUES (0)`
      const increment = Effect.gen(function* () {
        const [row] = yield* write<{ readonly n: number }>`SELECT n FROM counters FOR UPDATE`
        yield* write`UPDATE counters SET n = ${(row?.n ?? 0) + 1}`
      })
      yield* Effect.replicateEffect(write.withTransaction(increment), 50, { concurrency: "unbounded", discard: true })
      assert.deepStrictEqual(yield* write`SELECT n FROM counters`, [{ n: 50 }])
    }).pipe(Effect.provide(database)),
  )

  it.effect("reads a bigint as a number and a time as text, and writes them so", () =>
    Effect.gen(function* () {
      const { read } = yield* Database
      const Row = Schema.Tuple([Schema.Struct({ n: Int8, at: Time })])
      const decode = Schema.decodeUnknownEffect(Row)
      const [row] = yield* decode(
        yield* read`SELECT 9007199254740991::bigint AS n, '2026-01-02T03:04:05.678Z'::timestamptz AS at`,
      )
      assert.strictEqual(row.n, Number.MAX_SAFE_INTEGER)
      assert.strictEqual(row.at, "2026-01-02T03:04:05.678Z")
      const [encoded] = yield* Schema.encodeEffect(Row)([row])
      const [again] = yield* decode(yield* read`SELECT ${encoded.n}::bigint AS n, ${encoded.at}::timestamptz AS at`)
      assert.deepStrictEqual(again, row)
      const tooGreat = yield* read`SELECT 9007199254740992::bigint AS n, now() AS at`
      assert.isTrue(Exit.isFailure(yield* Effect.exit(decode(tooGreat))))
    }).pipe(Effect.provide(database)),
  )

  it.effect("carries a parameter of 5 MB and an answer of 10 MB", () =>
    Effect.gen(function* () {
      const { read } = yield* Database
      const text = "é".repeat(2_500_000)
      const rows = yield* read<{ readonly text: string }>`SELECT ${text}::text || ${text}::text AS text`
      assert.strictEqual(rows[0]?.text.length, 5_000_000)
    }).pipe(Effect.provide(database)),
  )

  it.live("goes on after a transaction was interrupted in the middle of a statement", () =>
    Effect.gen(function* () {
      const { write } = yield* Database
      yield* write`CREATE TABLE things (id int)`
      const begun = yield* Deferred.make<void>()
      const fiber = yield* Effect.forkChild(
        write.withTransaction(
          Effect.gen(function* () {
            yield* write`INSERT INTO things VALUES (1)`
            yield* Deferred.succeed(begun, undefined)
            yield* write`SELECT pg_sleep(1)`
          }),
        ),
      )
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(yield* write`SELECT count(*)::int AS n FROM things`, [{ n: 0 }])
    }).pipe(Effect.provide(database)),
  )

  it.effect("tells everybody its own name and its kind", () =>
    Effect.gen(function* () {
      const db = yield* Database
      assert.strictEqual(db.kind, kind)
      if (kind === "embedded") return assert.strictEqual(db.read, db.write)
      const rows = yield* db.read`SELECT current_setting('application_name') AS name,
        current_setting('statement_timeout') AS timeout, current_setting('TimeZone') AS zone`
      assert.deepStrictEqual(rows, [{ name: "chat", timeout: "10s", zone: "UTC" }])
    }).pipe(Effect.provide(database)),
  )
})

const silent = Layer.provide(Logger.layer([]))

describe.skipIf(!hasPostgres)("Database (PostgreSQL server)", () => {
  const impatient = (url: Redacted.Redacted) =>
    Database.layerPostgres({ url, statementTimeout: Duration.millis(100), writers: 1, readers: 1 })

  it.live("ends a statement that takes too long, which may succeed later", () =>
    Effect.gen(function* () {
      const context = yield* Layer.build(impatient(yield* emptyPostgres).pipe(silent))
      const error = yield* Effect.flip(Context.get(context, Database).read`SELECT pg_sleep(60)`)
      assert.strictEqual(error.reason._tag, "StatementTimeoutError")
      assert.isTrue(isUnavailable(error))
    }),
  )

  it.effect("refuses to write through a reader", () =>
    Effect.gen(function* () {
      const context = yield* Layer.build(postgresAt(yield* emptyPostgres).pipe(silent))
      const error = yield* Effect.flip(Context.get(context, Database).read`CREATE TABLE things (id int)`)
      assert.strictEqual(sqlState(error), "25006")
    }),
  )

  it.live("comes back after the server has ended its connections", () =>
    Effect.gen(function* () {
      const context = yield* Layer.build(postgresAt(yield* emptyPostgres).pipe(silent))
      const { write, read } = Context.get(context, Database)
      const [row] = yield* write<{ readonly pid: number }>`SELECT pg_backend_pid() AS pid`
      const slow = yield* Effect.forkChild(Effect.flip(write`SELECT pg_sleep(60)`))
      // The victim is in the middle of its statement before it is ended.
      yield* read`SELECT FROM pg_stat_activity WHERE pid = ${row?.pid} AND query LIKE '%pg_sleep%'`.pipe(
        Effect.repeat({ until: (rows) => rows.length === 1 }),
      )
      yield* read`SELECT pg_terminate_backend(${row?.pid})`
      assert.isTrue(isUnavailable(yield* Fiber.join(slow)))
      assert.deepStrictEqual(yield* write`SELECT 1 AS one`, [{ one: 1 }])
    }),
  )

  const startOn = (url: Redacted.Redacted) => Effect.flip(Layer.build(postgresAt(url)))

  const withOption = (url: Redacted.Redacted, option: string): Redacted.Redacted => {
    const changed = new URL(Redacted.value(url))
    changed.searchParams.set("options", option)
    return Redacted.make(changed.href)
  }

  it.effect("is refused when acknowledged does not mean durable", () =>
    Effect.gen(function* () {
      const error = yield* startOn(withOption(yield* emptyPostgres, "-c synchronous_commit=off"))
      assert.strictEqual(error._tag, "DatabaseUnsuitable")
      assert.include(error.message, "synchronous_commit")
    }),
  )

  it.effect("says so when nothing answers, without the password", () =>
    Effect.gen(function* () {
      const error = yield* startOn(Redacted.make("postgres://someone:hunter2@127.0.0.1:1/chat"))
      assert.strictEqual(error._tag, "DatabaseUnreachable")
      assert.include(error.message, "ECONNREFUSED")
      assert.notInclude(error.message, "hunter2")
    }),
  )
})
