import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import * as Migrator from "effect/sql/Migrator"
import { SqlClient } from "effect/sql/SqlClient"
import * as SqlError from "effect/sql/SqlError"
import { MigrationFailed, sqlState } from "./errors.ts"

/** Steps forward by "<number>_<name>". One that was released never changes. */
export type Migrations = Readonly<Record<string, Effect.Effect<unknown, SqlError.SqlError, SqlClient>>>

// Any number, as long as no other program takes the same one in this database.
const lockKey = 3_141_592_653

const Versions = Schema.Array(Schema.Struct({ version: Schema.Int, name: Schema.String }))

const refuseNewer = (sql: SqlClient, known: ReadonlyArray<Migrator.ResolvedMigration>) =>
  Effect.gen(function* () {
    const newest = Math.max(0, ...known.map(([id]) => id))
    const rows = yield* sql`SELECT migration_id AS version, name FROM migrations WHERE migration_id > ${newest}`
    const newer = yield* Schema.decodeUnknownEffect(Versions)(rows)
    if (newer.length === 0) return
    const names = newer.map(({ version, name }) => `${version} (${name})`).join(", ")
    return yield* new MigrationFailed({
      reason: `a newer server has used it, with ${names} that this one does not know`,
    })
  })

/**
 * Brings the schema to the newest version, in one transaction: all or nothing. Of nodes that start at once, one
 * migrates while the others wait for it. A database that is ahead of this program is refused.
 */
export const migrate = Effect.fn("storage.migrate")(
  function* (sql: SqlClient, migrations: Migrations) {
    const started = yield* Clock.currentTimeMillis
    const loader = Migrator.fromRecord(Record.map(migrations, (step) => Effect.asVoid(step)))
    const applied = yield* sql.withTransaction(
      Effect.gen(function* () {
        // Waiting for another node's migration, or a long one of ours, is not a query gone wrong.
        yield* sql`SET LOCAL statement_timeout = 0`
        yield* sql`SELECT pg_advisory_xact_lock(${lockKey})`
        const applied = yield* Migrator.make({})({ loader, table: "migrations" })
        yield* refuseNewer(sql, yield* loader)
        return applied
      }),
    )
    if (applied.length === 0) return
    const millis = (yield* Clock.currentTimeMillis) - started
    yield* Effect.logInfo("Migrated the database").pipe(
      Effect.annotateLogs({ applied: applied.map(([, name]) => name).join(", "), millis }),
    )
  },
  (effect, sql) => Effect.provideService(effect, SqlClient, sql),
  Effect.catchTags({
    SqlError: (error) => new MigrationFailed({ reason: explain(error) }),
    MigrationError: (error) =>
      new MigrationFailed({
        reason: SqlError.isSqlError(error.cause) ? `${error.message}: ${explain(error.cause)}` : error.message,
      }),
    SchemaError: () => new MigrationFailed({ reason: "its table of migrations is not this program's" }),
  }),
)

// Migrations hold no secret, so what the database says of them may be shown.
const explain = (error: SqlError.SqlError): string => {
  const cause = error.reason.cause
  const text = cause instanceof Error ? cause.message : error.message
  const state = sqlState(error)
  return state === undefined ? text : `${text} (${state})`
}
