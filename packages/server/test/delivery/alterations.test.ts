import { CommandId, MessageId } from "@chat/domain/Ids"
import type { SyncItem } from "@chat/domain/Sync"
import { Body, Username } from "@chat/domain/Values"
import { assert, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { randomUUID } from "node:crypto"
import { Conversations } from "../../src/conversations/Conversations.ts"
import { Hub } from "../../src/hub/Hub.ts"
import { Messages } from "../../src/messages/Messages.ts"
import { Database } from "../../src/storage/Database.ts"
import { Alterations } from "../../src/users/Alterations.ts"
import { config, layerCore, makeUser, openSync, takeUntil } from "../support/core.ts"
import { onEachDatabase } from "../support/databases.ts"

/** A node that hears nothing of the others but by the head check. */
const deafNode = Layer.fresh(Layer.mergeAll(layerCore, Alterations.layer).pipe(Layer.provideMerge(Hub.layerMemory)))

const isOf = (username: Username) => (item: SyncItem) => item._tag === "UserChanged" && item.user.username === username

onEachDatabase("A user who changes", (database) => {
  const shared = Layer.mergeAll(database, config({ headCheck: Duration.millis(100) }))

  it.live("is told of by a node that did not hear of it, and is who they are now in what it sends from then on", () =>
    Effect.gen(function* () {
      const [here, there] = [yield* Layer.build(deafNode), yield* Layer.build(deafNode)]
      const ann = yield* Effect.provide(makeUser("ann"), here)
      const bob = yield* Effect.provide(makeUser("bob"), here)
      const { conversation } = yield* Conversations.use((conversations) =>
        conversations.openDirect(ann.id, { commandId: CommandId.make(randomUUID()), user: bob.id }),
      ).pipe(Effect.provide(here))
      const sync = yield* Effect.provide(openSync(bob.id), there)
      const start = yield* takeUntil(sync, (item) => item._tag === "CaughtUp")
      const peers = start.flatMap((item) =>
        item._tag === "ConversationSnapshot" ? [item.conversation.peer?.username] : [],
      )
      assert.deepStrictEqual(peers, [ann.username])
      const username = Username.make("anna")
      const { write: sql } = yield* Database
      yield* Effect.gen(function* () {
        yield* sql`UPDATE users SET username = ${username} WHERE id = ${ann.id}`
        yield* Alterations.use(({ note }) => note(ann.id))
      }).pipe(sql.withTransaction, Effect.provide(here))
      const [told] = (yield* takeUntil(sync, isOf(username))).slice(-1)
      assert.deepStrictEqual(told, { _tag: "UserChanged", user: { id: ann.id, username, rev: 1 } })
      const message = { conversation, id: MessageId.make(randomUUID()), body: Body.make("hello") }
      yield* Messages.use(({ post }) => post(ann.id, message)).pipe(Effect.provide(there))
      const sent = yield* takeUntil(sync, (item) => item._tag === "Event")
      const authors = sent.flatMap((item) =>
        item._tag === "Event" && item.event.type === "MessagePosted" ? [item.event.data.message.author.username] : [],
      )
      assert.deepStrictEqual(authors, [username])
    }).pipe(Effect.scoped, Effect.provide(shared)),
  )
})
