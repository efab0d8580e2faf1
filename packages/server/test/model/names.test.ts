// What random programs have found about what people are called.
import { type UserId } from "@chat/domain/Ids"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { onEachDatabase } from "../support/databases.ts"
import { Database } from "../../src/storage/Database.ts"
import { layerCore, makeUser } from "../support/core.ts"
import { cursorsOf, join, layerSilent, makeRoom, openItems, post, settings } from "./examples.ts"

onEachDatabase("Counterexamples (names)", (database) => {
  const node = layerCore.pipe(Layer.provideMerge(Layer.mergeAll(database, layerSilent(new Set()), settings)))

  // As another node does it, of which the hub says nothing.
  const rename = Effect.fnUntraced(function* (user: UserId) {
    const { write: sql } = yield* Database
    yield* sql`UPDATE users SET name = 'Ann', rev = rev + 1, changed = pg_current_xact_id() WHERE id = ${user}`
  })

  it.live("who has caught up calls nobody as they were called before: the stamp says so", () =>
    Effect.gen(function* () {
      const [ann, bob] = [yield* makeUser("ann"), yield* makeUser("bob")]
      const room = yield* makeRoom(ann.id)
      yield* join(bob.id, room)
      yield* post(ann.id, room, 1)
      const cursors = yield* cursorsOf(bob.id)
      yield* rename(ann.id)
      const begun = yield* openItems(bob.id)
      const snapshot = begun.find((item) => item._tag === "ConversationSnapshot")
      assert.strictEqual(snapshot?.conversation.lastMessage?.author.name, "Ann")
      const resumed = yield* openItems(bob.id, { cursors })
      const changed = resumed.find((item) => item._tag === "UserChanged")
      assert.strictEqual(changed?.user.name, "Ann")
    }).pipe(Effect.provide(node), Effect.scoped),
  )
})
