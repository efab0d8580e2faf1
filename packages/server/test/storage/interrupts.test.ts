import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { Database } from "../../src/storage/Database.ts"
import { onEachDatabase } from "../support/databases.ts"

onEachDatabase("Interrupted queries", (database) => {
  // The client as published loses the transaction's answer, and its connection with it: hence the patch.
  it.live("leave the connection to the transaction that comes next", () =>
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      for (let n = 0; n < 20; n++) {
        yield* sql`SELECT 1`
        const query = yield* Effect.forkChild(sql`SELECT 2`, { startImmediately: true })
        yield* Fiber.interrupt(query)
        const rows = yield* sql`SELECT ${n}::int AS n`.pipe(sql.withTransaction)
        assert.deepStrictEqual(rows, [{ n }])
      }
    }).pipe(Effect.provide(database)),
  )
})
