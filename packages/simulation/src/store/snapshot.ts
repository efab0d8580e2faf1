// Making a database takes ten times as long as starting from a copy. The copies are kept by what went into them.
import { createHash, randomUUID } from "node:crypto"
import { existsSync, globSync, readFileSync } from "node:fs"
import { mkdir, readFile, rename, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"

const migrations = join(import.meta.dirname, "../../../server/src/storage")

const cacheFile = (): string => {
  const hash = createHash("sha256").update(readFileSync(createRequire(import.meta.url).resolve("@electric-sql/pglite")))
  for (const file of globSync(join(migrations, "**/*.ts")).toSorted()) hash.update(readFileSync(file))
  return join(import.meta.dirname, "../../node_modules/.cache/chat", `${hash.digest("hex").slice(0, 32)}.pgdata`)
}

/** The copy of a database that is up to date; `make` makes it the first time. */
export const snapshot = async (make: () => Promise<Uint8Array>): Promise<Blob> => {
  const file = cacheFile()
  if (!existsSync(file)) {
    const draft = `${file}.${randomUUID()}`
    await mkdir(dirname(file), { recursive: true })
    await writeFile(draft, await make())
    // Of several processes that make the same at once, all make the same.
    await rename(draft, file)
  }
  return new Blob([await readFile(file)])
}
