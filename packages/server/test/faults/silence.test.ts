import { assert, describe, it } from "@effect/vitest"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Redacted from "effect/Redacted"
import { emptyPostgres, hasPostgres } from "../support/databases.ts"
import { assertKept, at, post, readLog, settle } from "./load.ts"
import { until } from "./crew.ts"
import { assertClean, onPostgres, readiness, start } from "./process.ts"
import { makeProxy } from "./proxy.ts"

describe.skipIf(!hasPostgres)("PostgreSQL", () => {
  it.live("that is slow, or of which nothing is heard any more, is not waited for", () =>
    Effect.gen(function* () {
      const url = yield* emptyPostgres
      const sql = yield* PgClient.make({ url, maxConnections: 1 }).pipe(Effect.provide(Reactivity.layer))
      const direct = new URL(Redacted.value(url))
      const network = yield* makeProxy(`${direct.hostname}:${direct.port === "" ? 5432 : direct.port}`)
      const throughNetwork = new URL(direct)
      throughNetwork.host = network.address
      const server = yield* start({
        ...onPostgres(Redacted.make(throughNetwork.href)),
        CHAT_STATEMENT_TIMEOUT: "1 second",
      })
      yield* Effect.gen(function* () {
        const settled = yield* settle(1)
        const load = yield* post(settled, { enough: 10, persistent: true })
        yield* load.enough
        const refused = () => load.refusals.get("StorageUnavailable") ?? 0

        // Somebody else holds the table for longer than a statement may take.
        yield* Effect.gen(function* () {
          yield* sql`LOCK TABLE messages`
          yield* load.meanwhile(until(() => refused() > 0))
        }).pipe(sql.withTransaction)
        yield* load.more(10)

        // Nobody says that the connections are dead, and what goes out on them gets nowhere.
        const before = refused()
        network.weather.silent = true
        yield* load.meanwhile(until(() => refused() > before))
        assert.strictEqual(yield* readiness(server.address), 503)
        network.clear()
        yield* load.more(10)

        yield* Fiber.interrupt(load.running)
        assert.deepStrictEqual([...load.refusals.keys()], ["StorageUnavailable"])
        assertKept(load.attempts, (yield* readLog(settled)).posts)

        // Nor does a stop wait for it.
        const last = yield* post(settled, { enough: 1, persistent: true })
        yield* last.enough
        network.weather.silent = true
        const { output } = yield* server.kill("SIGTERM")
        assertClean(output, settled.tokens)
      }).pipe(at(server.address))
    }).pipe(Effect.scoped),
  )
})
