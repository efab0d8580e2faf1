/** One at a time among processes: whoever makes the file has the lock, and removes it in the end. */
import { open, readFile, rm, stat, utimes } from "node:fs/promises"
import { hostname } from "node:os"
import { setTimeout } from "node:timers/promises"

/** A lock is kept fresh by its owner; older than this, its owner is gone, wherever it ran. */
const staleAfter = 30_000
const refreshEvery = 5_000
const giveUpAfter = 60_000

/** Waits for the lock, runs `body`, and lets go. The lock of a process that has died is taken over. */
export const withFileLock = async <A>(path: string, body: () => Promise<A>): Promise<A> => {
  await acquire(path)
  const fresh = setInterval(() => void touch(path), refreshEvery)
  try {
    return await body()
  } finally {
    clearInterval(fresh)
    await rm(path, { force: true })
  }
}

const touch = (path: string): Promise<void> => utimes(path, new Date(), new Date()).catch(() => undefined)

const acquire = async (path: string): Promise<void> => {
  for (const start = Date.now(); ;) {
    if (await create(path)) return
    if (await isStale(path)) await breakLock(path)
    else {
      if (Date.now() - start > giveUpAfter) throw new Error(`another process holds ${path}`)
      await setTimeout(10 + Math.random() * 40)
    }
  }
}

const create = async (path: string): Promise<boolean> => {
  try {
    const file = await open(path, "wx", 0o600)
    await file.writeFile(`${process.pid} ${hostname()}`)
    await file.close()
    return true
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false
    throw error
  }
}

const isStale = async (path: string): Promise<boolean> => {
  try {
    const [{ mtimeMs }, owner] = await Promise.all([stat(path), readFile(path, "utf8")])
    if (Date.now() - mtimeMs > staleAfter) return true
    const [pid = "", host] = owner.split(" ")
    return host === hostname() && !isAlive(Number(pid))
  } catch {
    // It has just gone.
    return false
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Somebody else's process is alive too.
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}

// Only under a lock of its own, and after looking again: of several who find a lock stale, one removes it, and none
// removes the fresh one that follows.
const breakLock = async (path: string): Promise<void> => {
  const guard = `${path}.break`
  if (await create(guard)) {
    try {
      if (await isStale(path)) await rm(path, { force: true })
    } finally {
      await rm(guard, { force: true })
    }
  } else if (await isStale(guard)) await rm(guard, { force: true })
}
