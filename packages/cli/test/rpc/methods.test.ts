import { assert, it } from "@effect/vitest"
import { ChatBridge } from "@chat/client/bridge/ChatBridge"
import { Stamp } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import { sync } from "../../src/rpc/methods.ts"

it.effect("a Sync whose items nobody reads ends, and says so", () =>
  Effect.gen(function* () {
    let told = 0
    const hasRoom = () => ++told < 3
    const error = yield* Effect.flip(sync({ cursors: [] }, hasRoom))
    assert.deepStrictEqual(error.data, { _tag: "SlowReader" })
    assert.strictEqual(told, 3)
  }).pipe(
    Effect.provideService(ChatBridge, {
      rpc: () => Effect.die("no call is made"),
      sync: (_position, onItems) => {
        onItems(Array.from({ length: 3 }, () => ({ _tag: "CaughtUp", stamp: Stamp.make("7") })))
        return Effect.never
      },
    }),
  ),
)
