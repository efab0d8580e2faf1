// What random programs have found about notices.
import { NoticeText } from "@chat/domain/Values"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { Hub } from "../../src/hub/Hub.ts"
import { emptyPostgres, hasPostgres, postgresAt } from "../support/databases.ts"
import { rules } from "./commands/Command.ts"
import { commandId, hold, waiting } from "./examples.ts"
import { startNode } from "./nodes/Node.ts"
import { settings } from "./suite.ts"

describe.skipIf(!hasPostgres)("Counterexamples (notices)", () => {
  it.live("a repeat of the last one that there may be is answered, also while the first is on its way", () =>
    Effect.gen(function* () {
      const url = yield* emptyPostgres
      const node = yield* startNode(Layer.mergeAll(postgresAt(url), Hub.layerMemory, settings), new Map())
      yield* Effect.addFinalizer(() => node.stop)
      const { sql } = node
      const { user: ann } = yield* node.makeUser("ann")
      yield* sql`UPDATE users SET role = 'admin' WHERE id = ${ann.id}`
      const { command } = yield* node.as(ann.id)
      const tell = (id = commandId()) =>
        command({ type: "BroadcastNotice", actor: ann.id, commandId: id, text: NoticeText.make("x") })
      for (let count = 1; count < rules.notices; count++) yield* tell()
      const release = yield* hold(sql, sql`LOCK TABLE notices IN SHARE ROW EXCLUSIVE MODE`)
      const id = commandId()
      const both = yield* Effect.forEach([id, id], (same) => Effect.forkScoped(tell(same)))
      yield* waiting(sql, 2)
      yield* release()
      const [first, second] = yield* Effect.forEach(both, Fiber.join)
      assert.deepStrictEqual(first, second)
    }).pipe(Effect.scoped),
  )
})
