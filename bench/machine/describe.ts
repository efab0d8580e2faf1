import { execFileSync } from "node:child_process"
import { cpus, release, totalmem, type } from "node:os"
import { version } from "./databases.ts"

const git = (...args: ReadonlyArray<string>): string => execFileSync("git", args, { encoding: "utf8" }).trim()

/** On what and of what something is measured. */
export const describeMachine = async () => ({
  at: new Date().toISOString(),
  commit: git("rev-parse", "HEAD") + (git("status", "--porcelain", "--", "packages") === "" ? "" : " and changes"),
  machine: {
    processor: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 1_024 ** 3),
    system: `${type()} ${release()}`,
    node: process.version,
    postgresql: await version(),
  },
})
