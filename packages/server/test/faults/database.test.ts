import { assert, describe, it } from "@effect/vitest"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Reactivity from "effect/reactivity/Reactivity"
import { connect, follow, isCaughtUp } from "../contract/people.ts"
import { takeUntil } from "../support/core.ts"
import { emptyPostgres, hasPostgres } from "../support/databases.ts"
import { assertKept, at, post, readLog, settle } from "./load.ts"
import { assertClean, onPostgres, start } from "./process.ts"

describe.skipIf(!hasPostgres)("PostgreSQL", () => {
  it.live("connections that are cut in the middle of load cost nothing but a retry", () =>
    Effect.gen(function* () {
      const url = yield* emptyPostgres
      const sql = yield* PgClient.make({ url, maxConnections: 1 }).pipe(Effect.provide(Reactivity.layer))
      const cut = sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'chat' AND pid <> pg_backend_pid()`
      // However far behind the cuts leave somebody, the events themselves are what is looked at here.
      const server = yield* start({
        ...onPostgres(url),
        CHAT_LIMIT_SYNC_GAP: "1000000",
        CHAT_LIMIT_SYNC_GAP_TOTAL: "1000000",
      })
      yield* Effect.gen(function* () {
        const settled = yield* settle(3)
        const { connection, call } = yield* connect
        connection.token = settled.tokens[2]
        const { items } = yield* follow({ call })
        yield* takeUntil(items, isCaughtUp)
        const load = yield* post(settled, { enough: 500, persistent: true })
        const refused = () => load.refusals.get("StorageUnavailable") ?? 0
        // Until it has hurt, and often enough to hit every kind of moment.
        yield* load.meanwhile(
          Effect.gen(function* () {
            for (let cuts = 0; cuts < 10 || refused() === 0; cuts++) {
              yield* cut
              yield* readLog(settled).pipe(Effect.retry({ while: ({ _tag }) => _tag === "StorageUnavailable" }))
            }
          }),
        )
        yield* load.enough
        yield* Fiber.interrupt(load.running)
        assert.deepStrictEqual([...load.refusals.keys()], ["StorageUnavailable"])
        const { posts, cursor } = yield* readLog(settled)
        assertKept(load.attempts, posts)
        const seen = yield* takeUntil(
          items,
          (item) => item._tag === "Event" && item.event.log === cursor?.log && item.event.seq === cursor.seq,
        )
        const seqs = seen.flatMap((item) =>
          item._tag === "Event" && item.event.log === cursor?.log ? [item.event.seq] : [],
        )
        const [first = 0] = seqs
        assert.deepStrictEqual(
          seqs,
          seqs.map((_, index) => first + index),
        )
        const { output } = yield* server.kill("SIGTERM")
        assertClean(output, settled.tokens)
      }).pipe(at(server.address))
    }).pipe(Effect.scoped),
  )
})
