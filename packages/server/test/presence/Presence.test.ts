import { CommandId, type ConversationId, SessionId, type UserId } from "@chat/domain/Ids"
import { RoomName, Topic } from "@chat/domain/Values"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ServerClient } from "effect/rpc/Rpc"
import { randomUUID } from "node:crypto"
import { RoomMembership } from "../../src/rooms/RoomMembership.ts"
import { Follower } from "../../src/followers/Follower.ts"
import { Hub } from "../../src/hub/Hub.ts"
import { Presence } from "../../src/presence/Presence.ts"
import { config, layerCore, makeUser } from "../support/core.ts"
import { onEachDatabase } from "../support/databases.ts"

const commandId = () => CommandId.make(randomUUID())
const count = 30

/** A device of somebody, on which everything that it is told is counted. */
const device = Effect.fnUntraced(function* (account: UserId) {
  const presence = yield* Presence
  const connection = new ServerClient(0)
  const follower = new Follower(account, SessionId.make(randomUUID()))
  yield* presence.begin(connection, follower)
  return { connection, follower }
})

/** Takes what a device is told until it has heard of so many people; in how many items. */
const hear = Effect.fnUntraced(function* (follower: Follower, people: number) {
  const heard = new Map<UserId, string>()
  let items = 0
  while (true) {
    follower.wake.closeUnsafe()
    for (const item of follower.take()) {
      if (item._tag !== "PresenceChanged") continue
      items++
      for (const { user, state } of item.users) heard.set(user, state)
    }
    if (heard.size >= people) return { items, heard }
    yield* follower.wake.await
  }
})

const crowd = Effect.gen(function* () {
  const rooms = yield* RoomMembership
  const people = yield* Effect.forEach(
    Array.from({ length: count }, (_, index) => index),
    (index) => makeUser(`person${index}`),
  )
  const [host] = people
  assert(host !== undefined)
  const { conversation } = yield* rooms.create(host.id, {
    commandId: commandId(),
    name: RoomName.make("crowd"),
    topic: Topic.make(""),
    history: "all",
  })
  for (const { id } of people.slice(1)) yield* rooms.join(id, { commandId: commandId(), conversation })
  return { people, conversation }
})

const watch = Effect.fnUntraced(function* (account: UserId, conversation: ConversationId) {
  const presence = yield* Presence
  const one = yield* device(account)
  const answer = yield* presence.watch(account, one.connection, [conversation])
  return { ...one, answer }
})

onEachDatabase("Presence", (database) => {
  const node = layerCore.pipe(Layer.provideMerge(Layer.mergeAll(database, Hub.layerMemory, config())))

  it.live("of many who come at once is told in few items, to who is slow in one at a time", () =>
    Effect.gen(function* () {
      const { people, conversation } = yield* crowd
      const [host, slowOne, ...others] = people
      assert(host !== undefined && slowOne !== undefined)
      const watcher = yield* watch(host.id, conversation)
      const slow = yield* watch(slowOne.id, conversation)
      assert.strictEqual(watcher.answer.length, count - 1)
      for (const { id } of others) yield* device(id)
      // All of them, and the slow one, who came after the watcher.
      const { items, heard } = yield* hear(watcher.follower, count - 1)
      assert.isTrue([...heard.values()].every((state) => state === "online"))
      assert.isAtMost(items, 4)
      // Nothing has gathered for who took nothing: one item, and the rest is told when that is taken.
      assert.isAtMost(slow.follower.take().length, 1)
    }).pipe(Effect.scoped, Effect.provide(node)),
  )

  it.live("of a room is not told to who has been removed from it, nor is who writes there", () =>
    Effect.gen(function* () {
      const presence = yield* Presence
      const rooms = yield* RoomMembership
      const { people, conversation } = yield* crowd
      const [host, leaver, other] = people
      assert(host !== undefined && leaver !== undefined && other !== undefined)
      const { follower } = yield* watch(leaver.id, conversation)
      const staying = yield* watch(host.id, conversation)
      yield* rooms.leave(leaver.id, { commandId: commandId(), conversation })
      yield* device(other.id)
      yield* presence.typing(other.id, { conversation, thread: undefined })
      // Who stays is told, and so would have been who left.
      yield* hear(staying.follower, 1)
      assert.deepStrictEqual(follower.take(), [])
    }).pipe(Effect.scoped, Effect.provide(node)),
  )
})
