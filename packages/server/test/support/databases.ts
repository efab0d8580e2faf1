// Databases for tests: real ones, each fresh, up to date and gone afterwards.
import * as PgClient from "@effect/sql-pg/PgClient"
import { describe } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type { SqlError } from "effect/sql/SqlError"
import { createHash, randomUUID } from "node:crypto"
import { existsSync, globSync, readFileSync } from "node:fs"
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { Database } from "../../src/storage/Database.ts"
import type { DatabaseStartError } from "../../src/storage/errors.ts"
import * as Embedded from "../../src/storage/Embedded.ts"

const server = process.env["CHAT_TEST_DATABASE_URL"] ?? "postgres://postgres@127.0.0.1:5432"
const required = process.env["CHAT_TEST_REQUIRE_SERVICES"] === "1"

const at = (database: string): Redacted.Redacted => {
  const url = new URL(server)
  url.pathname = `/${database}`
  return Redacted.make(url.href)
}

const administer = <A>(use: (sql: PgClient.PgClient) => Effect.Effect<A, SqlError>): Effect.Effect<A, SqlError> =>
  PgClient.make({ url: at(new URL(server).pathname.slice(1) || "postgres"), maxConnections: 1 }).pipe(
    Effect.flatMap(use),
    Effect.scoped,
    Effect.provide(Reactivity.layer),
  )

/** The URL of an empty database on the PostgreSQL server, dropped with the scope. */
export const emptyPostgres: Effect.Effect<Redacted.Redacted, never, Scope.Scope> = Effect.acquireRelease(
  Effect.suspend(() => {
    const name = `chat_test_${randomUUID().replaceAll("-", "")}`
    return administer((sql) => sql`CREATE DATABASE ${sql(name)} TEMPLATE template0 ENCODING 'UTF8'`).pipe(
      Effect.as(name),
    )
  }),
  (name) => Effect.orDie(administer((sql) => sql`DROP DATABASE ${sql(name)} WITH (FORCE)`)),
).pipe(Effect.map(at), Effect.orDie)

/** A server's pools on the database of that URL; two of them are two nodes. */
export const postgresAt = (url: Redacted.Redacted): Layer.Layer<Database, DatabaseStartError> =>
  Database.layerPostgres({ url, statementTimeout: Duration.seconds(10), writers: 4, readers: 4 })

// What a start has to say belongs to the tests of the start.
const silent = Layer.provide(Logger.layer([]))

/** A fresh database on the PostgreSQL server. */
export const postgres: Layer.Layer<Database, DatabaseStartError> = Layer.unwrap(
  Effect.map(emptyPostgres, postgresAt),
).pipe(silent)

const unreachable = await Effect.runPromise(
  administer((sql) => sql`SELECT 1`).pipe(
    Effect.as(undefined),
    Effect.catch((error) => Effect.succeed(error.reason.cause instanceof Error ? error.reason.cause.message : "")),
  ),
)

/** Whether a PostgreSQL server answers; where one is required its absence is left to fail the tests. */
export const hasPostgres = unreachable === undefined || required

if (!hasPostgres) console.warn(`Suites on PostgreSQL are skipped: no server answers at ${server} (${unreachable})`)

// Making a database takes ten times as long as starting from a copy. The copies are kept by what went into them.
const cacheFile = (suffix: string): string => {
  const hash = createHash("sha256").update(readFileSync(createRequire(import.meta.url).resolve("@electric-sql/pglite")))
  for (const file of globSync(join(storage, "**/*.ts")).toSorted()) hash.update(readFileSync(file))
  return join(import.meta.dirname, "../../node_modules/.cache/chat", `${hash.digest("hex").slice(0, 32)}.${suffix}`)
}

const storage = join(import.meta.dirname, "../../src/storage")

// Of several processes that make the same at once, the first one's is kept.
const keep = async (path: string, make: (draft: string) => Promise<void>): Promise<string> => {
  if (existsSync(path)) return path
  const draft = `${path}.${randomUUID()}`
  await mkdir(dirname(path), { recursive: true })
  await make(draft)
  await rename(draft, path).catch(() => rm(draft, { recursive: true }))
  return path
}

const makeDirectory = (directory: string): Promise<void> =>
  Effect.runPromise(Effect.scoped(Layer.build(Database.layerEmbedded(directory).pipe(silent))).pipe(Effect.asVoid))

const makeSnapshot = (file: string): Promise<void> =>
  Effect.runPromise(
    Effect.gen(function* () {
      const embedded = yield* Embedded.inMemory()
      yield* Layer.build(Database.layerFrom(embedded).pipe(silent))
      const bytes = yield* embedded.snapshot
      yield* Effect.promise(() => writeFile(file, bytes))
    }).pipe(Effect.scoped),
  )

const snapshot = Effect.runSync(
  Effect.cached(
    Effect.promise(async () => new Uint8Array(await readFile(await keep(cacheFile("pgdata"), makeSnapshot)))),
  ),
)

/** A fresh embedded database in memory. */
export const embedded: Layer.Layer<Database, DatabaseStartError> = Layer.unwrap(
  Effect.map(snapshot, (bytes) => Database.layerMemory(bytes)),
).pipe(silent)

/** The same suite on each kind of database. */
export const onEachDatabase = (
  name: string,
  suite: (database: Layer.Layer<Database, DatabaseStartError>, kind: "embedded" | "postgres") => void,
): void => {
  describe(`${name} (embedded)`, () => suite(embedded, "embedded"))
  describe.skipIf(!hasPostgres)(`${name} (PostgreSQL)`, () => suite(postgres, "postgres"))
}

/** A directory that is gone with the scope. */
export const temporaryDirectory: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "chat-test-"))),
  (directory) => Effect.promise(() => rm(directory, { recursive: true, force: true })),
)

/** A data directory with a fresh database, in which a server starts as fast as on its second start. */
export const dataDirectory: Effect.Effect<string, never, Scope.Scope> = Effect.tap(temporaryDirectory, (directory) =>
  Effect.promise(async () => cp(await keep(cacheFile("directory"), makeDirectory), directory, { recursive: true })),
)
