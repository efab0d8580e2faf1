import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { temporaryDirectory } from "../support/databases.ts"

const start = (environment: Readonly<Record<string, string>>) =>
  Effect.callback<{ readonly code: number | null; readonly out: string; readonly err: string }>((resume) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "start.fixture.ts")], {
      env: { PATH: process.env["PATH"], ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    })
    let out = ""
    let err = ""
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()))
    child.on("close", (code) => resume(Effect.succeed({ code, out, err })))
    return Effect.sync(() => child.kill("SIGKILL"))
  })

describe("A start that cannot go on", () => {
  it.live("exits 2 and names every variable that is wrong", () =>
    Effect.gen(function* () {
      const ended = yield* start({ CHAT_PORT: "eighty", CHAT_DATABASE_URL: "mysql://me:hunter2@host/chat" })
      assert.deepStrictEqual(ended, {
        code: 2,
        out: "",
        err: [
          "The configuration is not valid:",
          '  CHAT_PORT is "eighty"; allowed: a whole number from 0 to 65,535',
          "  CHAT_DATABASE_URL has a value that is not shown here; allowed: " +
            "a URL of the form postgres://user:password@host:5432/database",
          "",
        ].join("\n"),
      })
    }),
  )

  it.live("exits 1 when the data directory is in use", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      yield* Effect.acquireRelease(
        Effect.sync(() => {
          const lock = new DatabaseSync(join(directory, "server.lock"))
          lock.exec("BEGIN EXCLUSIVE")
          return lock
        }),
        (lock) => Effect.sync(() => lock.close()),
      )
      const ended = yield* start({ CHAT_DATA_DIR: directory })
      assert.deepStrictEqual(ended, {
        code: 1,
        out: "",
        err: `Another server is using ${directory}: stop it, or set CHAT_DATA_DIR to another directory\n`,
      })
    }),
  )

  it.live("exits 1 when the database is damaged, without a stack trace", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      yield* Effect.promise(() => mkdir(join(directory, "pg"), { mode: 0o700 }))
      yield* Effect.promise(() => writeFile(join(directory, "pg", "PG_VERSION"), "18\n"))
      const { code, err } = yield* start({ CHAT_DATA_DIR: directory })
      assert.strictEqual(code, 1)
      assert.include(err, `The data directory ${directory} cannot be used`)
      assert.notMatch(err, /^\s+at /m)
    }),
  )
})
