// What random programs have found, each as small as it got, with everything in its place that was chance.
import { accountLog, type ConversationId, conversationLog, MessageId } from "@chat/domain/Ids"
import { Body, Mark, RoomName, Seq, Topic } from "@chat/domain/Values"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { emptyPostgres, hasPostgres, onEachDatabase, postgresAt } from "../support/databases.ts"
import { layerCore, makeUser } from "../support/core.ts"
import { Messages } from "../../src/messages/Messages.ts"
import { Positions } from "../../src/messages/Positions.ts"
import { Hub, type Notice } from "../../src/hub/Hub.ts"
import { Delivery } from "../../src/delivery/Delivery.ts"
import { settings as nodeSettings } from "./suite.ts"
import { startNode, type Tokens } from "./nodes/Node.ts"
import { commandId, cursorsOf, join, layerSilent, leave, makeRoom, open, post, settings } from "./examples.ts"

onEachDatabase("Counterexamples", (database) => {
  const handlers = new Set<(notice: Notice) => void>()
  const node = layerCore.pipe(Layer.provideMerge(Layer.mergeAll(database, layerSilent(handlers), settings)))
  const tell = (notice: Notice) => {
    for (const handler of handlers) handler(notice)
  }

  it.live("who leaves while catching up is told so before CaughtUp", () =>
    Effect.gen(function* () {
      const [ann, bob] = [yield* makeUser("ann"), yield* makeUser("bob")]
      const room = yield* makeRoom(ann.id)
      yield* join(bob.id, room)
      const read = yield* open(bob.id)
      yield* read("AccountSnapshot")
      yield* leave(bob.id, room)
      assert.deepStrictEqual(yield* read("CaughtUp"), ["ConversationGone", "CaughtUp"])
    }).pipe(Effect.provide(node), Effect.scoped),
  )

  it.live("who leaves what they remember otherwise is told so before CaughtUp", () =>
    Effect.gen(function* () {
      const [ann, bob] = [yield* makeUser("ann"), yield* makeUser("bob")]
      const rooms: Array<ConversationId> = []
      // One more than are read at once, so that the oldest is left for later.
      for (let n = 0; n < 21; n++) {
        const room = yield* makeRoom(ann.id)
        yield* join(bob.id, room)
        rooms.push(room)
      }
      const [oldest] = rooms
      assert(oldest !== undefined)
      const account = yield* cursorsOf(bob.id, [accountLog(bob.id)])
      const otherwise = { log: conversationLog(oldest), seq: Seq.make(1), mark: Mark.make("0000000000000000") }
      const read = yield* open(bob.id, { cursors: [...account, otherwise] })
      assert.strictEqual((yield* read("ConversationSnapshot")).length, 20)
      yield* leave(bob.id, oldest)
      assert.deepStrictEqual(yield* read("CaughtUp"), ["ConversationGone", "CaughtUp"])
    }).pipe(Effect.provide(node), Effect.scoped),
  )

  it.live("what went and came back meanwhile is there at CaughtUp", () =>
    Effect.gen(function* () {
      const [ann, bob] = [yield* makeUser("ann"), yield* makeUser("bob")]
      const room = yield* makeRoom(ann.id)
      yield* join(bob.id, room)
      const cursors = yield* cursorsOf(bob.id)
      yield* leave(bob.id, room)
      yield* join(bob.id, room)
      const read = yield* open(bob.id, { cursors })
      assert.deepStrictEqual(yield* read("CaughtUp"), [
        "MemberLeft",
        "ConversationGone",
        "ConversationAppeared",
        "ConversationSnapshot",
        "CaughtUp",
      ])
    }).pipe(Effect.provide(node), Effect.scoped),
  )

  it.live("a snapshot waits for the word that its conversation went and came back", () =>
    Effect.gen(function* () {
      const [ann, bob] = [yield* makeUser("ann"), yield* makeUser("bob")]
      const room = yield* makeRoom(ann.id)
      yield* join(bob.id, room)
      const read = yield* open(bob.id)
      yield* read("CaughtUp")
      yield* leave(bob.id, room)
      yield* join(bob.id, room)
      const seq = yield* post(ann.id, room, 5)
      tell({ _tag: "LogAdvanced", log: conversationLog(room), seq })
      assert.deepStrictEqual(yield* read("ConversationSnapshot"), [
        "ConversationGone",
        "ConversationAppeared",
        "ConversationSnapshot",
      ])
    }).pipe(Effect.provide(node), Effect.scoped),
  )

  it.live("a removal is the last event of its log, also where the account came back", () =>
    Effect.gen(function* () {
      const [ann, bob] = [yield* makeUser("ann"), yield* makeUser("bob")]
      const room = yield* makeRoom(ann.id)
      yield* join(bob.id, room)
      const read = yield* open(bob.id)
      yield* read("CaughtUp")
      yield* leave(bob.id, room)
      yield* join(bob.id, room)
      const seq = yield* post(ann.id, room, 1)
      tell({ _tag: "LogAdvanced", log: conversationLog(room), seq })
      assert.deepStrictEqual(yield* read("ConversationSnapshot"), [
        "MemberLeft",
        "ConversationGone",
        "ConversationAppeared",
        "ConversationSnapshot",
      ])
    }).pipe(Effect.provide(node), Effect.scoped),
  )

  it.live("a cursor from before one left and came back is not gone on from", () =>
    Effect.gen(function* () {
      const [ann, bob] = [yield* makeUser("ann"), yield* makeUser("bob")]
      const room = yield* makeRoom(ann.id)
      yield* join(bob.id, room)
      const before = yield* cursorsOf(bob.id, [conversationLog(room)])
      yield* leave(bob.id, room)
      yield* join(bob.id, room)
      // As after an account's snapshot that was the last thing to arrive before the connection was lost.
      const account = yield* cursorsOf(bob.id, [accountLog(bob.id)])
      const read = yield* open(bob.id, { cursors: [...account, ...before] })
      assert.deepStrictEqual(yield* read("CaughtUp").pipe(Effect.timeout("5 seconds")), [
        "ConversationSnapshot",
        "CaughtUp",
      ])
    }).pipe(Effect.provide(node), Effect.scoped),
  )

  it.live("who is no member any more is told so, also where what they answer is not there", () =>
    Effect.gen(function* () {
      const [ann, bob] = [yield* makeUser("ann"), yield* makeUser("bob")]
      const room = yield* makeRoom(ann.id)
      yield* join(bob.id, room)
      // From here on the node remembers that bob may write.
      yield* post(bob.id, room, 1)
      yield* leave(bob.id, room)
      const answer = {
        conversation: room,
        id: MessageId.make(commandId()),
        body: Body.make("x"),
        replyTo: Seq.make(99),
      }
      const refusal = yield* Effect.flip((yield* Messages).post(bob.id, answer))
      assert.strictEqual(refusal._tag, "NotMember")
    }).pipe(Effect.provide(node), Effect.scoped),
  )

  it.live("the first head check of a node finds the positions that nobody told of", () =>
    Effect.gen(function* () {
      const [ann, bob] = [yield* makeUser("ann"), yield* makeUser("bob")]
      const room = yield* makeRoom(ann.id)
      yield* join(bob.id, room)
      const seq = yield* post(ann.id, room, 1)
      const read = yield* open(bob.id)
      yield* read("CaughtUp")
      yield* (yield* Positions).markRead(bob.id, room, seq)
      yield* (yield* Delivery).checkHeads
      assert.deepStrictEqual(yield* read("PositionChanged").pipe(Effect.timeout("5 seconds")), ["PositionChanged"])
    }).pipe(Effect.provide(node), Effect.scoped),
  )
})

describe.skipIf(!hasPostgres)("Counterexamples (two nodes)", () => {
  it.live("a command that changed nothing on one node changes nothing on another", () =>
    Effect.gen(function* () {
      const url = yield* emptyPostgres
      const tokens: Tokens = new Map()
      const needs = () => Layer.mergeAll(postgresAt(url), Hub.layerMemory, nodeSettings)
      const [one, two] = [yield* startNode(needs(), tokens), yield* startNode(needs(), tokens)]
      yield* Effect.addFinalizer(() => Effect.andThen(one.stop, two.stop))
      const { user: ann } = yield* one.makeUser("ann")
      const [here, there] = [yield* one.as(ann.id), yield* two.as(ann.id)]
      const room = yield* here.command({
        type: "CreateRoom",
        actor: ann.id,
        commandId: commandId(),
        name: RoomName.make("garden"),
        topic: Topic.make(""),
        history: "all",
      })
      assert("conversation" in room)
      const { conversation } = room
      const again = { type: "JoinRoom", actor: ann.id, commandId: commandId(), conversation } as const
      const { sql } = two
      const waiting = (count: number) =>
        Effect.repeat(
          sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
          { until: (rows) => rows.length >= count },
        )
      // All of them wait for the room, in this order.
      const held = yield* Deferred.make<void>()
      const release = yield* Deferred.make<void>()
      yield* sql`SELECT FROM logs WHERE id = ${conversation} FOR UPDATE`.pipe(
        Effect.andThen(Deferred.succeed(held, undefined)),
        Effect.andThen(Deferred.await(release)),
        sql.withTransaction,
        Effect.forkScoped,
      )
      yield* Deferred.await(held)
      const first = yield* Effect.forkScoped(here.command(again))
      yield* waiting(1)
      const leaving = { type: "LeaveRoom", actor: ann.id, commandId: commandId(), conversation } as const
      const left = yield* Effect.forkScoped(here.command(leaving))
      yield* waiting(2)
      const second = yield* Effect.forkScoped(there.command(again))
      yield* waiting(3)
      yield* Deferred.succeed(release, undefined)
      yield* Fiber.join(left)
      assert.deepStrictEqual(yield* Fiber.join(second), yield* Fiber.join(first))
      const refusal = yield* Effect.flip(here.members(conversation, { after: undefined, limit: 1 }))
      assert.strictEqual(refusal._tag, "NotMember")
    }).pipe(Effect.scoped),
  )
})
