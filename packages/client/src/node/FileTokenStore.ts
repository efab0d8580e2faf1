/** A sign-in kept in a file that only its owner can read, shared by every process of one user and profile. */
import { mkdir, open, readFile, rename, rm } from "node:fs/promises"
import { dirname } from "node:path"
import { fromText, toText } from "../session/credentials.ts"
import type { TokenStore } from "../session/TokenStore.ts"
import { withFileLock } from "./fileLock.ts"

/**
 * Keeps the sign-in at `path` with mode 0600, in a folder of mode 0700 that is made if need be. A file is replaced as a
 * whole; a file that cannot be read as a sign-in counts as none. The lock is a file beside it, `path.lock`.
 */
export const fileTokenStore = (path: string): TokenStore => ({
  load: async () => {
    const text = await readFile(path, "utf8").catch(absent)
    return text === null ? null : fromText(text)
  },
  save: async (credentials) => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await replaceFile(path, toText(credentials))
  },
  clear: () => rm(path, { force: true }),
  withLock: async (body) => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    return withFileLock(`${path}.lock`, body)
  },
})

/** Writes a file so that whoever reads it, and whatever happens, finds the old text or the new. */
export const replaceFile = async (path: string, text: string): Promise<void> => {
  const draft = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`
  try {
    const file = await open(draft, "wx", 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

const absent = (error: NodeJS.ErrnoException): null => {
  if (error.code === "ENOENT") return null
  throw error
}
