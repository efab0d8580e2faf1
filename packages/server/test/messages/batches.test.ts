import { CommandId, MessageId } from "@chat/domain/Ids"
import { Body, RoomName, Topic } from "@chat/domain/Values"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { randomUUID } from "node:crypto"
import { Hub } from "../../src/hub/Hub.ts"
import { Messages } from "../../src/messages/Messages.ts"
import { RoomMembership } from "../../src/rooms/RoomMembership.ts"
import { Database } from "../../src/storage/Database.ts"
import { config, layerCore, makeUser } from "../support/core.ts"
import { hasPostgres, postgres } from "../support/databases.ts"

const room = Effect.fnUntraced(function* (owner: Effect.Success<ReturnType<typeof makeUser>>, name: string) {
  const rooms = yield* RoomMembership
  const settings = { name: RoomName.make(name), topic: Topic.make(""), history: "all" } as const
  return (yield* rooms.create(owner.id, { commandId: CommandId.make(randomUUID()), ...settings })).conversation
})

describe.runIf(hasPostgres)("Batches of posts", () => {
  it.live("do not wait for one that is held up, whatever it is held up by", () =>
    Effect.gen(function* () {
      const { write: sql, read } = yield* Database
      const messages = yield* Messages
      const ann = yield* makeUser("ann")
      const [busy, quiet] = [yield* room(ann, "busy"), yield* room(ann, "quiet")]
      const post = (conversation: typeof busy) =>
        messages.post(ann.id, { conversation, id: MessageId.make(randomUUID()), body: Body.make("hello") })
      const [held, release] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const holding = yield* sql`SELECT FROM logs WHERE id = ${busy} FOR UPDATE`.pipe(
        Effect.andThen(Deferred.succeed(held, undefined)),
        Effect.andThen(Deferred.await(release)),
        sql.withTransaction,
        Effect.forkScoped,
      )
      yield* Deferred.await(held)
      const waiting = yield* Effect.forkScoped(post(busy))
      yield* Effect.repeat(
        read`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        { until: (rows) => rows.length > 0 },
      )
      yield* post(quiet)
      assert.isUndefined(waiting.pollUnsafe())
      yield* Deferred.succeed(release, undefined)
      yield* Fiber.join(waiting)
      yield* Fiber.join(holding)
    }).pipe(
      Effect.scoped,
      Effect.provide(layerCore.pipe(Layer.provideMerge(Layer.mergeAll(postgres, Hub.layerMemory, config())))),
    ),
  )
})
