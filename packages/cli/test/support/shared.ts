// A directory for what the files of a run have in common; it is gone when the last of them is done.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { TestProject } from "vitest/node"

declare module "vitest" {
  interface ProvidedContext {
    readonly shared: string
  }
}

export default ({ provide }: TestProject) => {
  const directory = mkdtempSync(join(tmpdir(), "chat-cli-shared-"))
  provide("shared", directory)
  return () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
}
