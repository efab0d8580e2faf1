// A PostgreSQL server of a test's own, which can be stopped, and run out of disk.
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { execFile, execFileSync } from "node:child_process"
import { chownSync, existsSync, globSync, mkdirSync, readFileSync } from "node:fs"
import { createServer, type AddressInfo } from "node:net"
import { once } from "node:events"
import { join } from "node:path"
import { promisify } from "node:util"
import { temporaryDirectory } from "../support/databases.ts"

const run = promisify(execFile)

const bin = globSync("/usr/lib/postgresql/*/bin")
  .filter((directory) => existsSync(join(directory, "initdb")))
  .toSorted()
  .at(-1)

/** Whom the cluster belongs to: PostgreSQL does not run as root. */
const owner = ((): { readonly uid: number; readonly gid: number } | undefined => {
  if (process.getuid?.() !== 0) return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const [uid, gid] = (/^postgres:[^:]*:(?<ids>\d+:\d+):/mu.exec(readFileSync("/etc/passwd", "utf8"))?.[1] ?? "").split(
    ":",
  )
  return uid === undefined || gid === undefined || uid === "" ? undefined : { uid: Number(uid), gid: Number(gid) }
})()

/** Whether a cluster can be made here. */
export const hasCluster = bin !== undefined && owner !== undefined

if (!hasCluster) console.warn("Suites on a PostgreSQL server of their own are skipped: its programs are not installed")

const freePort = Effect.promise(async () => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  // It listens on a port.
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, "close")
  return port
})

const isMounted = (directory: string, megabytes: number): boolean => {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "chat-test", directory], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
}

/** A cluster with an empty database, which runs. On a disk of so many megabytes, where this process may mount one. */
export const makeCluster = Effect.fnUntraced(function* (megabytes: number) {
  assert(bin !== undefined && owner !== undefined)
  const parent = yield* temporaryDirectory
  const isSmall = yield* Effect.acquireRelease(
    Effect.sync(() => process.getuid?.() === 0 && isMounted(parent, megabytes)),
    (mounted) => Effect.sync(() => mounted && execFileSync("umount", ["--lazy", parent])),
  )
  const data = join(parent, "data")
  const port = yield* freePort
  const program = (name: string, ...args: ReadonlyArray<string>) =>
    Effect.promise(() => run(join(bin, name), args, { ...owner, cwd: "/", env: { LC_ALL: "C" } }))
  // Its output goes nowhere: a pipe that it inherits would never end.
  const control = (...args: ReadonlyArray<string>) =>
    program("pg_ctl", "-D", data, "-s", "-w", "-l", "/dev/null", ...args)
  mkdirSync(data)
  chownSync(data, owner.uid, owner.gid)
  yield* program("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-instructions")
  const settings = `-p ${port} -h 127.0.0.1 -k '' -c shared_buffers=16MB -c max_wal_size=32MB -c min_wal_size=32MB`
  const up = control("start", "-o", settings)
  const down = control("stop", "-m", "immediate")
  yield* Effect.acquireRelease(up, () => Effect.ignoreCause(down))
  return {
    url: Redacted.make(`postgres://postgres@127.0.0.1:${port}/postgres`),
    /** Where its files are, if the disk is a small one. */
    disk: isSmall ? parent : undefined,
    up,
    /** As in a crash: nobody is told, and nothing is finished. */
    down,
    /** Also where it has stopped by itself. */
    restart: Effect.andThen(Effect.ignoreCause(down), up),
  }
})
