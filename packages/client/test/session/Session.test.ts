import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import type { CallFailure } from "../../src/calls/Calls.ts"
import { memoryTokenStore } from "../../src/session/TokenStore.ts"
import { makeWorld, until } from "../support/world.ts"

describe("Session", () => {
  it.effect("makes one refresh of however many calls that find the token expired", () =>
    Effect.gen(function* () {
      const { client, server } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      server.expire()
      const calls = yield* Effect.forkChild(
        Effect.all(
          Array.from({ length: 100 }, () => client.rpc("Me", undefined)),
          { concurrency: "unbounded" },
        ),
      )
      yield* until(() => calls.pollUnsafe() !== undefined)
      assert.strictEqual((yield* Fiber.join(calls)).length, 100)
      assert.strictEqual(server.refreshes, 1)
    }),
  )

  it.effect("does not refresh because a connection is lost, however often", () =>
    Effect.gen(function* () {
      const { client, server, network } = yield* makeWorld()
      for (let times = 0; times < 50; times++) {
        yield* until(() => client.connection.get()._tag === "Online")
        network.cut()
        yield* until(() => client.connection.get()._tag !== "Online")
      }
      assert.strictEqual(server.refreshes, 0)
    }),
  )

  it.effect("gets the same successor again when the answer to a refresh is lost", () =>
    Effect.gen(function* () {
      const { client, server, network, tokenStore } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      server.expire()
      let lost = 0
      network.fate = (direction, frame) =>
        direction === "down" && frame.includes("refresh-") && lost++ < 3 ? "cut" : "pass"
      const call = yield* Effect.forkChild(client.rpc("Me", undefined))
      yield* until(() => call.pollUnsafe() !== undefined)
      yield* Fiber.join(call)
      assert.strictEqual(server.refreshes, 4)
      const stored = yield* Effect.promise(tokenStore.load)
      assert.strictEqual(stored?.tokens.refreshToken, "refresh-1")
      assert.strictEqual(client.connection.get()._tag, "Online")
    }),
  )

  it.effect("catches up after a sleep longer than its token lives", () =>
    Effect.gen(function* () {
      const { client, server, network } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      network.down = true
      network.cut()
      server.expire()
      yield* until(() => client.connection.get()._tag === "Offline")
      network.down = false
      yield* client.reconnect
      yield* until(() => client.connection.get()._tag === "Online")
      assert.strictEqual(server.refreshes, 1)
    }),
  )

  it.effect("uses what another process has refreshed", () =>
    Effect.gen(function* () {
      const { client, server, tokenStore } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      server.expire()
      const other = server.refreshFor("refresh-0")
      yield* Effect.promise(() => tokenStore.save({ ...server.signedIn(), tokens: other }))
      const call = yield* Effect.forkChild(client.rpc("Me", undefined))
      yield* until(() => call.pollUnsafe() !== undefined)
      yield* Fiber.join(call)
      assert.strictEqual(server.refreshes, 1)
    }),
  )

  it.effect("is signed out when a refresh is refused, and says so to every call", () =>
    Effect.gen(function* () {
      const { client, server, tokenStore } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      server.expire()
      server.refuseRefresh = true
      const call = yield* Effect.forkChild(Effect.flip(client.rpc("Me", undefined)))
      yield* until(() => call.pollUnsafe() !== undefined)
      assert.strictEqual((yield* Fiber.join(call))._tag, "Unauthenticated")
      yield* until(() => client.connection.get()._tag === "SignedOut")
      assert.isNull(yield* Effect.promise(tokenStore.load))
      assert.isNull(client.account())
    }),
  )

  it.effect("goes on with what it has when the store fails", () =>
    Effect.gen(function* () {
      const { client } = yield* makeWorld(1, {
        tokenStore: {
          ...memoryTokenStore(),
          load: () => Promise.resolve(null),
          save: () => Promise.reject(new Error("full")),
        },
      })
      yield* until(() => client.connection.get()._tag === "SignedOut")
      const error = yield* Effect.flip(
        client.logIn({ login: "alice", password: "correct horse", device: "test" as never }),
      )
      assert.strictEqual(error._tag, "StoreFailed")
    }),
  )

  it.effect("signs out even when the word of it was lost, once told again", () =>
    Effect.gen(function* () {
      const { client, server, network } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      network.fate = (_direction, frame) => (frame.includes("LogOut") ? "cut" : "pass")
      const error = yield* Effect.flip(client.logOut)
      assert.strictEqual(error._tag, "Disconnected")
      assert.isNotNull(client.account())
      network.fate = () => "pass"
      yield* client.logOut
      assert.isTrue(server.sessionOver)
      yield* until(() => client.connection.get()._tag === "SignedOut")
      assert.strictEqual(client.state.get().conversations.size, 0)
    }),
  )

  it.effect.prop(
    "never spends a refresh token twice, whatever is lost and however many clients share the store",
    [
      Schema.Array(
        Schema.Union([
          Schema.TaggedStruct("Call", { client: Schema.Literals([0, 1, 2]) }),
          Schema.TaggedStruct("Call", { client: Schema.Literals([0, 1, 2]) }),
          Schema.TaggedStruct("Expire", {}),
          Schema.TaggedStruct("CutAfter", { frames: Schema.Literals([0, 1, 2, 3, 4, 5, 6]) }),
        ]),
      ).check(Schema.isMaxLength(30)),
    ],
    ([steps]) =>
      Effect.gen(function* () {
        const { client, server, network, restart } = yield* makeWorld()
        const clients = [client, yield* restart, yield* restart]
        const calls: Array<Fiber.Fiber<unknown, CallFailure<"Me">>> = []
        for (const step of steps) {
          if (step._tag === "Expire") server.expire()
          else if (step._tag === "CutAfter") {
            let left: number = step.frames
            network.fate = () => (left-- === 0 ? "cut" : "pass")
          } else calls.push(yield* Effect.forkChild((clients[step.client] ?? client).rpc("Me", undefined)))
        }
        yield* until(() => calls.every((call) => call.pollUnsafe() !== undefined))
        for (const call of calls) yield* Fiber.join(call)
        assert.isFalse(server.sessionOver)
      }),
    { arbitrary: { runs: process.env["CHAT_TEST_LONG"] === "1" ? 2_000 : 100 }, timeout: 600_000 },
  )
})
