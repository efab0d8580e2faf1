import { availableParallelism } from "node:os"
import { join } from "node:path"
import { defineConfig } from "vitest/config"

// a developer's own settings must not decide what the tests see
for (const name of Object.keys(process.env)) {
  if (name.startsWith("CHAT_") && !name.startsWith("CHAT_TEST_")) delete process.env[name]
}

const long = process.env["CHAT_TEST_LONG"] === "1"

// A limit ends what hangs, and must not judge how busy the machine is.
const project = (name: string, root: string, include: string, seconds: number) => ({
  extends: true as const,
  // Files of a project share a process and what it has loaded: none of them leaves anything behind.
  test: { name, root, include: [include], isolate: false, testTimeout: (long ? 3_600 : seconds) * 1_000 },
})

const inPackage = (name: string, seconds: number) =>
  project(name, `./packages/${name}`, "test/**/*.test.{ts,tsx}", seconds)

export default defineConfig({
  test: {
    reporters: ["default", "./scripts/totals.ts"],
    // processes, not threads: tests start workers, take signals and change directories
    pool: "forks",
    // much of the time is spent waiting for a database or another process
    maxWorkers: availableParallelism() + 1,
    hookTimeout: 240_000,
    teardownTimeout: 20_000,
    projects: [
      inPackage("domain", 120),
      inPackage("client", 120),
      inPackage("server", 240),
      inPackage("simulation", 240),
      {
        extends: true as const,
        test: {
          ...inPackage("cli", 240).test,
          globalSetup: [join(import.meta.dirname, "packages/cli/test/support/shared.ts")],
        },
      },
      project("workspace", ".", "tests/**/*.test.ts", 300),
    ],
  },
})
