// What random programs have found about what people do for themselves alone.
import { accountLog, MessageId } from "@chat/domain/Ids"
import { Body } from "@chat/domain/Values"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { randomUUID } from "node:crypto"
import { Messages } from "../../src/messages/Messages.ts"
import { Stars } from "../../src/personal/Stars.ts"
import { Database } from "../../src/storage/Database.ts"
import { layerCore, makeUser } from "../support/core.ts"
import { onEachDatabase } from "../support/databases.ts"
import { commandId, layerSilent, makeRoom, settings } from "./examples.ts"

onEachDatabase("Counterexamples (personal)", (database) => {
  const node = layerCore.pipe(Layer.provideMerge(Layer.mergeAll(database, layerSilent(new Set()), settings)))

  it.live("a star is of the time that its event says, also where the clock has gone back", () =>
    Effect.gen(function* () {
      const ann = yield* makeUser("ann")
      const conversation = yield* makeRoom(ann.id)
      const message = MessageId.make(randomUUID())
      yield* (yield* Messages).post(ann.id, { conversation, id: message, body: Body.make("x") })
      const { write: sql } = yield* Database
      yield* sql`UPDATE logs SET at = at + interval '1 hour' WHERE id = ${accountLog(ann.id)}`
      const stars = yield* Stars
      const { at } = yield* stars.add(ann.id, { commandId: commandId(), conversation, message })
      const page = yield* stars.page(ann.id, { before: undefined, limit: 1 })
      assert.deepStrictEqual(
        page.stars.map((star) => star.at),
        [at],
      )
    }).pipe(Effect.provide(node), Effect.scoped),
  )
})
