import { NotMember, RateLimited } from "@chat/domain/Errors"
import { SessionId } from "@chat/domain/Ids"
import { Body, Seq } from "@chat/domain/Values"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { newMessageId } from "../../src/ids.ts"
import { memoryOutboxStore, type OutboxStore } from "../../src/outbox/OutboxStore.ts"
import { account, bob, conversationId } from "../support/fixtures.ts"
import { makeWorld, settle, until } from "../support/world.ts"

const room = conversationId(0)
const text = (value: string) => Body.make(value)

describe("Outbox", () => {
  it.effect("keeps order and ids across a lost answer", () =>
    Effect.gen(function* () {
      const { client, server, network } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      network.fate = (direction, frame) => {
        if (direction === "down" && frame.includes('"Exit"')) {
          network.fate = () => "pass"
          return "cut"
        }
        return "pass"
      }
      for (const word of ["one", "two", "three"]) yield* client.post(room, text(word))
      yield* until(() => client.outbox.get().length === 0)
      assert.deepStrictEqual(
        server.messages(room).map(({ body }) => String(body)),
        ["one", "two", "three"],
      )
      assert.isAbove(server.calls.filter((tag) => tag === "PostMessage").length, 3)
    }),
  )

  it.effect("sends nothing in the name of whoever signs in next", () =>
    Effect.gen(function* () {
      const { client, server, network } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      network.down = true
      network.cut()
      const call = yield* Effect.forkChild(Effect.flip(client.rpc("Me", undefined)))
      yield* client.post(room, text("of alice"))
      yield* settle
      const { session, tokens } = server.signedIn()
      const ofBob = { ...account, ...bob }
      const another = { ...session, id: SessionId.make("00000000-0000-7000-8000-0000000000bb") }
      server.signedIn = () => ({ account: ofBob, session: another, tokens })
      network.down = false
      yield* client.logIn({ login: "bob", password: "correct horse", device: session.device })
      assert.strictEqual((yield* Fiber.join(call))._tag, "Unauthenticated")
      yield* until(() => client.connection.get()._tag === "Online")
      yield* TestClock.adjust("5 minutes")
      yield* settle
      assert.notInclude(server.calls, "PostMessage")
      assert.notInclude(server.calls, "Me")
      assert.deepStrictEqual(client.outbox.get()[0]?.status, { _tag: "Pending", attempted: false })
    }),
  )

  it.effect("keeps a failed message that cannot be written down again, and sends it when told once more", () =>
    Effect.gen(function* () {
      const store = memoryOutboxStore()
      let full = false
      const outboxStore: OutboxStore = {
        ...store,
        put: (record) => (full ? Promise.reject(new Error("full")) : store.put(record)),
      }
      const { client, server } = yield* makeWorld(1, { outboxStore })
      yield* until(() => client.connection.get()._tag === "Online")
      server.refuse = (tag) => (tag === "PostMessage" ? new NotMember({ conversation: room }) : undefined)
      const { id, sent } = yield* client.post(room, text("one"))
      yield* Effect.flip(sent)
      server.refuse = undefined
      full = true
      assert.strictEqual((yield* Effect.flip(client.retry(id)))._tag, "StoreFailed")
      assert.strictEqual(client.outbox.get()[0]?.status._tag, "Failed")
      full = false
      yield* client.retry(id)
      yield* until(() => client.outbox.get().length === 0)
      assert.lengthOf(server.messages(room), 1)
    }),
  )

  it.effect("writes down what a message answers, and sends it along", () =>
    Effect.gen(function* () {
      const outboxStore = memoryOutboxStore()
      const { client, server, network } = yield* makeWorld(1, { outboxStore })
      yield* until(() => client.connection.get()._tag === "Online")
      const payloads: Array<unknown> = []
      server.refuse = (tag, payload: object) => {
        if (tag === "PostMessage") payloads.push(payload)
        return undefined
      }
      network.down = true
      network.cut()
      const places = { replyTo: Seq.make(1), thread: Seq.make(2) }
      const { id } = yield* client.post(room, text("one"), places)
      const [record] = yield* Effect.promise(() => outboxStore.load())
      assert.deepInclude(record, places)
      assert.deepInclude(client.outbox.get()[0], places)
      network.down = false
      yield* until(() => client.outbox.get().length === 0)
      assert.deepStrictEqual(payloads, [{ id, conversation: room, body: "one", ...places }])
    }),
  )

  it.effect("lets a message that is refused step aside, and sends it again when told", () =>
    Effect.gen(function* () {
      const { client, server, network } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      server.refuse = (tag, payload: { readonly body?: string }) =>
        tag === "PostMessage" && payload.body === "two" ? new NotMember({ conversation: room }) : undefined
      yield* client.post(room, text("one"))
      const two = yield* client.post(room, text("two"))
      yield* client.post(room, text("three"))
      const refusal = yield* Effect.flip(two.sent)
      assert.strictEqual(refusal._tag, "NotMember")
      yield* until(() => client.outbox.get().length === 1)
      assert.strictEqual(client.outbox.get()[0]?.status._tag, "Failed")
      server.refuse = undefined
      network.down = true
      network.cut()
      yield* client.post(room, text("four"))
      yield* client.retry(two.id)
      network.down = false
      yield* until(() => client.outbox.get().length === 0)
      assert.deepStrictEqual(
        server.messages(room).map(({ body }) => String(body)),
        ["one", "three", "four", "two"],
      )
    }),
  )

  it.effect("waits as long as the server asks for, with everything", () =>
    Effect.gen(function* () {
      const { client, server } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      let refused = 0
      server.refuse = (tag) =>
        tag === "PostMessage" && refused++ < 1 ? new RateLimited({ limit: "messages", retryAfter: 5_000 }) : undefined
      const posted = yield* client.post(room, text("one"))
      const sent = yield* Effect.forkChild(posted.sent)
      const start = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      yield* until(() => sent.pollUnsafe() !== undefined, 100)
      const end = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      assert.isAtLeast(end - start, 5_000)
      assert.isAtMost(end - start, 5_500)
      yield* Fiber.join(sent)
    }),
  )

  it.effect("takes back what was not sent, and nothing else", () =>
    Effect.gen(function* () {
      const { client, server, network } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      network.down = true
      network.cut()
      yield* settle
      const first = yield* client.post(room, text("first"))
      const second = yield* client.post(room, text("second"))
      assert.isTrue(yield* client.cancel(first.id))
      assert.strictEqual((yield* Effect.flip(first.sent))._tag, "Cancelled")
      network.down = false
      yield* until(() => client.outbox.get().length === 0)
      yield* second.sent
      assert.isFalse(yield* client.cancel(second.id))
      assert.deepStrictEqual(
        server.messages(room).map(({ body }) => String(body)),
        ["second"],
      )
    }),
  )

  it.effect("writes down before it sends", () =>
    Effect.gen(function* () {
      const written: Array<string> = []
      const store = memoryOutboxStore()
      const { client, server } = yield* makeWorld(1, {
        outboxStore: {
          ...store,
          put: async (record) => {
            // So long that the one before it has been sent meanwhile.
            for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setImmediate(resolve))
            written.push(record.body)
            return store.put(record)
          },
        },
      })
      yield* until(() => client.connection.get()._tag === "Online")
      server.refuse = (tag, payload: { readonly body?: string }) => {
        if (tag === "PostMessage") assert.include(written, payload.body)
        return undefined
      }
      yield* Effect.all([client.post(room, text("one")), client.post(room, text("two"))], { concurrency: "unbounded" })
      yield* until(() => client.outbox.get().length === 0)
      assert.deepStrictEqual(
        server.messages(room).map(({ body }) => String(body)),
        ["one", "two"],
      )
    }),
  )

  it.effect("does not take a message that cannot be kept", () =>
    Effect.gen(function* () {
      const { client } = yield* makeWorld(1, {
        outboxStore: { ...memoryOutboxStore(), put: () => Promise.reject(new Error("disk full")) },
      })
      const error = yield* Effect.flip(client.post(room, text("one")))
      assert.strictEqual(error._tag, "StoreFailed")
      assert.deepStrictEqual(client.outbox.get(), [])
    }),
  )

  it.effect("tells everybody who posted a message that it cannot be kept", () =>
    Effect.gen(function* () {
      const outboxStore: OutboxStore = {
        ...memoryOutboxStore(),
        put: () => new Promise((_, fail) => setImmediate(() => fail(new Error("disk full")))),
      }
      const { client } = yield* makeWorld(1, { outboxStore })
      const id = newMessageId()
      const first = yield* Effect.forkChild(Effect.flip(client.post(room, text("one"), { id })))
      yield* until(() => client.outbox.get().length === 1)
      const { sent } = yield* client.post(room, text("one"), { id })
      assert.strictEqual((yield* Effect.flip(sent))._tag, "StoreFailed")
      assert.strictEqual((yield* Fiber.join(first))._tag, "StoreFailed")
    }),
  )

  it.effect("keeps what was decided last, however slowly it is written", () =>
    Effect.gen(function* () {
      const store = memoryOutboxStore()
      const held: Array<() => void> = []
      let isSlow = false
      const outboxStore: OutboxStore = {
        ...store,
        put: async (record) => {
          if (isSlow && record.failure !== null) await new Promise<void>((resolve) => held.push(resolve))
          return store.put(record)
        },
      }
      const { client, server, network } = yield* makeWorld(1, { outboxStore })
      yield* until(() => client.connection.get()._tag === "Online")
      server.refuse = (tag) => (tag === "PostMessage" ? new NotMember({ conversation: room }) : undefined)
      isSlow = true
      const { id, sent } = yield* client.post(room, text("one"))
      yield* Effect.flip(sent)
      network.down = true
      network.cut()
      const again = yield* Effect.forkChild(client.retry(id))
      yield* until(() => held.length === 1)
      // As long as it takes to write it down, if nothing keeps it from that.
      for (let turns = 0; turns < 20; turns++) yield* settle
      for (const go of held) go()
      yield* Fiber.join(again)
      for (let turns = 0; turns < 20; turns++) yield* settle
      assert.deepStrictEqual(
        (yield* Effect.promise(store.load)).map(({ failure }) => failure),
        [null],
      )
    }),
  )

  it.effect("lets go of what was sent to a conversation that is over before the answer comes", () =>
    Effect.gen(function* () {
      const { client, server } = yield* makeWorld()
      yield* until(() => client.connection.get()._tag === "Online")
      server.refuse = (tag) => {
        if (tag === "PostMessage") server.end(room)
        return undefined
      }
      const { sent } = yield* client.post(room, text("one"))
      yield* sent
      yield* until(() => client.outbox.get().length === 0)
    }),
  )
})
