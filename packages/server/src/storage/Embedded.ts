import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { mkdir, readFile, rename, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Duplex } from "node:stream"
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads"
import { DataDirectoryInUse, DataDirectoryUnusable } from "./errors.ts"
import type { WorkerCommand, WorkerOptions, WorkerReport } from "./pglite.protocol.ts"

/** A running embedded PostgreSQL: `open` is what a PostgreSQL client takes for a socket. */
export interface Embedded {
  readonly open: () => Duplex
  readonly snapshot: Effect.Effect<Uint8Array<ArrayBuffer>>
}

class EmbeddedStopped extends Data.TaggedError("EmbeddedStopped")<{ readonly reason: string }> {}

const cancelRequestCode = 80877102

const isCancelRequest = (message: Uint8Array): boolean =>
  message.length === 16 && new DataView(message.buffer, message.byteOffset).getUint32(4) === cancelRequestCode

const send = (worker: Worker, command: WorkerCommand, transfer: Array<MessagePort> = []) =>
  worker.postMessage(command, transfer)

// A socket over a MessagePort. Each write is whole frontend messages, which is what the client does.
const connect = (worker: Worker): Duplex => {
  const { port1, port2 } = new MessageChannel()
  const lost = () => void duplex.destroy(new Error(stopped))
  const duplex: Duplex = new Duplex({
    read: () => undefined,
    write: (chunk: Uint8Array, _encoding, done) => {
      // The embedded database cannot cancel: the query runs on, and the sender of the request need not wait.
      if (isCancelRequest(chunk)) return void duplex.destroy()
      // A copy, because a Buffer may be a view of a shared pool, which would be transferred whole.
      const message = new Uint8Array(chunk)
      port1.postMessage(message, [message.buffer])
      done()
    },
    final: (done) => {
      // The client waits for the readable side to end.
      duplex.push(null)
      done()
    },
    destroy: (error, done) => {
      worker.off("exit", lost)
      port1.close()
      done(error)
    },
  })
  port1.on("message", (message: Uint8Array) => void duplex.push(message))
  if (hasExited(worker)) lost()
  worker.once("exit", lost)
  send(worker, { _tag: "Connect", port: port2 }, [port2])
  return duplex
}

const stopped = "The embedded database has stopped"

const hasExited = (worker: Worker): boolean => worker.threadId === -1

const spawn = (options: WorkerOptions): Worker =>
  new Worker(new URL("./pglite.worker.ts", import.meta.url), { workerData: options, name: "pglite" })
    // Without a listener an error would end the process; whoever waits on the worker hears of its exit.
    .on("error", () => undefined)

const report = <Tag extends WorkerReport["_tag"]>(worker: Worker, tag: Tag, ask?: WorkerCommand) =>
  Effect.callback<Extract<WorkerReport, { readonly _tag: Tag }>, EmbeddedStopped>((resume) => {
    const isAsked = (report: WorkerReport): report is Extract<WorkerReport, { readonly _tag: Tag }> =>
      report._tag === tag
    const leave = () => worker.off("message", onMessage).off("error", onError).off("exit", onExit)
    const fail = (reason: string) => {
      leave()
      resume(Effect.fail(new EmbeddedStopped({ reason })))
    }
    const onError = (cause: unknown) => fail(describe(cause))
    const onExit = () => fail(stopped)
    const onMessage = (report: WorkerReport) => {
      if (!isAsked(report)) return
      leave()
      resume(Effect.succeed(report))
    }
    worker.on("message", onMessage).on("error", onError).on("exit", onExit)
    if (ask !== undefined) send(worker, ask)
    return Effect.sync(leave)
  })

const patience = 10_000

const stop = (worker: Worker): Effect.Effect<void> =>
  Effect.callback((resume) => {
    if (hasExited(worker)) return resume(Effect.void)
    // A query that runs on for long cannot be cancelled; ending the thread under it is as safe as a crash.
    const timer = setTimeout(() => void worker.terminate(), patience)
    worker.once("exit", () => {
      clearTimeout(timer)
      resume(Effect.void)
    })
    send(worker, { _tag: "Close" })
  })

// What has been compiled, and made faster by use, serves every worker that comes later.
let compiled: Promise<WebAssembly.Module> | undefined
const compile = () =>
  (compiled ??= readFile(new URL("pglite.wasm", import.meta.resolve("@electric-sql/pglite"))).then(WebAssembly.compile))

const start = (origin: Omit<WorkerOptions, "postgres">): Effect.Effect<Embedded, EmbeddedStopped, Scope.Scope> =>
  Effect.gen(function* () {
    const options = { ...origin, postgres: yield* Effect.promise(compile) }
    let worker = spawn(options)
    yield* Effect.addFinalizer(() => stop(worker))
    yield* report(worker, "Ready")
    return {
      open: () => {
        // What is in a directory outlives a crash of the thread; what was in memory must not come back empty.
        if (hasExited(worker) && options.directory !== undefined) worker = spawn(options)
        return connect(worker)
      },
      snapshot: Effect.suspend(() => report(worker, "Snapshot", { _tag: "Snapshot" })).pipe(
        Effect.map(({ bytes }) => bytes),
        Effect.orDie,
      ),
    }
  })

/** A database in memory, gone with the scope: empty, or as it was when the snapshot was taken. */
export const inMemory = (snapshot?: Uint8Array<ArrayBuffer>): Effect.Effect<Embedded, never, Scope.Scope> =>
  Effect.orDie(start(snapshot === undefined ? {} : { snapshot }))

/** The database of a directory, made there if there is none. The directory belongs to this process until the end. */
export const inDirectory = Effect.fn("Embedded.inDirectory")(function* (directory: string) {
  const unusable = (reason: string) => new DataDirectoryUnusable({ directory, reason })
  const attempt = <A>(run: () => Promise<A>) =>
    Effect.tryPromise({ try: run, catch: (cause) => unusable(describe(cause)) })
  yield* attempt(() => mkdir(directory, { recursive: true, mode: 0o700 }))
  yield* lock(directory)
  const data = join(directory, "pg")
  const exists = yield* attempt(() => stat(data).then(() => true, isMissing))
  if (!exists) {
    const unfinished = join(directory, "pg.new")
    yield* attempt(() => rm(unfinished, { recursive: true, force: true }))
    yield* Effect.logInfo("Creating the database").pipe(Effect.annotateLogs({ directory }))
    const started = yield* Clock.currentTimeMillis
    // In a worker of its own: initialising takes 400 MB, which only ending the thread gives back.
    yield* Effect.scoped(start({ directory: unfinished })).pipe(Effect.mapError(({ reason }) => unusable(reason)))
    // A start that is cut short leaves no half-made database under the name that counts.
    yield* attempt(() => rename(unfinished, data))
    yield* Effect.logInfo("Created the database").pipe(
      Effect.annotateLogs({ directory, millis: (yield* Clock.currentTimeMillis) - started }),
    )
  }
  return yield* start({ directory: data }).pipe(Effect.mapError(({ reason }) => unusable(reason)))
})

const isMissing = (cause: unknown): false => {
  if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return false
  throw cause
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

// The embedded database has no lock of its own: two processes on one directory silently lose each other's rows. The
// kernel lets go of an SQLite lock however the process ends.
const lock = (directory: string) =>
  Effect.acquireRelease(
    Effect.try({
      try: () => {
        const file = new DatabaseSync(join(directory, "server.lock"), { timeout: 0 })
        try {
          file.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE")
        } catch (cause) {
          file.close()
          throw cause
        }
        return file
      },
      catch: (cause) =>
        /database is locked/.test(describe(cause))
          ? new DataDirectoryInUse({ directory })
          : new DataDirectoryUnusable({ directory, reason: describe(cause) }),
    }),
    (file) => Effect.sync(() => file.close()),
  )
