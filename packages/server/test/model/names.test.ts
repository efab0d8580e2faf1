// What random programs have found about what people are called.
import { conversationLog, MessageId, type UserId } from "@chat/domain/Ids"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { randomUUID } from "node:crypto"
import { onEachDatabase } from "../support/databases.ts"
import { makeSyncReader } from "../../src/delivery/SyncReader.ts"
import { Messages } from "../../src/messages/Messages.ts"
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

  it.live("who wrote what was forwarded is who they are now also for those who have never met them", () =>
    Effect.gen(function* () {
      const [ann, bob, eve] = [yield* makeUser("ann"), yield* makeUser("bob"), yield* makeUser("eve")]
      const [hers, theirs] = [yield* makeRoom(ann.id), yield* makeRoom(eve.id)]
      yield* join(eve.id, hers)
      yield* join(bob.id, theirs)
      const source = { conversation: hers, seq: yield* post(ann.id, hers, 1) }
      const id = MessageId.make(randomUUID())
      yield* (yield* Messages).forward(eve.id, { conversation: theirs, id, source })
      const cursors = yield* cursorsOf(bob.id)
      yield* rename(ann.id)
      const resumed = yield* openItems(bob.id, { cursors })
      const changed = resumed.find((item) => item._tag === "UserChanged")
      assert.strictEqual(changed?.user.name, "Ann")
      const logs = yield* (yield* makeSyncReader).logsOf(ann.id)
      assert.include(logs, conversationLog(theirs))
    }).pipe(Effect.provide(node), Effect.scoped),
  )
})
