import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { connect } from "node:net"
import { once } from "node:events"
import { hello, open, type Raw, request, roundTrip } from "../connections/raw.ts"
import { dataDirectory } from "../support/databases.ts"
import { assertWhole, gather, percentile, talk } from "./crew.ts"
import { at, settle } from "./load.ts"
import { assertClean, start } from "./process.ts"

const isLong = process.env["CHAT_TEST_LONG"] === "1"
const rounds = isLong ? 10 : 1
const tiny = isLong ? 100_000 : 2_000
const streams = isLong ? 2_000 : 100
/** A flood keeps this process busy as well, which must not be taken for a client that is gone. */
const patience = isLong ? "20 seconds" : "3 seconds"
/** What a server under load may keep after it: caches that fill up, and what the compiler has made of the code. */
const kept = 24 * 1024 * 1024

const drained = (raw: Raw) =>
  Effect.callback<void>((resume) => {
    const look = () => (raw.socket.bufferedAmount < 1 << 16 ? resume(Effect.void) : void setImmediate(look))
    look()
  })

/** Bytes on a connection that never becomes a WebSocket, or is none. */
const bytes = (address: string, text: string) =>
  Effect.promise(async () => {
    const [host, port] = address.split(":")
    const socket = connect(Number(port), host)
    socket.on("error", () => undefined)
    socket.write(text)
    socket.resume()
    await Promise.race([once(socket, "close"), once(socket, "data")])
    socket.destroy()
  })

/** What people do who mean no good, or whose program is broken; each on connections of its own. */
const misdeeds = (address: string, token: string, conversation: string) => {
  const url = `ws://${address}/rpc`
  const opened = <A, E>(use: (raw: Raw) => Effect.Effect<A, E>) => Effect.scoped(Effect.flatMap(open(url), use))
  const closes = (frame: unknown, expected: number) =>
    opened((raw) =>
      Effect.gen(function* () {
        raw.send(frame)
        const { code } = yield* raw.closed
        assert.strictEqual(code, expected)
      }),
    )
  return {
    garbage: Effect.forEach(["", "{", "[[[[", "null", '{"_tag":"Request"}', Buffer.from([0, 255, 1])], (frame) =>
      closes(frame, 1007),
    ),
    "a huge frame": closes("x".repeat(1 << 20), 1009),
    "half a frame": opened(({ socket }) =>
      Effect.sync(() => {
        socket.send('{"_tag":"Requ', { fin: false })
        socket.terminate()
      }),
    ),
    "no HTTP": bytes(address, "\u0000\u0001\u0002 GET /rpc\r\n\r\n"),
    "frames without a mask": bytes(
      address,
      `GET /rpc HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n\u0081\u0001a`,
    ),
    "tiny frames": opened((raw) =>
      Effect.gen(function* () {
        for (let sent = 0; sent < tiny; sent++) {
          raw.send(sent % 2 === 0 ? '{"_tag":"Ping"}' : '{"_tag":"Ack","requestId":"none"}')
          if (sent % 1_000 === 0) yield* drained(raw)
        }
        yield* roundTrip(raw)
      }),
    ),
    "many calls at once": opened((raw) =>
      Effect.gen(function* () {
        for (let id = 0; id < 1_000; id++) raw.send(hello(String(id)))
        yield* roundTrip(raw)
      }),
    ),
    "many streams": opened((raw) =>
      Effect.gen(function* () {
        for (let id = 0; id < streams; id++) {
          raw.send(request(`sync-${id}`, "Sync", { cursors: [] }, token))
          raw.send(request(`watch-${id}`, "Watch", { conversations: [conversation] }, token))
          if (id % 20 === 0) yield* roundTrip(raw)
        }
        yield* roundTrip(raw)
      }),
    ),
    "nobody reads": opened((raw) =>
      Effect.gen(function* () {
        raw.send(request("1", "Sync", { cursors: [] }, token))
        raw.socket.pause()
        for (let id = 0; id < 200; id++) raw.send(request(`h-${id}`, "History", { conversation, limit: 100 }, token))
        yield* drained(raw)
      }),
    ),
    "come and go": Effect.forEach(Array.from({ length: 50 }), () => opened(() => Effect.void), { concurrency: 10 }),
  }
}

it.live("whoever sends garbage, floods or does not read harms nobody else, and leaves nothing behind", () =>
  Effect.gen(function* () {
    const server = yield* start(
      { CHAT_DATA_DIR: yield* dataDirectory, CHAT_HEARTBEAT: patience, CHAT_STALL_TIMEOUT: patience },
      { hooked: true },
    )
    const { address } = server
    const gathering = yield* gather([address, address, address])
    const { tokens, conversation } = yield* at(address)(settle(1))
    const talking = yield* talk(gathering)
    const all = misdeeds(address, tokens[0] ?? "", conversation)
    const once = Effect.forEach(Object.values(all), (misdeed) => misdeed, { concurrency: 3, discard: true })
    yield* once
    yield* talking.more(30)
    const before = yield* server.heap
    for (let round = 0; round < rounds; round++) yield* once
    yield* talking.more(30)
    yield* talking.done
    yield* assertWhole(gathering)
    const after = yield* server.heap
    assert.isBelow(after - before, kept, "the heap has grown")
    if (isLong) {
      const p99 = percentile(gathering.latencies, 0.99)
      console.log(`hostile: p99 of a delivery ${p99} ms; heap ${Math.round((after - before) / 1024)} KiB more`)
    }
    const { code, output } = yield* server.kill("SIGTERM")
    assert.strictEqual(code, 0, output)
    assertClean(output)
  }).pipe(Effect.scoped),
)
