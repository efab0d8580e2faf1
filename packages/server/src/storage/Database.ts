import * as PgClient from "@effect/sql-pg/PgClient"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import type * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { SqlError } from "effect/sql/SqlError"
import { ServerConfig } from "../config/ServerConfig.ts"
import * as Embedded from "./Embedded.ts"
import { DatabaseUnreachable, type DatabaseStartError, DatabaseUnsuitable } from "./errors.ts"
import { migrate } from "./migrations.ts"
import { migrations } from "./migrations/index.ts"
import { watchedSocket } from "./watchedSocket.ts"

export interface PostgresOptions {
  readonly url: Redacted.Redacted
  readonly statementTimeout: Duration.Duration
  readonly writers: number
  readonly readers: number
}

/**
 * The database, up to date and fit for use. What must not be lost or seen half done goes through `write`; a query that
 * changes nothing through `read`, so that a slow page of history keeps no post waiting. On the embedded database both
 * are its one connection. Close to a transaction on `write`, `read` does not see what the transaction did.
 */
export class Database extends Context.Service<
  Database,
  {
    readonly kind: "embedded" | "postgres"
    readonly write: PgClient.PgClient
    readonly read: PgClient.PgClient
  }
>()("@chat/server/storage/Database") {
  /** The PostgreSQL server of the configuration, else the embedded database in its data directory. */
  static readonly layer: Layer.Layer<Database, DatabaseStartError, ServerConfig> = Layer.unwrap(
    Effect.map(ServerConfig, (config) =>
      config.databaseUrl === undefined
        ? Database.layerEmbedded(config.dataDirectory)
        : Database.layerPostgres({
            url: config.databaseUrl,
            statementTimeout: config.statementTimeout,
            writers: config.databaseWriters,
            readers: config.databaseReaders,
          }),
    ),
  )

  /** A PostgreSQL server. */
  static readonly layerPostgres = (options: PostgresOptions): Layer.Layer<Database, DatabaseStartError> =>
    Layer.effect(Database, makePostgres(options)).pipe(Layer.provide(Reactivity.layer))

  /** The embedded database of a directory, which belongs to this process as long as the layer lives. */
  static readonly layerEmbedded = (directory: string): Layer.Layer<Database, DatabaseStartError> =>
    Layer.effect(Database, makeEmbedded(directory)).pipe(Layer.provide(Reactivity.layer))

  /** An embedded database that is gone with the layer: empty, or as it was when the snapshot was taken. */
  static readonly layerMemory = (snapshot?: Uint8Array<ArrayBuffer>): Layer.Layer<Database, DatabaseStartError> =>
    Layer.unwrap(Effect.map(Embedded.inMemory(snapshot), Database.layerFrom))

  /** An embedded database that runs already. */
  static readonly layerFrom = (embedded: Embedded.Embedded): Layer.Layer<Database, DatabaseStartError> =>
    Layer.effect(Database, fromEmbedded(embedded)).pipe(Layer.provide(Reactivity.layer))
}

const applicationName = "chat"

/**
 * A plan is made when a connection is young, and kept. While tables are small it would read them from end to end, and go on
 * doing so when they are not; what writes finds everything by a key.
 */
const byIndex = { enable_seqscan: "off", jit: "off" }

const makePostgres = Effect.fn("Database.postgres")(
  function* (options: PostgresOptions) {
    const common = {
      url: options.url,
      ...watchedSocket(options.url, options.statementTimeout),
      applicationName,
      minConnections: 1,
    }
    const startupParameters = {
      statement_timeout: String(Duration.toMillis(options.statementTimeout)),
      timezone: "UTC",
    }
    // Each statement has a connection to itself: one that waits for a lock would hold up whatever is sent behind it.
    const write = yield* PgClient.make({
      ...common,
      multiplex: true,
      multiplexConcurrency: 1,
      maxConnections: options.writers,
      startupParameters: { ...startupParameters, ...byIndex },
    })
    const read = yield* PgClient.make({
      ...common,
      multiplex: true,
      maxConnections: options.readers,
      // A write that strays here fails in every test, instead of waiting behind a reader in production.
      startupParameters: { ...startupParameters, default_transaction_read_only: "on" },
    })
    yield* checkSuitable(write)
    yield* migrate(write, migrations)
    return Database.of({ kind: "postgres", write, read })
  },
  Effect.catchTag("SqlError", (error) => Effect.fail(unreachable(error))),
)

const makeEmbedded = Effect.fn("Database.embedded")(function* (directory: string) {
  const embedded = yield* Embedded.inDirectory(directory)
  const database = yield* fromEmbedded(embedded)
  yield* Effect.logWarning(
    "The embedded database survives a crash of the server, but a power cut may take the last moments with it. " +
      "Set CHAT_DATABASE_URL where that matters.",
  )
  yield* checkpointNowAndThen(database.write)
  return database
})

const fromEmbedded = Effect.fnUntraced(
  function* (embedded: Embedded.Embedded) {
    const client = yield* PgClient.make({
      stream: embedded.open,
      username: "postgres",
      database: "postgres",
      applicationName,
      minConnections: 1,
      maxConnections: 1,
      multiplex: true,
      // A reconnect waits for what the one backend is still doing.
      connectTimeout: "60 seconds",
    })
    yield* migrate(client, migrations)
    return Database.of({ kind: "embedded", write: client, read: client })
  },
  Effect.catchTag("SqlError", (error) => Effect.fail(unreachable(error))),
)

const unreachable = (error: SqlError) => {
  const cause = error.reason.cause
  return new DatabaseUnreachable({ reason: cause instanceof Error ? cause.message : error.message })
}

const Facts = Schema.Tuple([
  Schema.Struct({
    version: Schema.Int,
    release: Schema.String,
    commit: Schema.String,
    fsync: Schema.String,
    encoding: Schema.String,
  }),
])

const checkSuitable = Effect.fnUntraced(function* (sql: PgClient.PgClient) {
  const rows = yield* sql`SELECT
    current_setting('server_version_num')::int AS version,
    current_setting('server_version') AS release,
    current_setting('synchronous_commit') AS commit,
    current_setting('fsync') AS fsync,
    current_setting('server_encoding') AS encoding`
  const [facts] = yield* Effect.orDie(Schema.decodeUnknownEffect(Facts)(rows))
  if (facts.version < 150_000) {
    return yield* new DatabaseUnsuitable({ reason: `it is PostgreSQL ${facts.release}, and 15 or later is needed` })
  }
  if (facts.encoding !== "UTF8") {
    return yield* new DatabaseUnsuitable({ reason: `its encoding is ${facts.encoding}, and UTF8 is needed` })
  }
  if (facts.commit === "off") {
    return yield* new DatabaseUnsuitable({
      reason: "synchronous_commit is off, and what the server acknowledges must be durable",
    })
  }
  if (facts.fsync === "off") {
    yield* Effect.logWarning("The database runs with fsync off: a power cut may destroy it")
  }
})

// The embedded database has no checkpointer: without this its log grows, and the start after a crash with it, for as
// long as the server runs. Nor has it anybody else who gathers the planner's statistics.
const checkpointNowAndThen = (sql: PgClient.PgClient): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const due = yield* sql`SELECT FROM pg_control_checkpoint()
      WHERE pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn) > ${16 * 1024 * 1024}`
    if (due.length === 0) return
    yield* sql`CHECKPOINT`
    yield* sql`ANALYZE`
  }).pipe(
    Effect.catch((error) => Effect.logWarning("Could not checkpoint the embedded database", error.reason._tag)),
    Effect.repeat(Schedule.spaced("1 minute")),
    Effect.delay("1 minute"),
    Effect.forkScoped,
    Effect.asVoid,
  )
