// What examples are made of.
import {
  accountLog,
  CommandId,
  type ConversationId,
  conversationLog,
  type LogId,
  MessageId,
  SessionId,
  type UserId,
} from "@chat/domain/Ids"
import { defaultLimits } from "@chat/domain/Limits"
import type { Cursor, SyncItem } from "@chat/domain/Sync"
import { Body, RoomName, Seq, Topic } from "@chat/domain/Values"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { SqlError } from "effect/sql/SqlError"
import { ServerClient } from "effect/rpc/Rpc"
import * as Stream from "effect/Stream"
import { randomUUID } from "node:crypto"
import { config } from "../support/core.ts"
import { Messages } from "../../src/messages/Messages.ts"
import { Hub, type Notice } from "../../src/hub/Hub.ts"
import type { SyncRequest } from "../../src/delivery/FeedState.ts"
import { Delivery, type Subscriber } from "../../src/delivery/Delivery.ts"
import { RoomMembership } from "../../src/rooms/RoomMembership.ts"

export const commandId = () => CommandId.make(randomUUID())
export const settings = config({ limits: { ...defaultLimits, syncGap: 4 }, headCheck: Duration.hours(1) })

/** A hub that tells nobody of anything, but for what a test has to say. */
export const layerSilent = (handlers: Set<(notice: Notice) => void>) =>
  Layer.succeed(
    Hub,
    Hub.of({
      publish: () => Effect.void,
      subscribe: (handler) =>
        Effect.asVoid(
          Effect.acquireRelease(
            Effect.sync(() => handlers.add(handler)),
            () => Effect.sync(() => handlers.delete(handler)),
          ),
        ),
    }),
  )

/** A `Sync` that is read only as far as it is asked. */
export const open = Effect.fnUntraced(function* (account: UserId, request: Partial<SyncRequest> = {}) {
  const delivery = yield* Delivery
  const pull = yield* Stream.toPull(
    delivery.sync(
      { account, session: SessionId.make(randomUUID()), connection: new ServerClient(0) },
      { cursors: [], stamp: undefined, only: undefined, ...request },
    ),
  )
  const items: Array<SyncItem> = []
  /** All up to the item of this name, since the last call. */
  return Effect.fnUntraced(function* (name: string) {
    while (!items.some((item) => nameOf(item) === name)) items.push(...(yield* pull))
    return items.splice(0).map(nameOf)
  })
})

/** What a `Sync` sends up to `CaughtUp`. */
export const openItems = Effect.fnUntraced(function* (account: UserId, request: Partial<SyncRequest> = {}) {
  const delivery = yield* Delivery
  const subscriber: Subscriber = { account, session: SessionId.make(randomUUID()), connection: new ServerClient(0) }
  return yield* delivery.sync(subscriber, { cursors: [], stamp: undefined, only: undefined, ...request }).pipe(
    Stream.takeUntil((item) => item._tag === "CaughtUp"),
    Stream.runCollect,
  )
})

/** Where a client is that has caught up, in these logs or in all. */
export const cursorsOf = Effect.fnUntraced(function* (account: UserId, only?: ReadonlyArray<LogId>) {
  const delivery = yield* Delivery
  const subscriber: Subscriber = { account, session: SessionId.make(randomUUID()), connection: new ServerClient(0) }
  const items = yield* delivery.sync(subscriber, { cursors: [], stamp: undefined, only }).pipe(
    Stream.takeUntil((item) => item._tag === "CaughtUp"),
    Stream.runCollect,
  )
  return items.flatMap((item): ReadonlyArray<Cursor> => {
    if (item._tag === "AccountSnapshot") return [{ log: accountLog(account), seq: item.seq, mark: item.mark }]
    if (item._tag !== "ConversationSnapshot") return []
    const { id, seq, mark } = item.conversation
    return [{ log: conversationLog(id), seq, mark }]
  })
})

const nameOf = (item: SyncItem): string => (item._tag === "Event" ? item.event.type : item._tag)

export const makeRoom = Effect.fnUntraced(function* (actor: UserId) {
  const rooms = yield* RoomMembership
  const { conversation } = yield* rooms.create(actor, {
    commandId: commandId(),
    name: RoomName.make(`r${randomUUID()}`.slice(0, 20)),
    topic: Topic.make(""),
    history: "all",
  })
  return conversation
})

export const join = Effect.fnUntraced(function* (actor: UserId, conversation: ConversationId) {
  return yield* (yield* RoomMembership).join(actor, { commandId: commandId(), conversation })
})

export const leave = Effect.fnUntraced(function* (actor: UserId, conversation: ConversationId) {
  return yield* (yield* RoomMembership).leave(actor, { commandId: commandId(), conversation })
})

export const post = Effect.fnUntraced(function* (actor: UserId, conversation: ConversationId, times: number) {
  const messages = yield* Messages
  let seq = Seq.make(0)
  for (let n = 0; n < times; n++) {
    const receipt = yield* messages.post(actor, {
      conversation,
      id: MessageId.make(randomUUID()),
      body: Body.make("x"),
    })
    seq = receipt.seq
  }
  return seq
})

/** Holds what a statement locks until it is told to let go. */
export const hold = Effect.fnUntraced(function* (sql: PgClient, lock: Effect.Effect<unknown, SqlError>) {
  const [held, release] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
  yield* lock.pipe(
    Effect.andThen(Deferred.succeed(held, undefined)),
    Effect.andThen(Deferred.await(release)),
    sql.withTransaction,
    Effect.forkScoped,
  )
  yield* Deferred.await(held)
  return () => Deferred.succeed(release, undefined)
})

/** Until so many wait for what somebody holds. */
export const waiting = (sql: PgClient, count: number) =>
  Effect.repeat(sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`, {
    until: (rows) => rows.length >= count,
  })
