// What random programs have found about what is said to nobody.
import { MessageId, type UserId } from "@chat/domain/Ids"
import { Body, type Seq } from "@chat/domain/Values"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Conversations } from "../../src/conversations/Conversations.ts"
import { Hub } from "../../src/hub/Hub.ts"
import { Messages } from "../../src/messages/Messages.ts"
import { Threads } from "../../src/messages/Threads.ts"
import { Database } from "../../src/storage/Database.ts"
import { layerCore, makeUser } from "../support/core.ts"
import { emptyPostgres, hasPostgres, onEachDatabase, postgresAt } from "../support/databases.ts"
import { commandId, cursorsOf, layerSilent, openItems, settings } from "./examples.ts"
import { startNode } from "./nodes/Node.ts"
import { settings as nodeSettings } from "./suite.ts"

onEachDatabase("Counterexamples (silence)", (database) => {
  const node = layerCore.pipe(Layer.provideMerge(Layer.mergeAll(database, layerSilent(new Set()), settings)))

  const block = Effect.fnUntraced(function* (account: UserId, blocked: UserId) {
    const { write: sql } = yield* Database
    yield* sql`INSERT INTO blocks (account_id, blocked_id, since) VALUES (${account}, ${blocked}, now())`
    yield* sql`UPDATE logs SET access_rev = access_rev + 1`
  })
  const unblock = Effect.fnUntraced(function* (account: UserId) {
    const { write: sql } = yield* Database
    yield* sql`DELETE FROM blocks WHERE account_id = ${account}`
    yield* sql`UPDATE logs SET access_rev = access_rev + 1`
  })

  it.live("a mention that was taken back in silence is taken back by the next text that is told", () =>
    Effect.gen(function* () {
      const [ann, bob] = [yield* makeUser("ann"), yield* makeUser("bob")]
      const opened = yield* (yield* Conversations).openDirect(ann.id, { commandId: commandId(), user: bob.id })
      const { conversation } = opened
      const [messages, id] = [yield* Messages, MessageId.make(commandId())]
      const edit = (text: string) =>
        messages.edit(ann.id, { commandId: commandId(), conversation, message: id, body: Body.make(text) })
      yield* messages.post(ann.id, { conversation, id, body: Body.make("@bob") })
      const cursors = yield* cursorsOf(bob.id)
      yield* block(bob.id, ann.id)
      yield* edit("x")
      yield* unblock(bob.id)
      yield* edit("y")
      const items = yield* openItems(bob.id, { cursors })
      const edits = items.flatMap((item) =>
        item._tag === "Event" && item.event.type === "MessageEdited" ? [item.event.data] : [],
      )
      assert.deepStrictEqual(
        edits.map(({ mentionsBefore, mentionsAfter }) => [mentionsBefore?.users, mentionsAfter]),
        [[[bob.id], null]],
      )
    }).pipe(Effect.provide(node), Effect.scoped),
  )

  it.live(
    "an answer that is told to nobody begins no thread, and one that mentions somebody takes them into none",
    () =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* makeUser("ann"), yield* makeUser("bob")]
        const opened = yield* (yield* Conversations).openDirect(ann.id, { commandId: commandId(), user: bob.id })
        const { conversation } = opened
        const say = Effect.fnUntraced(function* (author: UserId, text: string, thread?: Seq) {
          const post = { conversation, id: MessageId.make(commandId()), body: Body.make(text) }
          const { seq } = yield* (yield* Messages).post(author, thread === undefined ? post : { ...post, thread })
          return seq
        })
        const [his, hers] = [yield* say(bob.id, "a"), yield* say(ann.id, "b")]
        yield* say(ann.id, "c", hers)
        yield* block(bob.id, ann.id)
        yield* say(ann.id, "d", his)
        yield* say(ann.id, "@bob", hers)
        const { threads } = yield* (yield* Threads).list(bob.id, { limit: 10 })
        assert.deepStrictEqual(threads, [])
      }).pipe(Effect.provide(node), Effect.scoped),
  )
})

describe.skipIf(!hasPostgres)("Counterexamples (silence, a whole node)", () => {
  it.live("of a conversation that one has not seen one is told no marks either", () =>
    Effect.gen(function* () {
      const url = yield* emptyPostgres
      const needs = Layer.mergeAll(postgresAt(url), Hub.layerMemory, nodeSettings)
      const node = yield* startNode(needs, new Map())
      yield* Effect.addFinalizer(() => node.stop)
      const [{ user: ann }, { user: bob }] = [yield* node.makeUser("ann"), yield* node.makeUser("bob")]
      const [hers, his] = [yield* node.as(ann.id), yield* node.as(bob.id)]
      yield* his.command({ type: "BlockUser", actor: bob.id, commandId: commandId(), user: ann.id })
      const open = { type: "OpenDirect", actor: ann.id, commandId: commandId(), user: bob.id } as const
      const opened = yield* hers.command(open)
      assert("conversation" in opened)
      assert.strictEqual((yield* Effect.flip(his.marks(opened.conversation)))._tag, "ConversationNotFound")
    }).pipe(Effect.scoped),
  )
})
