import type { SyncItem } from "@chat/domain/Sync"
import { type ConversationId, conversationLog } from "@chat/domain/Ids"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { cursorOf } from "@chat/domain/state/State"
import type { ChatEvent } from "../../src/events/ChatEvent.ts"
import { Subscription, type SubscriptionEnd } from "../../src/events/Subscription.ts"
import { makeCalls } from "../../src/http/makeCalls.ts"
import { Replica } from "../../src/events/Replica.ts"
import { memoryTokenStore } from "../../src/session/TokenStore.ts"
import { FakeServer } from "../support/FakeServer.ts"
import { conversationId } from "../support/fixtures.ts"
import { FakeTransport } from "../support/FakeTransport.ts"
import { makeWorld, settle, until } from "../support/world.ts"

const room = conversationId(0)
const rooms = [room, conversationId(1)]

const Step = Schema.Union([
  Schema.TaggedStruct("Say", { room: Schema.Literals([0, 1]), times: Schema.Literals([1, 2, 3, 7]) }),
  // What has happened reaches the client.
  Schema.TaggedStruct("Deliver", { room: Schema.Literals([0, 1]) }),
  // Too much has happened: a snapshot comes instead.
  Schema.TaggedStruct("Snapshot", { room: Schema.Literals([0, 1]) }),
  Schema.TaggedStruct("Take", {}),
  Schema.TaggedStruct("Take", {}),
  // More than fits into the queue reaches the client, and more has happened than that.
  Schema.TaggedStruct("Lag", { room: Schema.Literals([0, 1]), beyond: Schema.Literals([0, 1, 3]) }),
])

const met = { fallbacks: 0, resynchronised: 0 }

describe("Subscription", () => {
  const follow = (steps: ReadonlyArray<typeof Step.Type>) =>
    Effect.gen(function* () {
      const server = new FakeServer(2)
      const { call } = yield* makeCalls(new FakeTransport(server).service, {
        url: "http://chat.test",
        tokenStore: memoryTokenStore(server.signedIn()),
      })
      const replica = new Replica()
      const items: Array<SyncItem> = []
      const side = { send: (message: object) => items.push(...server.itemsIn(message)), close: () => {} }
      server.begin(side)
      replica.receive(items.splice(0))
      const subscription = new Subscription(replica, call, 4)
      replica.onEvents(subscription.offer)
      const received: Array<ChatEvent> = []
      let taking: Fiber.Fiber<ReadonlyArray<ChatEvent>, SubscriptionEnd> | undefined

      const take = Effect.gen(function* () {
        taking ??= yield* Effect.forkChild(subscription.take)
        yield* settle
        yield* settle
        const exit = taking.pollUnsafe()
        if (exit === undefined) return false
        taking = undefined
        received.push(...(yield* exit))
        return true
      })

      const deliver = (room: ConversationId) => {
        const log = conversationLog(room)
        const due = items.filter((item) => item._tag === "Event" && item.event.log === log)
        items.splice(0, items.length, ...items.filter((item) => !due.includes(item)))
        if (due.length > 0) replica.receive(due)
      }

      for (const step of steps) {
        switch (step._tag) {
          case "Say":
            for (let time = 0; time < step.times; time++) server.say(conversationId(step.room), "hello")
            break
          case "Deliver":
            deliver(conversationId(step.room))
            break
          case "Lag":
            for (let time = 0; time < 7; time++) server.say(conversationId(step.room), "hello")
            deliver(conversationId(step.room))
            for (let time = 0; time < step.beyond; time++) server.say(conversationId(step.room), "hello")
            yield* take
            yield* take
            break
          case "Snapshot": {
            const log = conversationLog(conversationId(step.room))
            items.splice(0, items.length, ...items.filter((item) => item._tag !== "Event" || item.event.log !== log))
            if ((cursorOf(replica.state.get(), log)?.seq ?? 0) < server.head(log)) {
              met.resynchronised++
              replica.receive([server.snapshot(log, "gap")])
            }
            break
          }
          case "Take":
            yield* take
            break
        }
      }
      replica.receive(items.splice(0))
      while (yield* take);
      met.fallbacks += server.calls.filter((tag) => tag === "ReadLog").length

      for (const room of rooms) {
        const log = conversationLog(room)
        let last = 1
        for (const event of received) {
          if (event._tag === "Event") {
            if (event.event.log !== log) continue
            assert.strictEqual(event.event.seq, last + 1)
            last = event.event.seq
          } else if (event.log === log) {
            assert.strictEqual(event.from, last + 1)
            last = event.to
          }
        }
        assert.strictEqual(last, server.head(log))
      }
    })

  it.effect.prop(
    "delivers each event once and in order, or says what it leaves out, however slow its consumer is",
    [Schema.Array(Step).check(Schema.isMaxLength(60))],
    ([steps]) => follow(steps),
    { arbitrary: { runs: process.env["CHAT_TEST_LONG"] === "1" ? 5_000 : 300 }, timeout: 600_000 },
  )

  it.effect("does not say that a snapshot left out what was read before", () =>
    follow([
      { _tag: "Lag", room: 0, beyond: 1 },
      { _tag: "Say", room: 0, times: 1 },
      { _tag: "Snapshot", room: 0 },
    ]),
  )

  it("met every rare case", () => {
    assert.isAbove(met.fallbacks, 0)
    assert.isAbove(met.resynchronised, 0)
  })

  it.effect("reads what did not fit into its queue, while the state goes on", () =>
    Effect.gen(function* () {
      const { client, server } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      const subscription = yield* client.subscribe
      for (let n = 0; n < 1_500; n++) server.say(room, `message ${n}`)
      yield* until(() => client.state.get().conversations.get(room)?.unread === 1_500)
      const seqs: Array<number> = []
      while (seqs.length < 1_500) {
        const taking = yield* Effect.forkChild(subscription.take)
        yield* until(() => taking.pollUnsafe() !== undefined)
        for (const event of yield* Fiber.join(taking)) if (event._tag === "Event") seqs.push(event.event.seq)
      }
      assert.deepStrictEqual(
        seqs,
        Array.from({ length: 1_500 }, (_, n) => n + 2),
      )
    }),
  )

  it.effect("says that a restored backup has another history", () =>
    Effect.gen(function* () {
      const { client, server, network } = yield* makeWorld()
      for (const text of ["one", "two", "three"]) server.say(room, text)
      yield* until(() => client.connection.get()._tag === "Online")
      const events = yield* client.events.pipe(Stream.take(1), Stream.runCollect, Effect.forkChild)
      yield* settle
      server.restore(room, 2)
      network.cut()
      yield* until(() => events.pollUnsafe() !== undefined)
      const [event] = yield* Fiber.join(events)
      assert.isTrue(event?._tag === "Resynchronised" && event.reason === "mark" && event.to === 2)
      yield* until(() => client.connection.get()._tag === "Online")
      const status = client.connection.get()
      assert.deepStrictEqual(status._tag === "Online" && status.resynchronised, [conversationLog(room)])
    }),
  )

  it.effect("ends when the session does", () =>
    Effect.gen(function* () {
      const { client, server, network } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      const events = yield* client.events.pipe(Stream.runDrain, Effect.flip, Effect.forkChild)
      server.sessionOver = true
      network.cut()
      yield* until(() => events.pollUnsafe() !== undefined)
      assert.strictEqual((yield* Fiber.join(events))._tag, "Unauthenticated")
    }),
  )
})
