/**
 * A few calls of the contract on the RPC server that comes with Effect, over real sockets: what this client says must be
 * understood by it, and the other way round.
 */
import { Authentication, CurrentSession } from "@chat/domain/Authentication"
import { Unauthenticated } from "@chat/domain/Errors"
import { History, MarkRead } from "@chat/domain/MessageRpcs"
import { Me } from "@chat/domain/AccountRpcs"
import { Hello, Refresh } from "@chat/domain/SessionRpcs"
import { Sync } from "@chat/domain/SyncRpcs"
import type { SyncItem } from "@chat/domain/Sync"
import { Stamp } from "@chat/domain/Values"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as RpcGroup from "effect/rpc/RpcGroup"
import * as RpcSerialization from "effect/rpc/RpcSerialization"
import * as RpcServer from "effect/rpc/RpcServer"
import * as Stream from "effect/Stream"
import { createServer } from "node:http"
import type { FakeServer } from "./FakeServer.ts"
import { alice } from "./fixtures.ts"

class Served extends RpcGroup.make(Hello, Refresh).merge(
  RpcGroup.make(Me, History, MarkRead, Sync).middleware(Authentication),
) {}

/** Serves until the scope closes; the address it answers with. */
export const serve = Effect.fnUntraced(function* (server: FakeServer, items: ReadonlyArray<SyncItem>) {
  const interrupted = yield* Deferred.make<void>()
  const { session } = server.signedIn()
  let access = "access-0"
  const authentication = Layer.succeed(Authentication, (effect, { headers }) =>
    headers["authorization"] !== `Bearer ${access}` || access === "access-0"
      ? Effect.fail(new Unauthenticated({ reason: "expired" }))
      : Effect.provideService(effect, CurrentSession, {
          user: alice.id,
          username: alice.username,
          session: session.id,
        }),
  )
  const handlers = Served.toLayer(
    Served.of({
      Hello: () =>
        Effect.succeed({
          version: "stock",
          contract: 1,
          limits: server.limits,
          time: "2026-01-01T00:00:00.000Z" as never,
        }),
      Refresh: () =>
        Effect.sync(() => {
          access = "access-1"
          return server.tokens(1)
        }),
      Me: () => Effect.succeed(server.signedIn().account),
      History: () => Effect.never.pipe(Effect.onInterrupt(() => Deferred.succeed(interrupted, undefined))),
      MarkRead: () => Effect.die("a defect"),
      Sync: () =>
        // In one chunk: it waits for an acknowledgement of each, which ours does not, and this client does not send.
        Stream.concat(
          Stream.fromArray([...items, { _tag: "CaughtUp", stamp: Stamp.make("7") } as const]),
          Stream.never,
        ),
    }),
  )
  const rpc = Layer.mergeAll(
    RpcServer.layerHttp({ group: Served, path: "/rpc", disableFatalDefects: true }).pipe(
      Layer.provide(RpcSerialization.layerJson),
    ),
    RpcServer.layerHttp({ group: Served, path: "/rpc", protocol: "http", disableFatalDefects: true }).pipe(
      Layer.provide(RpcSerialization.layerNdjson),
    ),
  ).pipe(Layer.provide([handlers, authentication]))
  const context = yield* Layer.build(
    HttpRouter.serve(rpc, { disableLogger: true, disableListenLog: true }).pipe(
      Layer.provideMerge(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" })),
    ),
  )
  const { address } = yield* HttpServer.HttpServer.pipe(Effect.provide(context))
  return { url: address._tag === "InetAddressV4" ? `http://127.0.0.1:${address.port}` : "", interrupted }
})
