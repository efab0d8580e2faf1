// The part of a node that stores and delivers, without accounts and transports.
import { accountLog, SessionId, UserId } from "@chat/domain/Ids"
import type { SyncItem } from "@chat/domain/Sync"
import { Username } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import { ServerClient } from "effect/rpc/Rpc"
import * as Stream from "effect/Stream"
import { randomUUID } from "node:crypto"
import { AccountLog } from "../../src/logs/AccountLog.ts"
import { Directory } from "../../src/users/Directory.ts"
import { ServerConfig } from "../../src/config/ServerConfig.ts"
import { ConversationReader } from "../../src/conversations/ConversationReader.ts"
import { Conversations } from "../../src/conversations/Conversations.ts"
import { RoomMembership } from "../../src/rooms/RoomMembership.ts"
import { Membership } from "../../src/conversations/Membership.ts"
import { Delivery, type Subscriber } from "../../src/delivery/Delivery.ts"
import type { SyncRequest } from "../../src/delivery/FeedState.ts"
import { RateLimits } from "../../src/limits/RateLimits.ts"
import { Commands } from "../../src/logs/Commands.ts"
import { LogReader } from "../../src/logs/LogReader.ts"
import { Logs } from "../../src/logs/Logs.ts"
import { History } from "../../src/messages/History.ts"
import { Messages } from "../../src/messages/Messages.ts"
import { Positions } from "../../src/messages/Positions.ts"
import { Revisions } from "../../src/messages/Revisions.ts"
import { Threads } from "../../src/messages/Threads.ts"
import { Hiding } from "../../src/personal/Hiding.ts"
import { Stars } from "../../src/personal/Stars.ts"
import { Pins } from "../../src/reactions/Pins.ts"
import { Reactions } from "../../src/reactions/Reactions.ts"
import { Presence } from "../../src/presence/Presence.ts"
import { PresenceStore } from "../../src/presence/PresenceStore.ts"
import { Sessions } from "../../src/sessions/Sessions.ts"
import { Database } from "../../src/storage/Database.ts"

const withoutLimits = Layer.mock(RateLimits, {
  message: () => Effect.void,
  call: () => Effect.void,
  tryMessage: () => true,
  returnMessage: () => undefined,
})

const sessionsForEver = Layer.mock(Sessions, { endedAmong: () => Effect.succeed([]), isLive: () => true })

/** A node on a database and a hub. Sessions never end. */
export const layerCoreWith = (rates: Layer.Layer<RateLimits, never, ServerConfig>) =>
  Layer.mergeAll(
    Delivery.layer,
    Messages.layer,
    Conversations.layer,
    RoomMembership.layer,
    History.layer,
    Positions.layer,
    Revisions.layer,
    Threads.layer,
    Reactions.layer,
    Hiding.layer,
    Stars.layer,
    Pins.layer,
  ).pipe(
    Layer.provideMerge(AccountLog.layer),
    Layer.provideMerge(Layer.mergeAll(Commands.layer, Membership.layer, LogReader.layer, ConversationReader.layer)),
    Layer.provideMerge(Presence.layer.pipe(Layer.provide(PresenceStore.layerMemory))),
    Layer.provideMerge(Layer.mergeAll(Logs.layer, Directory.layer)),
    Layer.provide([sessionsForEver, rates]),
  )

/** The same, and rates are never exceeded. */
export const layerCore = layerCoreWith(withoutLimits)

/** An account with its log, as sign-up leaves it. */
export const makeUser = Effect.fnUntraced(function* (name: string) {
  const { write: sql } = yield* Database
  const logs = yield* Logs
  const id = UserId.make(randomUUID())
  const username = Username.make(name)
  yield* Effect.gen(function* () {
    yield* sql`INSERT INTO users (id, username, email, password_hash, created_at)
      VALUES (${id}, ${username}, ${`${name}@example.org`}, '', now())`
    yield* logs.create(accountLog(id), "account")
    yield* sql`INSERT INTO visibility (account_id, log_id, from_seq) VALUES (${id}, ${id}, 1)`
    yield* logs.append({ log: accountLog(id), actor: id, type: "AccountCreated", data: {} })
  }).pipe(sql.withTransaction)
  return { id, username }
})

const nothing: SyncRequest = { cursors: [], stamp: undefined, only: undefined }

/** A `Sync` whose items can be taken one by one. */
export const openSync = Effect.fnUntraced(function* (account: UserId, request: SyncRequest = nothing) {
  const delivery = yield* Delivery
  const subscriber: Subscriber = { account, session: SessionId.make(randomUUID()), connection: new ServerClient(0) }
  const queue = yield* Queue.unbounded<SyncItem>()
  yield* delivery.sync(subscriber, request).pipe(
    Stream.runForEach((item) => Queue.offer(queue, item)),
    Effect.forkScoped,
  )
  return queue
})

/** Takes items up to the one that is asked for. */
export const takeUntil = Effect.fnUntraced(function* (
  queue: Queue.Dequeue<SyncItem>,
  predicate: (item: SyncItem) => boolean,
) {
  const items: Array<SyncItem> = []
  while (true) {
    const item = yield* Queue.take(queue)
    items.push(item)
    if (predicate(item)) return items
  }
})

export const config = (overrides: Parameters<typeof ServerConfig.layerTest>[0] = {}) =>
  ServerConfig.layerTest(overrides)
