import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { takeUntil } from "../support/core.ts"
import { connect, follow } from "../contract/people.ts"
import { assertKept, at, type Attempt, post, readLog, repeat, settle } from "./load.ts"
import { assertClean, databases, start } from "./process.ts"

const rounds = process.env["CHAT_TEST_LONG"] === "1" ? 20 : 1

for (const [name, data, runs] of databases) {
  describe.skipIf(!runs)(`Server on ${name}`, () => {
    it.live("kill -9 in the middle of load loses nothing that was promised, and doubles nothing", () =>
      Effect.gen(function* () {
        const env: Readonly<Record<string, string>> = yield* data
        let server = yield* start(env)
        const settled = yield* at(server.address)(settle(3))
        const attempts: Array<Attempt> = []
        for (let round = 0; round < rounds; round++) {
          const before = yield* at(server.address)(readLog(settled))
          const load = yield* at(server.address)(post(settled, { enough: 200, persistent: false }))
          yield* load.enough
          const { signal, output } = yield* server.kill("SIGKILL")
          assert.strictEqual(signal, "SIGKILL")
          assertClean(output, settled.tokens)
          yield* Fiber.await(load.running)
          attempts.push(...load.attempts)
          assert.isTrue(
            load.attempts.some(({ receipt }) => receipt === undefined),
            "nothing was under way at the end",
          )

          server = yield* start(env)
          yield* Effect.gen(function* () {
            const { posts } = yield* readLog(settled)
            assertKept(attempts, posts)
            // Somebody who was following goes on from where they were.
            const { connection, call } = yield* connect
            connection.token = settled.tokens[1]
            assert(before.cursor !== undefined)
            const { log, seq } = before.cursor
            const { items } = yield* follow({ call }, { cursors: [before.cursor], only: [log] })
            yield* repeat(attempts)
            const after = yield* readLog(settled)
            assertKept(attempts, after.posts)
            assert.strictEqual(after.posts.size, attempts.length)
            const last = after.cursor?.seq
            const seen = yield* takeUntil(items, (item) => item._tag === "Event" && item.event.seq === last)
            assert.deepStrictEqual(
              seen.flatMap((item) => (item._tag === "Event" ? [item.event.seq] : [])),
              Array.from({ length: Number(last) - seq }, (_, index) => seq + 1 + index),
            )
          }).pipe(at(server.address), Effect.scoped)
        }
      }).pipe(Effect.scoped),
    )
  })
}
