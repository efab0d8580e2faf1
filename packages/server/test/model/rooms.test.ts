// What random programs have found about coming into rooms.
import { MessageId, type UserId } from "@chat/domain/Ids"
import { Body, RoomName, Topic } from "@chat/domain/Values"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { Hub } from "../../src/hub/Hub.ts"
import { emptyPostgres, hasPostgres, postgresAt } from "../support/databases.ts"
import { commandId, hold, waiting } from "./examples.ts"
import { type Node, startNode } from "./nodes/Node.ts"
import { settings } from "./suite.ts"

const password = "open, sesame"

const start = Effect.gen(function* () {
  const url = yield* emptyPostgres
  const node = yield* startNode(Layer.mergeAll(postgresAt(url), Hub.layerMemory, settings), new Map())
  yield* Effect.addFinalizer(() => node.stop)
  return node
})

/** A room with a password, and somebody outside. */
const room = Effect.fnUntraced(function* (node: Node, memberLimit: number) {
  const [{ user: ann }, { user: bob }] = [yield* node.makeUser("ann"), yield* node.makeUser("bob")]
  const [hers, his] = [yield* node.as(ann.id), yield* node.as(bob.id)]
  const made = yield* hers.command({
    type: "CreateRoom",
    actor: ann.id,
    commandId: commandId(),
    name: RoomName.make("cave"),
    topic: Topic.make(""),
    history: "all",
    access: "password",
    password,
    memberLimit,
  })
  assert("conversation" in made)
  const { conversation } = made
  const ask = (type: "JoinRoom" | "LeaveRoom") =>
    his.command({
      type,
      actor: bob.id,
      commandId: commandId(),
      conversation,
      ...(type === "JoinRoom" ? { password } : {}),
    })
  return { conversation, ask }
})

describe.skipIf(!hasPostgres)("The end of a room", () => {
  it.live("nothing is left of what was said there, nor of whom it mentioned, nor of its threads", () =>
    Effect.gen(function* () {
      const node = yield* start
      const { conversation } = yield* room(node, 0)
      const [owner] = yield* node.sql<{ id: UserId; name: string }>`SELECT id, username AS name FROM users
        WHERE username = 'ann'`
      assert(owner !== undefined)
      const hers = yield* node.as(owner.id)
      const say = (text: string, more = {}) =>
        hers.command({
          type: "PostMessage",
          actor: owner.id,
          id: MessageId.make(commandId()),
          conversation,
          body: Body.make(text),
          ...more,
        })
      const said = yield* say(`@${owner.name}`)
      assert("seq" in said)
      yield* say("x", { thread: said.seq })
      const source = { conversation, seq: said.seq }
      const id = MessageId.make(commandId())
      yield* hers.command({ type: "ForwardMessage", actor: owner.id, id, conversation, source })
      yield* hers.command({ type: "DeleteRoom", actor: owner.id, commandId: commandId(), conversation })
      const { messages } = yield* hers.history({ conversation, limit: 10 })
      assert.deepStrictEqual(
        messages.map(({ body, mentions, forwarded, replies, lastReply }) => [
          body,
          mentions,
          forwarded,
          replies,
          lastReply,
        ]),
        Array.from({ length: 3 }, () => [null, [], null, 0, null]),
      )
    }).pipe(Effect.scoped),
  )
})

describe.skipIf(!hasPostgres)("Coming into a room with a password", () => {
  it.live("a full room says that it is full, whether one knows the password or not", () =>
    Effect.gen(function* () {
      const { ask } = yield* room(yield* start, 1)
      assert.strictEqual((yield* Effect.flip(ask("JoinRoom")))._tag, "CapacityExceeded")
    }).pipe(Effect.scoped),
  )

  it.live("the password that one gave is compared, also where it was not needed a moment before", () =>
    Effect.gen(function* () {
      const node = yield* start
      const { conversation, ask } = yield* room(node, 0)
      yield* ask("JoinRoom")
      const { sql } = node
      const release = yield* hold(sql, sql`SELECT FROM logs WHERE id = ${conversation} FOR UPDATE`)
      const leaving = yield* Effect.forkScoped(ask("LeaveRoom"))
      yield* waiting(sql, 1)
      const coming = yield* Effect.forkScoped(ask("JoinRoom"))
      yield* waiting(sql, 2)
      yield* release()
      yield* Fiber.join(leaving)
      assert("conversation" in (yield* Fiber.join(coming)))
    }).pipe(Effect.scoped),
  )
})
