// What many read at once must be what each of them would read alone.
import { CommandId, type ConversationId, conversationLog, MessageId, type UserId } from "@chat/domain/Ids"
import { Body, Emoji, RoomName, Topic } from "@chat/domain/Values"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { randomUUID } from "node:crypto"
import { Conversations } from "../../src/conversations/Conversations.ts"
import { makeSharedReader, type SharedPart } from "../../src/delivery/sharedReader.ts"
import { Hub } from "../../src/hub/Hub.ts"
import { type LogPart, LogReader } from "../../src/logs/LogReader.ts"
import { Messages } from "../../src/messages/Messages.ts"
import { Hiding } from "../../src/personal/Hiding.ts"
import { Pins } from "../../src/reactions/Pins.ts"
import { Reactions } from "../../src/reactions/Reactions.ts"
import { RoomMembership } from "../../src/rooms/RoomMembership.ts"
import { Database } from "../../src/storage/Database.ts"
import { Directory } from "../../src/users/Directory.ts"
import { config, layerCore, makeUser } from "../support/core.ts"
import { onEachDatabase } from "../support/databases.ts"

const commandId = () => CommandId.make(randomUUID())

/** The same numbers for the same seed. */
const random = (seed: number) => (below: number) => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((seed / 2 ** 32) * below)
}

const pick = <A>(below: (count: number) => number, values: ReadonlyArray<A>): A => {
  const value = values[below(values.length)]
  assert(value !== undefined)
  return value
}

/** What an account can do in a room, whether or not it may. */
const act = Effect.fnUntraced(function* (
  below: (count: number) => number,
  conversation: ConversationId,
  actor: UserId,
  said: Array<MessageId>,
) {
  const messages = yield* Messages
  const reactions = yield* Reactions
  const command = { commandId: commandId(), conversation }
  if (said.length === 0 || below(3) === 0) {
    const id = MessageId.make(randomUUID())
    said.push(id)
    return yield* messages.post(actor, { conversation, id, body: Body.make(`${said.length}`) })
  }
  const message = pick(below, said.slice(-20))
  const emoji = Emoji.make("🌱")
  switch (below(8)) {
    case 0:
      return yield* messages.edit(actor, { ...command, message, body: Body.make(`edited ${below(1_000)}`) })
    case 1:
      return yield* messages.delete(actor, { ...command, message })
    case 2:
    case 3:
      return yield* reactions.add(actor, { ...command, message, emoji })
    case 4:
      return yield* reactions.remove(actor, { ...command, message, emoji })
    case 5:
      return yield* (yield* Pins).pin(actor, { ...command, message })
    case 6:
      return below(6) === 0 ? yield* (yield* Hiding).hide(actor, { ...command, message }) : undefined
    default: {
      const rooms = yield* RoomMembership
      yield* Effect.exit(rooms.leave(actor, command))
      return yield* below(4) === 0 ? Effect.void : rooms.join(actor, { ...command, commandId: commandId() })
    }
  }
})

const room = Effect.fnUntraced(function* (people: Array<UserId>, history: "all" | "joined") {
  const rooms = yield* RoomMembership
  const [owner, ...others] = people
  assert(owner !== undefined)
  const settings = { name: RoomName.make("garden"), topic: Topic.make(""), history }
  const { conversation } = yield* rooms.create(owner, { commandId: commandId(), ...settings })
  // The last two come when they come.
  for (const person of others.slice(0, -2)) yield* rooms.join(person, { commandId: commandId(), conversation })
  return { owner, conversation }
})

/** Two of them, one of whom has blocked the other, who is told nothing of it. */
const direct = Effect.fnUntraced(function* (people: Array<UserId>) {
  const { write: sql } = yield* Database
  const [owner, other] = people.splice(0, people.length).slice(0, 2)
  assert(owner !== undefined && other !== undefined)
  people.push(owner, other)
  const { conversation } = yield* (yield* Conversations).openDirect(owner, { commandId: commandId(), user: other })
  yield* sql`INSERT INTO blocks (account_id, blocked_id, since) VALUES (${owner}, ${other}, now())`
  yield* sql`UPDATE logs SET access_rev = access_rev + 1`
  return { owner, conversation }
})

/** A part, as far as both of two readings go. */
const upTo = (part: SharedPart | LogPart | undefined, to: number) =>
  part && {
    ...part,
    to,
    items: part.items
      .map((one) => ("item" in one ? one.item : one))
      .filter((item) => (item._tag === "Skip" ? item.to : item.event.seq) <= to),
  }

onEachDatabase("What many read at once", (database) => {
  const node = layerCore.pipe(Layer.provideMerge(Layer.mergeAll(database, Hub.layerMemory, config())))

  for (const seed of [1, 2, 3]) {
    it.live(`is what each of them would read alone (${seed})`, () =>
      Effect.gen(function* () {
        const below = random(seed)
        const { read: alone } = yield* LogReader
        const { read: together } = yield* makeSharedReader
        const people: Array<UserId> = []
        for (const name of ["ann", "bob", "cid", "dan", "eve"]) people.push((yield* makeUser(name)).id)
        const { owner, conversation } = yield* seed === 3 ? direct(people) : room(people, seed === 2 ? "joined" : "all")
        const log = conversationLog(conversation)
        const said: Array<MessageId> = []
        let shared = 0
        for (let step = 0; step < 240; step++) {
          yield* Effect.exit(act(below, conversation, pick(below, people), said))
          if (step % 12 !== 0) continue
          const [head] = yield* alone(owner, [{ log, after: 0, limit: 1 }], { positions: false })
          const positions = below(2) === 0
          const last = head?.last ?? 0
          // Most of those who come back have missed the same.
          const afters = [below(last + 1), last - (last % 100), last - Math.min(last, 20)]
          const wants = [...people, ...people].map((account) => ({ account, after: pick(below, afters) }))
          yield* Effect.forEach(
            wants,
            Effect.fnUntraced(function* ({ account, after }) {
              const [part] = yield* together(account, [{ log, after, limit: 100 }], { positions })
              const [own] = yield* alone(account, [{ log, after, limit: 100 }], { positions })
              const to = part?.to ?? 0
              assert.isTrue(part === undefined || to > after || to >= part.last, "something is read")
              assert.isAtMost(to, own?.to ?? 0)
              assert.deepStrictEqual(upTo(part, to), upTo(own, to))
              shared += to - after
            }),
            { concurrency: "unbounded" },
          )
        }
        assert.isAbove(shared, 0)
      }).pipe(Effect.provide(node), Effect.scoped),
    )
  }

  it.live("is not what was there before a backup was restored, and went on otherwise", () =>
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const messages = yield* Messages
      const ann = yield* makeUser("ann")
      const { conversation } = yield* room([ann.id], "all")
      const log = conversationLog(conversation)
      const { read } = yield* makeSharedReader
      const post = (text: string) =>
        messages.post(ann.id, { conversation, id: MessageId.make(randomUUID()), body: Body.make(text) })
      const { seq: first } = yield* post("one")
      const { seq: last } = yield* post("two")
      const remark = (seq: number, mark: string) =>
        sql`UPDATE events SET mark = decode(${mark}, 'hex') WHERE log_id = ${log} AND seq = ${seq}`
      yield* remark(first, "ffffffffffffffff")
      const texts = Effect.gen(function* () {
        const [part] = yield* read(ann.id, [{ log, after: 0, limit: 100 }], { positions: false })
        return part?.items.flatMap(({ item }) =>
          item._tag === "Event" && item.event.type === "MessagePosted" ? [item.event.data.message.body] : [],
        )
      })
      assert.deepStrictEqual<unknown>(yield* texts, ["one", "two"])
      yield* sql`UPDATE messages SET body = 'another' WHERE conversation_id = ${conversation} AND seq = ${last}`
      yield* remark(last, "0000000000000001")
      assert.deepStrictEqual<unknown>(yield* texts, ["one", "another"])
    }).pipe(Effect.provide(node), Effect.scoped),
  )

  it.live("has the names of now", () =>
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const ann = yield* makeUser("ann")
      const { conversation } = yield* (yield* RoomMembership).create(ann.id, {
        commandId: commandId(),
        name: RoomName.make("garden"),
        topic: Topic.make(""),
        history: "all",
      })
      const { read } = yield* makeSharedReader
      const actor = Effect.fnUntraced(function* () {
        const [part] = yield* read(ann.id, [{ log: conversationLog(conversation), after: 0, limit: 100 }], {
          positions: false,
        })
        const item = part?.items[0]?.item
        return item?._tag === "Event" ? item.event.actor?.username : undefined
      })
      assert.strictEqual(yield* actor(), "ann")
      yield* sql`UPDATE users SET username = 'anne', rev = rev + 1 WHERE id = ${ann.id}`
      yield* (yield* Directory).refresh([ann.id])
      assert.strictEqual(yield* actor(), "anne")
    }).pipe(Effect.provide(node), Effect.scoped),
  )
})
