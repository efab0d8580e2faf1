import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { createServer } from "node:http"
import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { failure } from "../contract/people.ts"
import { dataDirectory, temporaryDirectory } from "../support/databases.ts"
import { at, readLog, settle } from "./load.ts"
import { assertClean, canary, start } from "./process.ts"

const cannotStart = (env: Readonly<Record<string, string>>) => failure(start(env), "NotStarted")

describe("A server that cannot start says why", () => {
  it.live("a second server on the same data directory", () =>
    Effect.gen(function* () {
      const directory = yield* dataDirectory
      const server = yield* start({ CHAT_DATA_DIR: directory })
      const { code, output } = yield* cannotStart({ CHAT_DATA_DIR: directory })
      assert.strictEqual(code, 1)
      assert.include(output, directory)
      assertClean(output)
      // The first one is none the worse for it.
      yield* at(server.address)(Effect.flatMap(settle(1), readLog))
    }).pipe(Effect.scoped),
  )

  it.live("a port that is taken", () =>
    Effect.gen(function* () {
      const other = createServer().listen(0, "127.0.0.1")
      yield* Effect.addFinalizer(() => Effect.sync(() => other.close()))
      yield* Effect.promise(() => once(other, "listening"))
      // It listens on a port.
      const { port } = other.address() as AddressInfo
      const { code, output } = yield* cannotStart({
        CHAT_DATA_DIR: yield* dataDirectory,
        CHAT_PORT: String(port),
      })
      assert.strictEqual(code, 1)
      assert.include(output, `127.0.0.1:${port}`)
      assertClean(output)
    }).pipe(Effect.scoped),
  )

  it.live("settings that are wrong, all of them at once", () =>
    Effect.gen(function* () {
      const { code, output } = yield* cannotStart({
        CHAT_DATA_DIR: yield* temporaryDirectory,
        CHAT_PORT: "eighty",
        CHAT_HEARTBEAT: "soon",
        CHAT_DATABASE_URL: `mysql://chat:${canary}@127.0.0.1/chat`,
        CHAT_SIGNING_KEY: canary,
      })
      assert.strictEqual(code, 2)
      for (const name of ["CHAT_PORT", "CHAT_HEARTBEAT", "CHAT_DATABASE_URL", "CHAT_SIGNING_KEY"]) {
        assert.include(output, name)
      }
      assert.include(output, '"eighty"')
      assertClean(output)
    }).pipe(Effect.scoped),
  )

  it.live("a database that does not answer", () =>
    Effect.gen(function* () {
      const { code, output } = yield* cannotStart({
        CHAT_DATABASE_URL: `postgres://chat:${canary}@127.0.0.1:1/chat`,
        CHAT_SIGNING_KEY: "",
      })
      assert.notStrictEqual(code, 0)
      assertClean(output)
    }).pipe(Effect.scoped),
  )
})
