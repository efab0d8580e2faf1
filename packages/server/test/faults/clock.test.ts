import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { dataDirectory } from "../support/databases.ts"
import { assertWhole, gather, talk } from "./crew.ts"
import { assertClean, start } from "./process.ts"

const isLong = process.env["CHAT_TEST_LONG"] === "1"
const hour = 3_600_000
// Forwards an access token has expired, backwards it is from the future.
const jumps = isLong ? [hour, -hour, 24 * hour, 0, -30 * 24 * hour, 1, hour] : [hour, -hour]

it.live("a clock that jumps, with the embedded database's, takes nobody's turn and turns no time back", () =>
  Effect.gen(function* () {
    const server = yield* start(
      {
        CHAT_DATA_DIR: yield* dataDirectory,
        // So few that somebody whose allowance does not come back has none for long.
        CHAT_RATE_MESSAGES: "40",
        CHAT_RATE_MESSAGES_BURST: "40",
      },
      { hooked: true },
    )
    const { address } = server
    const gathering = yield* gather([address, address])
    const talking = yield* talk(gathering)
    yield* talking.more(40)
    for (const jump of jumps) {
      yield* server.setClock(jump)
      yield* talking.more(100)
    }
    yield* talking.done
    const times = yield* assertWhole(gathering)
    assert.isAbove(Math.max(...times) - Math.min(...times), hour - 1, "the clock did not jump")
    const { code, output } = yield* server.kill("SIGTERM")
    assert.strictEqual(code, 0, output)
    assertClean(output)
  }).pipe(Effect.scoped),
)
