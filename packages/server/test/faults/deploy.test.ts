import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { hasPostgres } from "../support/databases.ts"
import { assertWhole, gather, percentile, talk, until } from "./crew.ts"
import { assertClean, databases, readiness, start } from "./process.ts"

const isLong = process.env["CHAT_TEST_LONG"] === "1"
const rounds = isLong ? 10 : 1
const posts = isLong ? 300 : 40

for (const [name, data, runs] of databases) {
  // A short run tries one of them.
  const isChosen = isLong || (name === "PostgreSQL") === hasPostgres
  describe.skipIf(!runs || !isChosen)(`A deploy on ${name}`, () => {
    it.live("under load loses nothing, doubles nothing, and everybody comes back by themselves", () =>
      Effect.gen(function* () {
        const env = { ...(yield* data), CHAT_DRAIN_TIMEOUT: "2 seconds" }
        let server = yield* start(env)
        const { address } = server
        const gathering = yield* gather([address, address, address])
        const { crew } = gathering
        const told = crew.map(({ client }) => {
          const reasons = new Set<string>()
          client.connection.subscribe((status) => status._tag === "Offline" && reasons.add(status.reason))
          return reasons
        })
        const talking = yield* talk(gathering)
        yield* talking.more(posts)
        for (let round = 0; round < rounds; round++) {
          const stopping = yield* Effect.forkChild(server.kill("SIGTERM"), { startImmediately: true })
          while ((yield* readiness(address)) === 200);
          const { code, output } = yield* Fiber.join(stopping)
          assert.strictEqual(code, 0, output)
          assertClean(output)
          server = yield* start({ ...env, CHAT_PORT: address.split(":")[1] ?? "" })
          yield* until(() => crew.every(({ client }) => client.connection.get()._tag === "Online"))
          yield* talking.more(posts)
        }
        yield* talking.done
        yield* assertWhole(gathering)
        for (const reasons of told) assert.isTrue(reasons.has("the server is restarting"), [...reasons].join())
        if (isLong) console.log(`deploy on ${name}: p99 of a delivery ${percentile(gathering.latencies, 0.99)} ms`)
      }).pipe(Effect.scoped),
    )
  })
}
