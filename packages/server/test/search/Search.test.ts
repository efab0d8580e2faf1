import { type ConversationId, CommandId, MessageId, type UserId } from "@chat/domain/Ids"
import { Body, RoomName, Topic } from "@chat/domain/Values"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { randomBytes, randomUUID } from "node:crypto"
import { Conversations } from "../../src/conversations/Conversations.ts"
import { RoomMembership } from "../../src/rooms/RoomMembership.ts"
import { Hub } from "../../src/hub/Hub.ts"
import { History } from "../../src/messages/History.ts"
import { Messages } from "../../src/messages/Messages.ts"
import { Search } from "../../src/search/Search.ts"
import { Database } from "../../src/storage/Database.ts"
import { config, layerCore, makeUser } from "../support/core.ts"
import { onEachDatabase } from "../support/databases.ts"
import { makeRandom } from "../model/programs/random.ts"

const commandId = () => CommandId.make(randomUUID())

const makeRoom = Effect.fnUntraced(function* (actor: UserId, name: string, history: "all" | "joined" = "all") {
  const membership = yield* RoomMembership
  const command = { commandId: commandId(), name: RoomName.make(name), topic: Topic.make(""), history }
  return (yield* membership.create(actor, command)).conversation
})

const say = Effect.fnUntraced(function* (author: UserId, conversation: ConversationId, text: string) {
  const id = MessageId.make(randomUUID())
  yield* (yield* Messages).post(author, { conversation, id, body: Body.make(text) })
  return id
})

const find = Effect.fnUntraced(function* (account: UserId, query: string, order: "time" | "relevance" = "time") {
  const { hits } = yield* (yield* Search).messages(account, { query, order, after: undefined, limit: 100 })
  return hits.map(({ message }): string | null => message.body)
})

onEachDatabase("Search", (database) => {
  const node = Search.layer.pipe(
    Layer.provideMerge(layerCore),
    Layer.provideMerge(Layer.mergeAll(database, Hub.layerMemory, config())),
  )

  it.live("finds words, phrases and prefixes in any language, the newest first", () =>
    Effect.gen(function* () {
      const ann = yield* makeUser("ann")
      const room = yield* makeRoom(ann.id, "kitchen")
      const texts = [
        "Zwiebelsuppe, ÜBER Nacht",
        "green tea and soup",
        "tea, green",
        "суп и чай",
        "it's 100% \\ 'so' & !good",
      ] as const
      for (const text of texts) yield* say(ann.id, room, text)
      const [onions, green, tea, chai, odd] = texts
      assert.deepStrictEqual(yield* find(ann.id, "tea"), [tea, green])
      assert.deepStrictEqual(yield* find(ann.id, "über"), [onions])
      assert.deepStrictEqual(yield* find(ann.id, "ЧАЙ"), [chai])
      assert.deepStrictEqual(yield* find(ann.id, '"green tea"'), [green])
      assert.deepStrictEqual(yield* find(ann.id, "zwiebel*"), [onions])
      assert.deepStrictEqual(yield* find(ann.id, "soup tea"), [green])
      assert.deepStrictEqual(yield* find(ann.id, "soup суп"), [])
      assert.deepStrictEqual(yield* find(ann.id, "'so' & !good"), [odd])
      assert.deepStrictEqual(yield* find(ann.id, "it's*"), [odd])
      assert.deepStrictEqual(yield* find(ann.id, "& !"), [])
    }).pipe(Effect.provide(node)),
  )

  it.live("keeps the order of a log within one millisecond, over pages, by time and by rank", () =>
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const search = yield* Search
      const ann = yield* makeUser("ann")
      const room = yield* makeRoom(ann.id, "kitchen")
      const texts = ["a", "b", "c", "d", "e", "f"].map((letter) => `soup ${letter}`)
      for (const text of texts) yield* say(ann.id, room, text)
      yield* sql`UPDATE messages SET posted_at = date_trunc('second', posted_at)`
      for (const order of ["time", "relevance"] as const) {
        const found: Array<string | null> = []
        let after: string | undefined
        do {
          const page = yield* search.messages(ann.id, { query: "soup", order, after, limit: 2 })
          found.push(...page.hits.map(({ message }) => message.body))
          after = page.next ?? undefined
        } while (after !== undefined)
        assert.deepStrictEqual(found, texts.toReversed())
      }
    }).pipe(Effect.provide(node)),
  )

  it.live("filters by author, place, time and what a message has", () =>
    Effect.gen(function* () {
      const [ann, bob] = [yield* makeUser("ann"), yield* makeUser("bob")]
      const [kitchen, garden] = [yield* makeRoom(ann.id, "Kitchen"), yield* makeRoom(ann.id, "garden")]
      const [conversations, membership] = [yield* Conversations, yield* RoomMembership]
      for (const room of [kitchen, garden]) {
        yield* membership.join(bob.id, { commandId: commandId(), conversation: room })
      }
      const { conversation } = yield* conversations.openDirect(ann.id, { commandId: commandId(), user: bob.id })
      yield* say(ann.id, kitchen, "one soup")
      yield* say(bob.id, garden, "two soup https://example.org")
      yield* say(bob.id, conversation, "three soup")
      assert.deepStrictEqual(yield* find(ann.id, "from:@bob"), ["three soup", "two soup https://example.org"])
      assert.deepStrictEqual(yield* find(ann.id, "soup in:#kitchen"), ["one soup"])
      assert.deepStrictEqual(yield* find(ann.id, "soup in:@bob"), ["three soup"])
      assert.deepStrictEqual(yield* find(bob.id, "soup in:@ann from:ann"), [])
      assert.deepStrictEqual(yield* find(ann.id, "in:kitchen in:@bob"), ["three soup", "one soup"])
      assert.deepStrictEqual(yield* find(ann.id, "has:link"), ["two soup https://example.org"])
      assert.deepStrictEqual(yield* find(ann.id, "soup after:2100-01-01"), [])
      assert.lengthOf(yield* find(ann.id, "soup before:2100-01-01 after:2020-01-01"), 3)
      assert.deepStrictEqual(yield* find(ann.id, "soup in:#nowhere"), [])
    }).pipe(Effect.provide(node)),
  )

  it.live("says where in the text it is", () =>
    Effect.gen(function* () {
      const ann = yield* makeUser("ann")
      const room = yield* makeRoom(ann.id, "kitchen")
      const text = "🍲 Soup, <b>soup</b> and a SOUPSPOON"
      yield* say(ann.id, room, text)
      const wish = { query: "soup*", order: "time", after: undefined, limit: 10 } as const
      const { hits } = yield* (yield* Search).messages(ann.id, wish)
      assert.deepStrictEqual(
        hits.flatMap(({ matches }) => matches.map(({ start, end }) => text.slice(start, end))),
        ["Soup", "soup", "SOUPSPOON"],
      )
    }).pipe(Effect.provide(node)),
  )

  it.live("pages go on where the one before ended, in both orders, while messages come in", () =>
    Effect.gen(function* () {
      const ann = yield* makeUser("ann")
      const room = yield* makeRoom(ann.id, "kitchen")
      for (let n = 0; n < 23; n++) yield* say(ann.id, room, `${"tea ".repeat(1 + (n % 3))}${n}`)
      const search = yield* Search
      for (const order of ["time", "relevance"] as const) {
        const whole = yield* find(ann.id, "tea", order)
        const found: Array<string | null> = []
        let after: string | undefined
        do {
          const page = yield* search.messages(ann.id, { query: "tea", order, after, limit: 5 })
          found.push(...page.hits.map(({ message }) => message.body))
          after = page.next ?? undefined
          yield* say(ann.id, room, "tea tea tea tea")
        } while (after !== undefined)
        assert.deepStrictEqual(found, whole, order)
      }
      const [best] = yield* find(ann.id, "tea", "relevance")
      assert.strictEqual(best, "tea tea tea tea")
    }).pipe(Effect.provide(node)),
  )

  it.live("never finds what its reader cannot see, whatever people did", () =>
    Effect.gen(function* () {
      const [membership, messages, history] = [yield* RoomMembership, yield* Messages, yield* History]
      const seed = randomBytes(4).readUInt32LE()
      const random = makeRandom(seed)
      const people = [yield* makeUser("ann"), yield* makeUser("bob"), yield* makeUser("eve")] as const
      // Who owns a room cannot just leave it.
      const owner = yield* makeUser("owner")
      const rooms = [yield* makeRoom(owner.id, "all"), yield* makeRoom(owner.id, "joined", "joined")] as const
      const mine: Array<{
        readonly author: UserId
        readonly conversation: ConversationId
        readonly message: MessageId
      }> = []
      for (let step = 0; step < 120; step++) {
        const { id: actor } = random.pick(people)
        const conversation = random.pick(rooms)
        const command = { commandId: commandId(), conversation }
        const what = random.next()
        if (what < 0.2) yield* membership.join(actor, command)
        else if (what < 0.35) yield* membership.leave(actor, command)
        else if (what < 0.5 && mine[0] !== undefined) {
          const { author, ...place } = random.pick([mine[0], ...mine])
          const change = { commandId: commandId(), ...place }
          yield* Effect.ignore(
            random.chance(0.5)
              ? messages.delete(author, change)
              : messages.edit(author, { ...change, body: Body.make(`needle edited ${step}`) }),
          )
        } else {
          const said = yield* Effect.option(say(actor, conversation, `needle ${step}`))
          if (said._tag === "Some") mine.push({ author: actor, conversation, message: said.value })
        }
      }
      for (const { id } of people) {
        const readable = yield* Effect.forEach(rooms, (conversation) =>
          history.page(id, { conversation, limit: 1_000 }).pipe(
            Effect.map((page) => page.messages.flatMap(({ body }) => (body === null ? [] : [body]))),
            Effect.catchTag("ConversationNotFound", () => Effect.succeed([])),
          ),
        )
        for (const order of ["time", "relevance"] as const) {
          assert.deepStrictEqual(
            [...(yield* find(id, "needle", order))].toSorted(),
            readable.flat().toSorted(),
            `seed ${seed}`,
          )
        }
      }
    }).pipe(Effect.provide(node)),
  )
})
