import { LogId } from "@chat/domain/Ids"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { randomUUID } from "node:crypto"
import { Hub } from "../../src/hub/Hub.ts"
import { Logs } from "../../src/logs/Logs.ts"
import { Database } from "../../src/storage/Database.ts"
import { hasPostgres, postgres } from "../support/databases.ts"

describe.skipIf(!hasPostgres)("Logs", () => {
  it.live("are locked in the order of their ids, in whatever order they are named", () =>
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const logs = yield* Logs
      const [low, high] = [randomUUID(), randomUUID()].toSorted().map((id) => LogId.make(id))
      assert(low !== undefined && high !== undefined)
      yield* logs.create(high, "account")
      yield* logs.create(low, "account")
      const [held, release] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      yield* sql`SELECT FROM logs WHERE id = ${low} FOR UPDATE`.pipe(
        Effect.andThen(Deferred.succeed(held, undefined)),
        Effect.andThen(Deferred.await(release)),
        sql.withTransaction,
        Effect.forkScoped,
      )
      yield* Deferred.await(held)
      const locked = yield* logs.lock([high, low]).pipe(sql.withTransaction, Effect.forkScoped)
      yield* Effect.repeat(
        sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        { until: (rows) => rows.length > 0 },
      )
      const free = yield* sql`SELECT id FROM logs WHERE id = ${high} FOR UPDATE SKIP LOCKED`
      assert.deepStrictEqual(free, [{ id: high }])
      yield* Deferred.succeed(release, undefined)
      assert.deepStrictEqual([...(yield* Fiber.join(locked)).keys()], [low, high])
    }).pipe(
      // Whoever still waits is gone before the connections are.
      Effect.scoped,
      Effect.provide(Logs.layer.pipe(Layer.provideMerge(Layer.mergeAll(postgres, Hub.layerMemory)))),
    ),
  )
})
