import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { Seq } from "@chat/domain/Values"
import { make } from "../../src/Client.ts"
import { makeCalls } from "../../src/http/makeCalls.ts"
import { when } from "../../src/Observable.ts"
import { memoryTokenStore } from "../../src/session/TokenStore.ts"
import type { ConnectionStatus, Online } from "../../src/connection/ConnectionStatus.ts"
import { Transport, webTransport } from "../../src/wire/Transport.ts"
import { FakeServer } from "../support/FakeServer.ts"
import { conversationId } from "../support/fixtures.ts"
import { serve } from "../support/StockServer.ts"

const isOnline = (status: ConnectionStatus): status is Online => status._tag === "Online"

describe("the RPC server that comes with Effect", () => {
  it.live("understands this client over a WebSocket, and is understood", () =>
    Effect.gen(function* () {
      const server = new FakeServer(50)
      const items = [...server.logs.keys()].map((log) => server.snapshot(log, "new"))
      const { url, interrupted } = yield* serve(server, items)
      const client = yield* make({ url, tokenStore: memoryTokenStore(server.signedIn()) }).pipe(
        Effect.provideService(Transport, webTransport),
      )
      const online = yield* when(client.connection, isOnline)
      assert.strictEqual(online.server.version, "stock")
      assert.strictEqual(client.state.get().conversations.size, 50)
      // The first answer is that the token has expired; the refresh goes over HTTP.
      assert.strictEqual((yield* client.rpc("Me", undefined)).username, "alice")

      const fetching = yield* Effect.forkChild(client.history(conversationId(0)), { startImmediately: true })
      yield* Effect.forkChild(client.rpc("Me", undefined)).pipe(Effect.flatMap(Fiber.join))
      yield* Fiber.interrupt(fetching)
      yield* Deferred.await(interrupted)

      const error = yield* Effect.flip(client.markRead(conversationId(0), Seq.make(1)))
      assert.strictEqual(error._tag, "ProtocolError")
      assert.strictEqual(client.connection.get()._tag, "Online")
    }),
  )

  it.live("understands one call over HTTP", () =>
    Effect.gen(function* () {
      const server = new FakeServer(0)
      const { url } = yield* serve(server, [])
      const { call } = yield* makeCalls(webTransport, { url, tokenStore: memoryTokenStore(server.signedIn()) })
      assert.strictEqual((yield* call("Hello", { client: "test", contract: 1 })).version, "stock")
      assert.strictEqual((yield* call("Me", undefined)).username, "alice")
    }),
  )

  it.live("is found not to be there", () =>
    Effect.gen(function* () {
      const server = new FakeServer(0)
      const { url } = yield* Effect.scoped(serve(server, []))
      const { call } = yield* makeCalls(webTransport, { url, tokenStore: memoryTokenStore(server.signedIn()) })
      const error = yield* Effect.flip(call("Hello", { client: "test", contract: 1 }))
      assert.isTrue(error._tag === "Disconnected" && error.outcome === "notSent", JSON.stringify(error))
    }),
  )
})
