import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { dataDirectory } from "../support/databases.ts"
import { assertWhole, gather, percentile, talk, until } from "./crew.ts"
import { assertClean, start } from "./process.ts"
import { makeProxy } from "./proxy.ts"

const isLong = process.env["CHAT_TEST_LONG"] === "1"
const rounds = isLong ? 20 : 1
const posts = isLong ? 300 : 40

it.live("a network that is cut, silent, slow or in pieces costs nobody a message, and the others nothing", () =>
  Effect.gen(function* () {
    const server = yield* start({ CHAT_DATA_DIR: yield* dataDirectory })
    const network = yield* makeProxy(server.address)
    const { weather } = network
    // The last two are not behind it.
    const gathering = yield* gather([network.address, network.address, server.address, server.address])
    const behind = gathering.crew.slice(0, 2)
    const isOffline = () => behind.every(({ client }) => client.connection.get()._tag === "Offline")
    const talking = yield* talk(gathering)
    for (let round = 0; round < rounds; round++) {
      for (let cuts = 0; cuts < 3; cuts++) {
        network.cut()
        yield* talking.more(posts / 4)
      }
      weather.down = true
      network.cut()
      yield* until(isOffline)
      yield* talking.more(posts)
      network.clear()

      weather.silent = true
      // Nobody says anything, so they have to notice by themselves.
      yield* until(isOffline)
      network.clear()
      for (const { client } of behind) yield* client.reconnect
      yield* talking.more(posts)

      weather.piece = 7
      weather.delay = 20
      yield* talking.more(posts)
      network.clear()
      yield* talking.more(posts)
    }
    yield* talking.done
    yield* assertWhole(gathering)
    if (isLong) console.log(`network: p99 of a delivery ${percentile(gathering.latencies, 0.99)} ms, all of them`)
    const { code, output } = yield* server.kill("SIGTERM")
    assert.strictEqual(code, 0, output)
    assertClean(output)
  }).pipe(Effect.scoped),
)
