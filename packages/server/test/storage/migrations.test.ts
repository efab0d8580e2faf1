import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { SqlClient } from "effect/sql/SqlClient"
import { Database } from "../../src/storage/Database.ts"
import { type Migrations, migrate } from "../../src/storage/migrations.ts"
import { migrations } from "../../src/storage/migrations/index.ts"
import { emptyPostgres, hasPostgres, onEachDatabase, postgresAt } from "../support/databases.ts"

const create = (table: string) =>
  Effect.flatMap(SqlClient, (sql) => sql`CREATE TABLE ${sql(table)} AS SELECT now() AS made`)

const exists = (sql: SqlClient, table: string) =>
  Effect.map(sql<{ readonly is: boolean }>`SELECT to_regclass(${table}) IS NOT NULL AS is`, ([row]) => row?.is)

const more: Migrations = { ...migrations, "9001_one": create("one"), "9002_two": create("two") }

onEachDatabase("migrate", (database) => {
  it.effect("takes each step once, in order", () =>
    Effect.gen(function* () {
      const { write } = yield* Database
      yield* migrate(write, more)
      yield* migrate(write, more)
      yield* migrate(write, { ...more, "9003_three": create("three") })
      const rows = yield* write`SELECT name FROM migrations WHERE migration_id > 9000 ORDER BY migration_id`
      assert.deepStrictEqual(rows, [{ name: "one" }, { name: "two" }, { name: "three" }])
    }).pipe(Effect.provide(database)),
  )

  it.effect("leaves nothing of a run that fails, and names the step", () =>
    Effect.gen(function* () {
      const { write } = yield* Database
      const error = yield* Effect.flip(migrate(write, { ...more, "9003_wrong": create("one") }))
      assert.strictEqual(error._tag, "MigrationFailed")
      assert.include(error.message, "9003_wrong")
      assert.include(error.message, 'relation "one" already exists (42P07)')
      assert.isFalse(yield* exists(write, "one"))
      yield* migrate(write, more)
      assert.isTrue(yield* exists(write, "two"))
    }).pipe(Effect.provide(database)),
  )

  it.effect("refuses a database that a newer server has used", () =>
    Effect.gen(function* () {
      const { write } = yield* Database
      yield* migrate(write, more)
      const error = yield* Effect.flip(migrate(write, migrations))
      assert.include(error.message, "9001 (one), 9002 (two)")
    }).pipe(Effect.provide(database)),
  )
})

describe.skipIf(!hasPostgres)("migrate (several nodes)", () => {
  it.live("is done by one of the nodes that start at once on an empty database", () =>
    Effect.gen(function* () {
      const url = yield* emptyPostgres
      const nodes = yield* Effect.replicateEffect(
        Layer.build(postgresAt(url).pipe(Layer.provide(Logger.layer([])))),
        4,
        { concurrency: "unbounded" },
      )
      for (const node of nodes) {
        const rows = yield* Context.get(node, Database).read`SELECT count(*)::int AS n FROM migrations`
        assert.deepStrictEqual(rows, [{ n: Object.keys(migrations).length }])
      }
    }),
  )
})
