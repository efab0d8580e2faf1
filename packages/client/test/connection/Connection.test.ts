import { Disconnected } from "../../src/Errors.ts"
import { RateLimited } from "@chat/domain/Errors"
import { Body } from "@chat/domain/Values"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { closedWith, Lost } from "../../src/wire/Transport.ts"
import { conversationId } from "../support/fixtures.ts"
import { makeWorld, settle, until } from "../support/world.ts"

const room = conversationId(0)

describe("Connection", () => {
  it.effect("is online with everything up to then in the state", () =>
    Effect.gen(function* () {
      const { client, server } = yield* makeWorld(2)
      server.say(room, "hello")
      yield* until(() => client.connection.get()._tag === "Online")
      assert.strictEqual(client.state.get().conversations.size, 2)
      assert.strictEqual(client.state.get().conversations.get(room)?.lastMessage?.body, "hello")
      assert.strictEqual((yield* client.rpc("Me", undefined)).username, "alice")
    }),
  )

  it.effect("recovers what it missed, and says how much", () =>
    Effect.gen(function* () {
      const { client, server, network } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      network.down = true
      network.cut()
      for (const text of ["one", "two", "three"]) server.say(room, text)
      yield* until(() => client.connection.get()._tag === "Offline")
      network.down = false
      yield* until(() => client.connection.get()._tag === "Online")
      const status = client.connection.get()
      assert.strictEqual(status._tag === "Online" && status.recovered, 3)
      assert.strictEqual(client.state.get().conversations.get(room)?.unread, 3)
    }),
  )

  it.effect("waits longer and longer, at random, and not at all after a hint", () =>
    Effect.gen(function* () {
      const { client, network } = yield* makeWorld()
      const clock = yield* Clock.Clock
      const delays: Array<number> = []
      client.connection.subscribe((status) => {
        if (status._tag === "Offline") delays.push(status.retryAt - clock.currentTimeMillisUnsafe())
      })
      network.down = true
      network.cut()
      yield* until(() => delays.length >= 30)
      delays.forEach((delay, index) => assert.isAtMost(delay, Math.min(30_000, 500 * 2 ** index)))
      // Longer than the first could be, and not all the same where the bound is.
      assert.isAbove(Math.max(...delays), 5_000)
      assert.isAbove(new Set(delays.slice(7)).size, 10)
      network.down = false
      yield* client.reconnect
      yield* settle
      yield* settle
      assert.strictEqual(client.connection.get()._tag, "Online")
    }),
  )

  it.effect("finds out that nobody is there any more", () =>
    Effect.gen(function* () {
      const { client, network } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      network.silent = true
      yield* TestClock.adjust(29_000)
      assert.strictEqual(client.connection.get()._tag, "Online")
      yield* TestClock.adjust(2_000)
      yield* settle
      assert.notStrictEqual(client.connection.get()._tag, "Online")
      network.silent = false
      yield* until(() => client.connection.get()._tag === "Online")
    }),
  )

  it.effect("stays with a connection that is quiet but alive", () =>
    Effect.gen(function* () {
      const { client, network } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      for (let minutes = 0; minutes < 60; minutes++) {
        yield* TestClock.adjust(10_000)
        yield* settle
      }
      assert.strictEqual(network.opened, 1)
    }),
  )

  it.effect("comes back within the window that a restarting server asks for", () =>
    Effect.gen(function* () {
      const { client, network } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      network.cut(closedWith(1012, JSON.stringify({ window: 20_000 })))
      yield* until(() => client.connection.get()._tag === "Offline", 1)
      const status = client.connection.get()
      assert.isTrue(status._tag === "Offline" && status.retryAt - status.since <= 20_000)
      assert.strictEqual(status._tag === "Offline" && status.reason, "the server is restarting")
      yield* TestClock.adjust(20_000)
      yield* until(() => client.connection.get()._tag === "Online", 1)
    }),
  )

  it.effect("is signed out when the session ends, and in again after a login", () =>
    Effect.gen(function* () {
      const { client, server, network, tokenStore } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      server.sessionOver = true
      network.cut(new Lost({ detail: "ended", code: 4001 }))
      yield* until(() => client.connection.get()._tag === "SignedOut")
      assert.isNull(yield* Effect.promise(tokenStore.load))
      const refused = yield* Effect.flip(client.rpc("Me", undefined))
      assert.strictEqual(refused._tag, "Unauthenticated")
      const { session } = server.signedIn()
      const waiting = yield* Effect.flip(client.online)
      assert.strictEqual(waiting.reason, "ended")
      yield* client.logIn({ login: "alice", password: "correct horse", device: session.device })
      yield* until(() => client.connection.get()._tag === "Online")
      yield* client.online
      // Waiting when the session ends.
      network.down = true
      network.cut()
      yield* until(() => client.connection.get()._tag === "Offline")
      const cut = yield* Effect.forkChild(Effect.flip(client.online), { startImmediately: true })
      server.sessionOver = true
      network.down = false
      yield* until(() => client.connection.get()._tag === "SignedOut")
      assert.strictEqual((yield* Fiber.join(cut))._tag, "Unauthenticated")
    }),
  )

  it.effect("offers more cursors than fit into a frame in parts", () =>
    Effect.gen(function* () {
      const { client, network, server } = yield* makeWorld(400)
      server.limits = { ...server.limits, frameBytes: 20_000 }
      yield* until(() => client.connection.get()._tag === "Online")
      network.cut()
      server.say(room, "missed")
      yield* until(() => client.state.get().conversations.get(room)?.unread === 1)
      yield* until(() => client.connection.get()._tag === "Online")
      assert.isAbove(server.calls.filter((tag) => tag === "OfferCursors").length, 3)
      for (const frame of network.sent) assert.isAtMost(frame.length, 20_000)
      const status = client.connection.get()
      assert.deepStrictEqual(status._tag === "Online" && [status.recovered, status.resynchronised], [1, []])
    }),
  )

  it.effect("fails a call after its deadline when there is no connection, and knows that it was not sent", () =>
    Effect.gen(function* () {
      const { client, network } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      network.down = true
      network.cut()
      const call = yield* Effect.forkChild(Effect.flip(client.rpc("Me", undefined, { deadline: "5 seconds" })))
      yield* TestClock.adjust("5 seconds")
      const error = yield* Fiber.join(call)
      assert.isTrue(error instanceof Disconnected && error.outcome === "notSent")
    }),
  )

  it.effect("refuses what is not of the contract's form without sending it", () =>
    Effect.gen(function* () {
      const { client, network } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      const sent = network.sent.length
      // @ts-expect-error -- an id of the wrong form
      const error = yield* Effect.flip(client.rpc("GetConversation", { conversation: "nonsense" }))
      assert.strictEqual(error._tag, "BadRequest")
      assert.strictEqual(network.sent.length, sent)
    }),
  )

  it.effect("delivers events to a stream", () =>
    Effect.gen(function* () {
      const { client, server, network } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      const events = yield* client.events.pipe(Stream.take(3), Stream.runCollect, Effect.forkChild)
      yield* settle
      server.say(room, "one")
      yield* settle
      network.cut()
      server.say(room, "two")
      yield* until(() => client.connection.get()._tag === "Online")
      server.say(room, "three")
      const texts = (yield* Fiber.join(events)).map((event) =>
        event._tag === "Event" && event.event.type === "MessagePosted" ? event.event.data.message.body : event._tag,
      )
      assert.deepStrictEqual<ReadonlyArray<string | null>>(texts, ["one", "two", "three"])
    }),
  )

  it.effect("refuses what does not fit into a frame, instead of losing the connection over it", () =>
    Effect.gen(function* () {
      const { client, network } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      const posted = yield* client.post(room, Body.make("\u{1f600}".repeat(60_000)))
      const sent = yield* Effect.forkChild(Effect.flip(posted.sent))
      yield* until(() => sent.pollUnsafe() !== undefined)
      assert.strictEqual((yield* Fiber.join(sent))._tag, "TooLarge")
      assert.strictEqual(network.opened, 1)
    }),
  )

  it.effect("waits as long as the server asks for before it connects again", () =>
    Effect.gen(function* () {
      const { client, server, network } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      server.refuse = (tag) => (tag === "Sync" ? new RateLimited({ limit: "calls", retryAfter: 40_000 }) : undefined)
      network.cut()
      let retryAfter = 0
      client.connection.subscribe((status) => {
        if (status._tag === "Offline") retryAfter = Math.max(retryAfter, status.retryAt - status.since)
      })
      yield* until(() => retryAfter >= 40_000, 100)
    }),
  )
})
