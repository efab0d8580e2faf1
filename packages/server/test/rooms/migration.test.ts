// What there was before rooms had roles.
import * as PgClient from "@effect/sql-pg/PgClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Reactivity from "effect/reactivity/Reactivity"
import { randomUUID } from "node:crypto"
import core from "../../src/storage/migrations/0001_core.ts"
import { migrations } from "../../src/storage/migrations/index.ts"
import { migrate } from "../../src/storage/migrations.ts"
import { emptyPostgres, hasPostgres } from "../support/databases.ts"

const room = { kind: "room", name: "garden", topic: "", low: null, high: null }

describe.skipIf(!hasPostgres)("Rooms of an older server", () => {
  it.live("belong to who made them, if they are still there, and are as they were", () =>
    Effect.gen(function* () {
      const sql = yield* PgClient.make({ url: yield* emptyPostgres, maxConnections: 1 })
      yield* migrate(sql, { "0001_core": core })
      const [ann, bob] = [randomUUID(), randomUUID()].toSorted()
      for (const [name, id] of [
        ["ann", ann],
        ["bob", bob],
      ]) {
        yield* sql`INSERT INTO users (id, username, email, password_hash, created_at)
          VALUES (${id}, ${name}, ${`${name}@example.org`}, '', now())`
      }
      const conversation = Effect.fnUntraced(function* (of: typeof room | object, joined: readonly [number, number]) {
        const id = randomUUID()
        const { kind, name, topic, low, high } = { ...room, ...of }
        yield* sql`INSERT INTO logs (id, kind) VALUES (${id}, 'conversation')`
        yield* sql`INSERT INTO conversations (id, kind, name, topic, history, low_id, high_id, member_count, created_at)
          VALUES (${id}, ${kind}, ${name}, ${topic}, 'all', ${low}, ${high}, 2, now())`
        for (const [account, at] of [
          [ann, joined[0]],
          [bob, joined[1]],
        ]) {
          yield* sql`INSERT INTO members (conversation_id, account_id, joined) VALUES (${id}, ${account}, ${at})`
        }
        return id
      })
      const own = yield* conversation({}, [1, 2])
      const left = yield* conversation({ name: "abandoned" }, [5, 2])
      const direct = yield* conversation({ kind: "direct", name: null, topic: null, low: ann, high: bob }, [1, 1])
      yield* migrate(sql, migrations)
      const rows = yield* sql`SELECT c.id, c.access, c.archived,
          array_agg(coalesce(m.role, 'none') ORDER BY m.account_id) AS roles
        FROM conversations c JOIN members m ON m.conversation_id = c.id GROUP BY c.id`
      assert.deepStrictEqual(
        new Map(rows.map(({ id, ...rest }) => [id, rest])),
        new Map<unknown, object>([
          [own, { access: "public", archived: false, roles: ["owner", "member"] }],
          [left, { access: "public", archived: false, roles: ["member", "member"] }],
          [direct, { access: "private", archived: false, roles: ["none", "none"] }],
        ]),
      )
    }).pipe(Effect.scoped, Effect.provide([Reactivity.layer, Logger.layer([])])),
  )
})
