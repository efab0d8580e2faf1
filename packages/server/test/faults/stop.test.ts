import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { assertKept, at, post, readLog, repeat, settle } from "./load.ts"
import { assertClean, databases, readiness, start } from "./process.ts"

for (const [name, data, runs] of databases) {
  describe.skipIf(!runs)(`Server on ${name}`, () => {
    it.live("SIGTERM in the middle of load loses nothing that was promised, and is no failure", () =>
      Effect.gen(function* () {
        const env = yield* data
        const server = yield* start(env)
        const settled = yield* at(server.address)(settle(3))
        const load = yield* at(server.address)(post(settled, { enough: 200, persistent: false }))
        yield* load.enough
        assert.strictEqual(yield* readiness(server.address), 200)
        const stopping = yield* Effect.forkChild(server.kill("SIGTERM"), { startImmediately: true })
        while ((yield* readiness(server.address)) === 200);
        const { code, output } = yield* Fiber.join(stopping)
        assert.strictEqual(code, 0, output)
        assertClean(output, settled.tokens)
        yield* Fiber.await(load.running)

        const next = yield* start(env)
        yield* Effect.gen(function* () {
          assertKept(load.attempts, (yield* readLog(settled)).posts)
          yield* repeat(load.attempts)
          const { posts } = yield* readLog(settled)
          assertKept(load.attempts, posts)
          assert.strictEqual(posts.size, load.attempts.length)
        }).pipe(at(next.address))
      }).pipe(Effect.scoped),
    )
  })
}
