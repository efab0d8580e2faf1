import { typingLasts } from "@chat/domain/Presence"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { at, bob, conversationId } from "../support/fixtures.ts"
import { makeWorld, settle, until } from "../support/world.ts"

const conversation = conversationId(0)
const online = { user: bob.id, state: "online", lastSeen: null } as const
const typing = { _tag: "TypingChanged", conversation, thread: null, user: bob, until: at } as const

const connected = Effect.gen(function* () {
  const world = yield* makeWorld()
  yield* until(() => world.client.connection.get()._tag === "Online")
  return world
})

const said = (server: Effect.Success<typeof connected>["server"], what: string) =>
  server.viewed.flatMap(([tag, payload]) => (tag === what ? [payload] : []))

describe("what is in view", () => {
  it.effect("is said, said again after the connection was lost, and known only while there is one", () =>
    Effect.gen(function* () {
      const { client, server, network } = yield* connected
      server.presence = [online]
      yield* client.watch([conversation])
      assert.deepStrictEqual([...client.presence.get().values()], [online])
      const seen: Array<number> = []
      client.presence.subscribe(({ size }) => void seen.push(size))
      network.cut()
      yield* until(() => client.presence.get().size === 0)
      yield* until(() => client.presence.get().size === 1)
      assert.deepStrictEqual(seen, [0, 1])
      assert.deepStrictEqual(said(server, "Watch"), [
        { conversations: [conversation] },
        { conversations: [conversation] },
      ])
      server.tell({ _tag: "PresenceChanged", users: [{ ...online, state: "dnd" }] })
      yield* until(() => client.presence.get().get(bob.id)?.state === "dnd")
    }),
  )

  it.effect("has somebody who writes until they post, or for six seconds", () =>
    Effect.gen(function* () {
      const { client, server } = yield* connected
      server.tell(typing)
      yield* settle
      assert.deepStrictEqual(
        client.typing.get().map(({ user }) => user),
        [bob],
      )
      server.say(conversation, "done", bob)
      yield* settle
      assert.deepStrictEqual(client.typing.get(), [])
      server.tell(typing)
      yield* settle
      yield* TestClock.adjust(typingLasts / 2)
      server.tell(typing)
      yield* settle
      yield* TestClock.adjust(typingLasts / 2)
      assert.lengthOf(client.typing.get(), 1, "it was said again")
      yield* TestClock.adjust(typingLasts / 2)
      assert.deepStrictEqual(client.typing.get(), [])
    }),
  )
})

describe("what this side says", () => {
  it.effect("of writing, once in three seconds", () =>
    Effect.gen(function* () {
      const { client, server } = yield* connected
      for (let key = 0; key < 5; key++) yield* client.startTyping(conversation)
      assert.lengthOf(said(server, "Typing"), 1)
      yield* TestClock.adjust("3 seconds")
      yield* client.startTyping(conversation)
      assert.deepStrictEqual(said(server, "Typing"), [{ conversation }, { conversation }])
    }),
  )

  it.effect("of being there, once in a minute; and after coming back, for how long nobody was", () =>
    Effect.gen(function* () {
      const { client, server, network } = yield* connected
      yield* client.active
      assert.deepStrictEqual(said(server, "Heartbeat"), [])
      yield* TestClock.adjust("1 minute")
      yield* client.active
      yield* client.active
      assert.deepStrictEqual(said(server, "Heartbeat"), [{ idle: 0 }])
      yield* TestClock.adjust("5 minutes")
      network.cut()
      yield* until(() => said(server, "Heartbeat").length === 2)
      const { idle } = said(server, "Heartbeat")[1] as { readonly idle: number }
      assert.isAtLeast(idle, 5 * 60_000)
    }),
  )
})
