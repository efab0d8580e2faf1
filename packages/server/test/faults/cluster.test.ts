import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { closeSync, openSync, rmSync, writeSync } from "node:fs"
import { join } from "node:path"
import { hasCluster, makeCluster } from "./cluster.ts"
import { assertWhole, gather, talk, until } from "./crew.ts"
import { at, post, settle } from "./load.ts"
import { assertClean, onPostgres, readiness, start } from "./process.ts"

const isLong = process.env["CHAT_TEST_LONG"] === "1"
const rounds = isLong ? 10 : 1
const posts = isLong ? 300 : 40

/** Takes what is left of a disk. */
const fill = (directory: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const file = openSync(join(directory, "filler"), "w")
      for (let size = 1 << 20; size > 0;) {
        try {
          writeSync(file, Buffer.alloc(size))
        } catch {
          size >>= 1
        }
      }
      closeSync(file)
    }),
    () => Effect.sync(() => rmSync(join(directory, "filler"))),
  )

describe.skipIf(!hasCluster)("A PostgreSQL server", () => {
  it.live("that goes away, and whose disk is full, is answered for at once and waited for", () =>
    Effect.gen(function* () {
      const cluster = yield* makeCluster(256)
      const server = yield* start(onPostgres(cluster.url))
      const gathering = yield* gather([server.address, server.address, server.address])
      const settled = yield* at(server.address)(settle(1))
      const talking = yield* talk(gathering)

      /** Whoever asks meanwhile is told so, instead of waiting. */
      const isRefused = Effect.gen(function* () {
        const load = yield* at(server.address)(post(settled, { enough: 1, persistent: true }))
        yield* until(() => (load.refusals.get("StorageUnavailable") ?? 0) > 0)
        assert.deepStrictEqual([...load.refusals.keys()], ["StorageUnavailable"])
        return load
      })

      for (let round = 0; round < rounds; round++) {
        yield* talking.more(posts)
        yield* cluster.down
        const load = yield* isRefused
        assert.strictEqual(yield* readiness(server.address), 503)
        yield* cluster.up
        // By itself, with the same id.
        yield* load.enough
        yield* Fiber.interrupt(load.running)
        yield* talking.more(posts)
        assert.strictEqual(yield* readiness(server.address), 200)

        if (cluster.disk === undefined) continue
        const { disk } = cluster
        const { running } = yield* Effect.scoped(Effect.andThen(fill(disk), isRefused))
        yield* Fiber.interrupt(running)
        // PostgreSQL may have given up, as it does when its log has no room.
        yield* cluster.restart
        yield* talking.more(posts)
      }
      if (cluster.disk === undefined) console.warn("A full disk was not tried: no file system can be mounted here")
      yield* talking.done
      yield* assertWhole(gathering)
      const { code, output } = yield* server.kill("SIGTERM")
      assert.strictEqual(code, 0, output)
      assertClean(output)
    }).pipe(Effect.scoped),
  )
})
