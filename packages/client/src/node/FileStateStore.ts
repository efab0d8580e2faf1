/** What is known of the server's state, in a file that only its owner can read. */
import { mkdir, readFile, rm } from "node:fs/promises"
import { dirname } from "node:path"
import type { StateStore } from "../keeping/StateStore.ts"
import { replaceFile } from "./FileTokenStore.ts"

/** Keeps the text at `path` with mode 0600, in a folder that is made if need be. */
export const fileStateStore = (path: string): StateStore => ({
  load: () => readFile(path, "utf8"),
  save: async (text) => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await replaceFile(path, text)
  },
  remove: () => rm(path, { force: true }),
})
