import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Queue from "effect/Queue"
import * as TestClock from "effect/testing/TestClock"
import { spawn } from "node:child_process"
import { chmod, mkdir, readdir, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { Database } from "../../src/storage/Database.ts"
import * as Embedded from "../../src/storage/Embedded.ts"
import { dataDirectory, temporaryDirectory } from "../support/databases.ts"

const silent = Layer.provide(Logger.layer([]))

const open = (directory: string) =>
  Effect.map(Layer.build(Database.layerEmbedded(directory).pipe(silent)), (context) => Context.get(context, Database))

const startWriter = (directory: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const script = join(import.meta.dirname, "writer.fixture.ts")
      return spawn(process.execPath, [script, directory], { stdio: ["ignore", "pipe", "inherit"] })
    }),
    (child) =>
      Effect.callback<void>((resume) => {
        if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
        child.once("exit", () => resume(Effect.void))
        child.kill("SIGKILL")
      }),
  )

const acknowledged = Effect.fnUntraced(function* (child: ReturnType<typeof spawn>) {
  const lines = yield* Queue.unbounded<number>()
  if (child.stdout !== null) createInterface(child.stdout).on("line", (line) => Queue.offerUnsafe(lines, Number(line)))
  return lines
})

const ended = (child: ReturnType<typeof spawn>) =>
  Effect.callback<NodeJS.Signals | null>((resume) => {
    child.once("close", (_code, signal) => resume(Effect.succeed(signal)))
  })

describe("Embedded", () => {
  it.live("keeps what was written when it is opened again, and shows it to its owner only", () =>
    Effect.gen(function* () {
      const parent = yield* temporaryDirectory
      const directory = join(parent, "deeper", "chat")
      yield* Effect.scoped(Effect.flatMap(open(directory), ({ write }) => write`CREATE TABLE kept (id int)`))
      const { read } = yield* open(directory)
      assert.deepStrictEqual(yield* read`SELECT to_regclass('kept') IS NOT NULL AS kept`, [{ kept: true }])
      const { mode } = yield* Effect.promise(() => stat(directory))
      assert.strictEqual(mode & 0o777, 0o700)
      assert.deepStrictEqual((yield* Effect.promise(() => readdir(directory))).toSorted(), ["pg", "server.lock"])
    }),
  )

  it.live("refuses a directory that another server uses, and takes it over when that one is killed", () =>
    Effect.gen(function* () {
      const directory = yield* dataDirectory
      const writer = yield* startWriter(directory)
      const lines = yield* acknowledged(writer)
      yield* Queue.takeN(lines, 100)
      const refusal = yield* Effect.flip(Effect.scoped(open(directory)))
      assert.strictEqual(refusal._tag, "DataDirectoryInUse")
      assert.include(refusal.message, directory)
      yield* Queue.takeN(lines, 100)

      const end = yield* Effect.forkChild(ended(writer), { startImmediately: true })
      writer.kill("SIGKILL")
      assert.strictEqual(yield* Fiber.join(end), "SIGKILL")
      const told = yield* Queue.clear(lines)
      const last = told.at(-1) ?? 200

      const { read } = yield* open(directory)
      const [row] = yield* read<{ readonly count: number; readonly max: number }>`
        SELECT count(*)::int AS count, max(id) AS max FROM things`
      // Dense up to the last acknowledged one; the one under way may be there or not.
      assert.strictEqual(row?.count, row?.max)
      assert.isAtLeast(row?.count ?? 0, last)
    }),
  )

  it.live("refuses a second database on the same directory in the same process, and frees it at the end", () =>
    Effect.gen(function* () {
      const directory = yield* dataDirectory
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* open(directory)
          const refusal = yield* Effect.flip(open(directory))
          assert.strictEqual(refusal._tag, "DataDirectoryInUse")
        }),
      )
      yield* open(directory)
    }),
  )

  it.live("begins anew where making the database was cut short", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      yield* Effect.promise(() => mkdir(join(directory, "pg.new")))
      yield* Effect.promise(() => writeFile(join(directory, "pg.new", "PG_VERSION"), "18\n"))
      const { read } = yield* open(directory)
      assert.deepStrictEqual(yield* read`SELECT 1 AS one`, [{ one: 1 }])
    }),
  )

  it.live("says what is wrong with a directory that cannot be used", () =>
    Effect.gen(function* () {
      const parent = yield* temporaryDirectory
      const file = join(parent, "file")
      yield* Effect.promise(() => writeFile(file, ""))
      const refusal = yield* Effect.flip(Effect.scoped(open(join(file, "chat"))))
      assert.strictEqual(refusal._tag, "DataDirectoryUnusable")
      assert.include(refusal.message, "ENOTDIR")
    }),
  )

  it.live("says so when what lies there is no database", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      yield* Effect.promise(() => mkdir(join(directory, "pg")))
      yield* Effect.promise(() => writeFile(join(directory, "pg", "PG_VERSION"), "18\n"))
      yield* Effect.promise(() => chmod(join(directory, "pg"), 0o700))
      const refusal = yield* Effect.flip(Effect.scoped(open(directory)))
      assert.strictEqual(refusal._tag, "DataDirectoryUnusable")
      assert.include(refusal.message, directory)
    }),
  )

  it.live("starts again after its thread has died", () =>
    Effect.gen(function* () {
      const directory = yield* dataDirectory
      const embedded = yield* Embedded.inDirectory(directory)
      const database = yield* Effect.map(Layer.build(Database.layerFrom(embedded)), Context.get(Database))
      yield* database.write`CREATE TABLE kept AS SELECT 1 AS id`
      // A startup packet of no known protocol, which stops PGlite for good.
      const poisonous = embedded.open()
      const gone = yield* Effect.forkChild(
        Effect.callback<void>((resume) => void poisonous.once("error", () => resume(Effect.void))),
        { startImmediately: true },
      )
      poisonous.write(Uint8Array.of(0, 0, 0, 8, 9, 9, 9, 9))
      yield* Fiber.join(gone)
      const rows = yield* Effect.retry(database.read`SELECT id FROM kept`, { times: 3 })
      assert.deepStrictEqual(rows, [{ id: 1 }])
    }),
  )

  it.live("hands a connection on without the transaction and the settings of the one before", () =>
    Effect.gen(function* () {
      const embedded = yield* Embedded.inDirectory(yield* dataDirectory)
      const connected = Effect.map(Layer.build(Database.layerFrom(embedded).pipe(silent)), Context.get(Database))
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { write } = yield* connected
          yield* write`SET search_path = elsewhere`
          yield* write`BEGIN`
          yield* write`CREATE TABLE public.unfinished (id int)`
        }),
      )
      const { read } = yield* connected
      const rows = yield* read`SELECT to_regclass('public.unfinished') IS NULL AS undone,
        current_setting('search_path') AS path`
      assert.deepStrictEqual(rows, [{ undone: true, path: "public" }])
    }),
  )

  it.effect("checkpoints now and then, so that its log stays small", () =>
    Effect.gen(function* () {
      const { write, read } = yield* open(yield* dataDirectory)
      const redo = read<{ readonly lsn: string }>`SELECT redo_lsn::text AS lsn FROM pg_control_checkpoint()`
      const [before] = yield* redo
      yield* write`CREATE TABLE much AS SELECT repeat('x', 1000) AS text FROM generate_series(1, 20000)`
      yield* TestClock.adjust("1 minute")
      yield* Effect.repeat(redo, { until: ([now]) => now?.lsn !== before?.lsn })
    }),
  )
})
