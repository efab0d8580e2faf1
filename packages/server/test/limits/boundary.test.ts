import { Boundary } from "@chat/domain/Authentication"
import { Internal, StorageUnavailable } from "@chat/domain/Errors"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import * as RpcTest from "effect/rpc/RpcTest"
import * as Schema from "effect/Schema"
import { layerBoundary } from "../../src/limits/boundary.ts"

const Calls = RpcGroup.make(
  Rpc.make("Fine", { success: Schema.String }),
  Rpc.make("Refused", { error: StorageUnavailable }),
  Rpc.make("Broken", { success: Schema.String }),
).middleware(Boundary)

const handlers = Calls.toLayer({
  Fine: () => Effect.succeed("fine"),
  Refused: () => Effect.fail(new StorageUnavailable()),
  Broken: () => Effect.die(new Error("SELECT secret FROM users")),
})

describe("the boundary", () => {
  it.effect("lets answers and the contract's errors through, and keeps everything else to the log", () => {
    const logged: Array<{ readonly text: string; readonly traceId: unknown }> = []
    const logger = Logger.make((options) => {
      const { message, annotations } = Logger.formatStructured.log(options)
      logged.push({
        text: JSON.stringify([message, options.cause.reasons.map(String)]),
        traceId: annotations["traceId"],
      })
    })
    return Effect.gen(function* () {
      const client = yield* RpcTest.makeClient(Calls)
      assert.strictEqual(yield* client.Fine(), "fine")
      assert.deepStrictEqual(yield* Effect.flip(client.Refused()), new StorageUnavailable())
      assert.deepStrictEqual(logged, [])
      const error = yield* Effect.flip(client.Broken())
      assert(error instanceof Internal)
      assert.notInclude(error.message, "secret")
      assert.strictEqual(logged.length, 1)
      assert.strictEqual(logged[0]?.traceId, error.traceId)
      assert.include(logged[0]?.text, "SELECT secret FROM users")
    }).pipe(Effect.provide(Layer.mergeAll(handlers, layerBoundary, Logger.layer([logger]))), Effect.scoped)
  })
})
