import { SessionId, UserId } from "@chat/domain/Ids"
import { assert, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as IpNetwork from "effect/net/IpNetwork"
import { ServerClient } from "effect/rpc/Rpc"
import type { FromClientEncoded, FromServerEncoded } from "effect/rpc/RpcMessage"
import * as TestClock from "effect/testing/TestClock"
import { randomUUID } from "node:crypto"
import { once } from "node:events"
import { createServer } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { ServerConfig } from "../../src/config/ServerConfig.ts"
import type { Configuration } from "../../src/config/settings.ts"
import { Connections } from "../../src/connections/Connections.ts"
import { CallOrigin } from "../../src/limits/boundary.ts"
import { CurrentConnection } from "../../src/sessions/CurrentConnection.ts"
import { Express } from "../../src/express/Express.ts"
import { Hub } from "../../src/hub/Hub.ts"
import { failureOf, open, type Raw, request } from "./raw.ts"

interface Arrived {
  readonly client: number
  readonly message: FromClientEncoded
}

const nobody = { user: UserId.make(randomUUID()), client: new ServerClient(0), authorization: "", expiresAt: 0 }

/** Connections with nothing behind them: the test says what is answered. */
const serve = Effect.gen(function* () {
  const { protocol, upgrade, drain } = yield* Connections
  const arrived = yield* Queue.unbounded<Arrived>()
  const session = SessionId.make(randomUUID())
  yield* Effect.forkScoped(
    protocol.run((client, message) =>
      Effect.gen(function* () {
        if (message._tag === "Ping") return yield* protocol.send(client, { _tag: "Pong" })
        if (message._tag === "Request" && message.tag === "Me")
          yield* (yield* CallOrigin)(
            client,
            Effect.map(CurrentConnection, ({ bind }) => bind({ ...nobody, session })),
          )
        Queue.offerUnsafe(arrived, { client, message })
      }),
    ),
  )
  const server = createServer().on("upgrade", upgrade)
  yield* Effect.acquireRelease(
    Effect.promise(() => once(server.listen(0, "127.0.0.1"), "listening")),
    () => Effect.sync(() => server.close()),
  )
  // It listens on a port.
  const { port } = server.address() as AddressInfo
  const answer = (client: number, requestId: string, value: unknown) =>
    protocol.send(client, { _tag: "Exit", requestId, exit: { _tag: "Success", value } })
  return { protocol, drain, arrived, session, answer, url: `ws://127.0.0.1:${port}/rpc` }
})

const connections = (overrides: Partial<Configuration> = {}, take: Express["Service"]["take"] = () => false) =>
  Connections.layer.pipe(
    Layer.provide(Layer.succeed(Express, Express.of({ take }))),
    Layer.provideMerge(
      // Nobody signs in here.
      Layer.mergeAll(ServerConfig.layerTest({ signInWithin: Duration.days(1), ...overrides }), Hub.layerMemory),
    ),
  )

/** Waits until the peer has been asked whether it lives, and has said so. */
const answerBeat = Effect.fnUntraced(function* ({ socket, send, next }: Raw, beat: Effect.Effect<void>) {
  const asked = yield* Effect.forkChild(
    Effect.promise(() => once(socket, "ping")),
    { startImmediately: true },
  )
  yield* beat
  yield* Fiber.join(asked)
  // The pong is on its way before this, so it is heard before this is answered.
  send({ _tag: "Ping" })
  assert.deepStrictEqual(yield* next, { _tag: "Pong" })
})

const heartbeat = Duration.seconds(30)
const megabyte = "x".repeat(1_000_000)

it.effect(
  "a call that could not be answered past the RPC server does not come to it after the connection is closed",
  () => {
    const taken = Effect.runSync(Queue.unbounded<{ readonly instead: () => void }>())
    const layer = connections({}, (_request, _caller, done) => Queue.offerUnsafe(taken, done))
    return Effect.gen(function* () {
      const { url, protocol, arrived } = yield* serve
      const gone = yield* open(url)
      gone.send(request("1", "Me", {}))
      yield* Queue.take(arrived)
      gone.send(request("2", "PostMessage", {}))
      const { instead } = yield* Queue.take(taken)
      gone.socket.close()
      yield* Effect.repeat(Effect.andThen(Effect.yieldNow, protocol.clientIds), { until: ({ size }) => size === 0 })
      instead()
      const there = yield* open(url)
      there.send(request("3", "Me", {}))
      const { message } = yield* Queue.take(arrived)
      assert.strictEqual("id" in message && message.id, "3")
    }).pipe(Effect.provide(layer))
  },
)

it.effect("an upgrade of what is no URL is refused", () =>
  Effect.gen(function* () {
    const { url } = yield* serve
    for (const target of ["//", "http://[", "//x:99999/rpc"]) {
      const socket = connect(Number(new URL(url).port), "127.0.0.1")
      socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
      const [answer] = yield* Effect.promise(() => once(socket, "data"))
      assert.match(String(answer), /^HTTP\/1.1 404 /u)
      socket.destroy()
    }
    yield* open(url)
  }).pipe(Effect.provide(connections())),
)

it.effect("a silent peer is cut, one that answers is not", () =>
  Effect.gen(function* () {
    const { url } = yield* serve
    const silent = yield* open(url, { autoPong: false })
    const alive = yield* open(url)
    for (let beats = 0; beats < 3; beats++) yield* answerBeat(alive, TestClock.adjust(heartbeat))
    assert.strictEqual((yield* silent.closed).code, 4003)
    assert.strictEqual(alive.socket.readyState, alive.socket.OPEN)
  }).pipe(Effect.provide(connections({ heartbeat, stallTimeout: heartbeat }))),
)

it.effect("a peer that takes nothing is read no more, then cut; others go on", () =>
  Effect.gen(function* () {
    const { url, arrived, answer, protocol } = yield* serve
    const stalled = yield* open(url)
    const alive = yield* open(url)
    stalled.send(request("1", "Big", {}))
    const { client } = yield* Queue.take(arrived)
    stalled.socket.pause()
    // More than fits into what the system buffers.
    for (let sent = 0; sent < 40; sent++) yield* protocol.send(client, chunk(megabyte))
    yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    stalled.send(request("2", "Small", {}))
    alive.send(request("3", "Small", {}))
    const next = yield* Queue.take(arrived)
    assert.deepStrictEqual(idOf(next.message), "3")
    yield* answer(next.client, "3", "still here")
    assert.strictEqual((yield* alive.next)._tag, "Exit")
    const gone = yield* Effect.forkChild(Queue.take(protocol.disconnects))
    for (let beats = 0; beats < 3; beats++) yield* answerBeat(alive, TestClock.adjust(heartbeat))
    assert.strictEqual(yield* Fiber.join(gone), client)
    assert.strictEqual(Queue.sizeUnsafe(arrived), 0, "what came after was never read")
  }).pipe(Effect.provide(connections({ heartbeat, stallTimeout: heartbeat, connectionQueueBytes: 65_536 }))),
)

it.effect("a slow peer gets everything, and what it asks meanwhile is answered", () =>
  Effect.gen(function* () {
    const { url, arrived, answer, protocol } = yield* serve
    const slow = yield* open(url)
    slow.send(request("1", "Big", {}))
    const { client } = yield* Queue.take(arrived)
    slow.socket.pause()
    for (let sent = 0; sent < 40; sent++) yield* protocol.send(client, chunk(megabyte))
    yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    slow.send(request("2", "Small", {}))
    slow.socket.resume()
    for (let received = 0; received < 40; received++) assert.strictEqual((yield* slow.next)._tag, "Chunk")
    assert.deepStrictEqual(idOf((yield* Queue.take(arrived)).message), "2")
    yield* answer(client, "2", "small")
    assert.strictEqual((yield* slow.next)._tag, "Exit")
  }).pipe(Effect.provide(connections({ connectionQueueBytes: 65_536 }))),
)

it.effect("who asks nothing is closed, if configured", () =>
  Effect.gen(function* () {
    const { url, arrived } = yield* serve
    const idle = yield* open(url)
    const busy = yield* open(url)
    for (let beats = 0; beats < 4; beats++) {
      busy.send(request(String(beats), "Something", {}))
      yield* Queue.take(arrived)
      yield* answerBeat(busy, TestClock.adjust(heartbeat))
    }
    assert.strictEqual((yield* idle.closed).code, 4004)
    assert.strictEqual(busy.socket.readyState, busy.socket.OPEN)
  }).pipe(Effect.provide(connections({ heartbeat, idleClose: Duration.seconds(60) }))),
)

it.effect("a node has room for so many connections", () =>
  Effect.gen(function* () {
    const { url, protocol } = yield* serve
    const first = yield* open(url)
    yield* open(url)
    assert.strictEqual((yield* Effect.flip(open(url))).status, 503)
    first.socket.close()
    yield* Queue.take(protocol.disconnects)
    yield* open(url)
  }).pipe(Effect.provide(connections({ connections: 2 }))),
)

it.effect("an address has so many connections, wherever else they come from", () =>
  Effect.gen(function* () {
    const { url, protocol } = yield* serve
    const from = (address: string) => open(url, { headers: { "x-forwarded-for": address } })
    const first = yield* from("203.0.113.7")
    yield* from("203.0.113.7")
    assert.strictEqual((yield* Effect.flip(from("203.0.113.7"))).status, 429)
    yield* from("2001:db8::1")
    yield* from("2001:db8::2")
    assert.strictEqual((yield* Effect.flip(from("2001:db8::3"))).status, 429)
    for (let local = 0; local < 4; local++) yield* open(url)
    first.socket.close()
    yield* Queue.take(protocol.disconnects)
    yield* from("203.0.113.7")
  }).pipe(
    Effect.provide(
      connections({ connectionsPerAddress: 2, trustedProxies: [IpNetwork.fromStringUnsafe("127.0.0.0/8")] }),
    ),
  ),
)

it.effect("a connection has room for so many calls", () =>
  Effect.gen(function* () {
    const { url, arrived, answer } = yield* serve
    const peer = yield* open(url)
    peer.send(Array.from({ length: 65 }, (_, index) => request(`call-${index}`, "Slow", {})))
    const refused = yield* peer.next
    assert(refused._tag === "Exit")
    assert.deepStrictEqual([refused.requestId, failureOf(refused)], ["call-64", "CapacityExceeded"])
    const { client } = yield* Queue.take(arrived)
    yield* answer(client, "call-7", "done")
    assert.strictEqual((yield* peer.next)._tag, "Exit")
    peer.send(request("call-7", "Slow", {}))
    const taken = yield* Queue.takeN(arrived, 64)
    assert.strictEqual(idOf(taken.at(-1)?.message), "call-7", "there is room for one again")
  }).pipe(Effect.provide(connections())),
)

it.effect("the id of a call in flight cannot be used again", () =>
  Effect.gen(function* () {
    const { url } = yield* serve
    const peer = yield* open(url)
    peer.send(request("1", "First", {}))
    peer.send(request("1", "Second", {}))
    assert.strictEqual((yield* peer.closed).code, 1007)
  }).pipe(Effect.provide(connections())),
)

it.effect("the end of a session waits for what is still to be said", () =>
  Effect.gen(function* () {
    const { url, arrived, answer, session } = yield* serve
    const hub = yield* Hub
    const peer = yield* open(url)
    const other = yield* open(url)
    peer.send(request("1", "Me", {}))
    const { client } = yield* Queue.take(arrived)
    yield* hub.publish({ _tag: "SessionOver", session })
    peer.send(request("2", "Late", {}))
    peer.send({ _tag: "Interrupt", requestId: "1" })
    assert.strictEqual((yield* Queue.take(arrived)).message._tag, "Interrupt", "no call is taken on any more")
    yield* answer(client, "1", "goodbye")
    const last = yield* peer.next
    assert.deepStrictEqual(last._tag === "Exit" && last.requestId, "1")
    assert.strictEqual((yield* peer.closed).code, 4001)
    other.send({ _tag: "Ping" })
    assert.strictEqual((yield* other.next)._tag, "Pong")
  }).pipe(Effect.provide(connections())),
)

it.effect("a stop lets calls finish, waits for no stream and says when to come back", () =>
  Effect.gen(function* () {
    const { url, arrived, answer, protocol, drain } = yield* serve
    const calling = yield* open(url)
    const streaming = yield* open(url)
    calling.send(request("1", "Slow", {}))
    const call = yield* Queue.take(arrived)
    streaming.send(request("1", "Sync", {}))
    const stream = yield* Queue.take(arrived)
    yield* protocol.send(stream.client, chunk("something"))
    yield* streaming.next
    const answered = Deferred.makeUnsafe<FromServerEncoded>()
    yield* Effect.forkChild(Deferred.into(calling.next, answered))
    yield* drain(Duration.seconds(10))
    const end = yield* streaming.closed
    assert.deepStrictEqual([end.code, JSON.parse(end.reason)], [1012, { window: 10_000 }])
    assert.strictEqual((yield* Effect.flip(open(url))).status, 503)
    yield* answer(call.client, "1", "done")
    assert.strictEqual((yield* Deferred.await(answered))._tag, "Exit")
    assert.strictEqual((yield* calling.closed).code, 1012)
  }).pipe(Effect.provide(connections())),
)

const chunk = (value: unknown): FromServerEncoded => ({ _tag: "Chunk", requestId: "1", values: [value] })

const idOf = (message: FromClientEncoded | undefined) => (message?._tag === "Request" ? message.id : undefined)

it.effect("who does not say who they are gives their place up", () =>
  Effect.gen(function* () {
    const { url } = yield* serve
    const peer = yield* open(url)
    const closed = yield* Effect.forkChild(
      Effect.promise(() => once(peer.socket, "close")),
      { startImmediately: true },
    )
    yield* answerBeat(peer, TestClock.adjust("30 seconds"))
    yield* answerBeat(peer, TestClock.adjust("30 seconds"))
    yield* TestClock.adjust("30 seconds")
    assert.strictEqual((yield* Fiber.join(closed))[0], 4005)
  }).pipe(Effect.provide(connections({ signInWithin: Duration.minutes(1) }))),
)
