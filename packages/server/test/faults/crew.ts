// People with the real client, who talk in one room for as long as a fault lasts, and what has to be true afterwards.
import { type Client, make } from "@chat/client/Client"
import type { PostFailure } from "@chat/client/outbox/Outbox"
import { Transport, webTransport } from "@chat/client/wire/Transport"
import { type ConversationId, conversationLog, type MessageId } from "@chat/domain/Ids"
import { Body, type Seq, Topic } from "@chat/domain/Values"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import { commandId, device, emailOf, newName, newRoomName, password } from "../contract/people.ts"
import { canary } from "./process.ts"

interface Sent {
  readonly id: MessageId
  readonly at: number
  seq: Seq | undefined
}

/** Somebody who posts and listens. */
interface Chatter {
  readonly client: Client
  /** In the order in which they were posted. */
  readonly sent: Array<Sent>
  /** The place up to which this client has been told everything of the room, by events or by a snapshot. */
  heard: number
  /** How many events of the room came one by one. */
  events: number
}

const body = Body.make(`${canary} hello`)
const outstanding = 4
/** People type, and a short run has no processor to spare. */
const pause = process.env["CHAT_TEST_LONG"] === "1" ? 2 : 25

/** A client whose connection is dead when nothing was heard for so many milliseconds. */
const silence = 4_000

const makeChatter = Effect.fnUntraced(function* (address: string) {
  const client = yield* make({ url: `http://${address}`, silence }).pipe(Effect.provideService(Transport, webTransport))
  const username = newName()
  yield* client.signUp({ username, password, device, email: emailOf(username) })
  yield* client.online
  const chatter: Chatter = { client, sent: [], heard: 0, events: 0 }
  return chatter
})

const listen = Effect.fnUntraced(function* (
  chatter: Chatter,
  conversation: ConversationId,
  noted: (id: MessageId) => void,
) {
  const log = conversationLog(conversation)
  const subscription = yield* chatter.client.subscribe
  chatter.heard = Number(chatter.client.state.get().conversations.get(conversation)?.seq ?? 0)
  const take = Effect.map(subscription.take, (events) => {
    for (const event of events) {
      if (event._tag === "Resynchronised") {
        if (event.log !== log) continue
        assert.strictEqual(event.from, chatter.heard + 1, "a snapshot leaves something out")
        chatter.heard = event.to
        continue
      }
      if (event.event.log !== log) continue
      assert.strictEqual(event.event.seq, chatter.heard + 1, "an event is missing, or there twice")
      chatter.heard = event.event.seq
      chatter.events++
      if (event.event.type === "MessagePosted") noted(event.event.data.message.id)
    }
  })
  return yield* Effect.forkChild(Effect.forever(take))
})

/** People in one room, all of them connected, by way of those addresses. */
export const gather = Effect.fnUntraced(function* (addresses: ReadonlyArray<string>) {
  const crew = yield* Effect.forEach(addresses, makeChatter)
  const [first, ...others] = crew
  assert(first !== undefined)
  const { conversation } = yield* first.client.rpc("CreateRoom", {
    commandId: commandId(),
    name: newRoomName(),
    topic: Topic.make(""),
    history: "all",
  })
  for (const { client } of others) yield* client.rpc("JoinRoom", { commandId: commandId(), conversation })
  const latencies: Array<number> = []
  const began = new Map<MessageId, number>()
  const noted = (id: MessageId) => latencies.push(performance.now() - (began.get(id) ?? Number.NaN))
  const knows = ({ client }: Chatter) => client.state.get().conversations.has(conversation)
  yield* until(() => crew.every(knows))
  const listening = yield* Effect.forEach(crew, (chatter) => listen(chatter, conversation, noted))
  return { conversation, crew, latencies, began, listening }
})

export type Gathering = Effect.Success<ReturnType<typeof gather>>

/** Looks again and again, without time to wait for being part of the test. */
export const until = (what: () => boolean) =>
  Effect.callback<void>((resume) => {
    const look = () => {
      if (what()) return resume(Effect.void)
      timer = setTimeout(look, 5)
    }
    let timer = setTimeout(look, 0)
    return Effect.sync(() => clearTimeout(timer))
  })

/** Everybody posts, a few at a time, until `done`. `more(n)` waits until n further posts have been acknowledged. */
export const talk = Effect.fnUntraced(function* ({ crew, conversation, began }: Gathering) {
  let acknowledged = 0
  let over = false
  const waiting = new Set<() => void>()
  const poster = ({ client, sent }: Chatter) =>
    Effect.gen(function* () {
      const room = Latch.makeUnsafe(true)
      let open = 0
      const all: Array<Fiber.Fiber<void, PostFailure>> = []
      for (;;) {
        if (over) break
        yield* Effect.andThen(Effect.sleep(pause), room.await)
        const at = performance.now()
        const { id, sent: done } = yield* client.post(conversation, body)
        began.set(id, at)
        const entry: Sent = { id, at, seq: undefined }
        sent.push(entry)
        if (++open === outstanding) room.closeUnsafe()
        const acknowledge = Effect.map(done, (seq) => {
          entry.seq = seq
          acknowledged++
          open--
          room.openUnsafe()
          for (const look of waiting) look()
        })
        all.push(yield* Effect.forkChild(acknowledge))
      }
      yield* Effect.forEach(all, Fiber.join, { discard: true })
    })
  const running = yield* Effect.forkChild(Effect.all(crew.map(poster), { concurrency: "unbounded", discard: true }))
  const reached = (count: number) =>
    Effect.callback<void>((resume) => {
      const look = () => {
        if (acknowledged < count) return
        waiting.delete(look)
        resume(Effect.void)
      }
      waiting.add(look)
      look()
      return Effect.sync(() => void waiting.delete(look))
    })
  return {
    more: (count: number) =>
      Effect.suspend(() =>
        // Whatever ends the posting is told instead of waited for.
        Effect.raceFirst(reached(acknowledged + count), Effect.andThen(Fiber.join(running), Effect.never)),
      ),
    acknowledged: () => acknowledged,
    /** Waits until all that was posted has been acknowledged. */
    done: Effect.suspend(() => {
      over = true
      return Fiber.join(running)
    }),
  }
})

/**
 * Everything that was acknowledged is in the log, once, at its place; everybody's posts are in their order; and everybody
 * has been told everything. Answers when everything happened, which never goes back.
 */
export const assertWhole = Effect.fnUntraced(function* ({ crew, conversation, listening }: Gathering) {
  const [reader] = crew
  assert(reader !== undefined)
  const log = conversationLog(conversation)
  const places = new Map<MessageId, number>()
  const times: Array<number> = []
  let after = 0
  for (;;) {
    // A place in a log.
    const { items, head } = yield* reader.client.rpc("ReadLog", { log, after: after as Seq, limit: 100 })
    for (const item of items) {
      assert(item._tag === "Event")
      assert.strictEqual(item.event.seq, ++after, "the log has a gap")
      const time = Date.parse(item.event.at)
      assert.isAtLeast(time, times.at(-1) ?? 0, "time went back")
      times.push(time)
      if (item.event.type !== "MessagePosted") continue
      const { id } = item.event.data.message
      assert.isFalse(places.has(id), "a message is there twice")
      places.set(id, after)
    }
    if (after === head) break
  }
  let posts = 0
  for (const { sent } of crew) {
    let last = 0
    for (const { id, seq } of sent) {
      posts++
      assert.strictEqual(places.get(id), seq, "an acknowledged message is not at its place")
      assert.isAbove(seq ?? 0, last, "two messages of one person have changed places")
      last = seq ?? 0
    }
  }
  assert.strictEqual(places.size, posts, "a message that nobody posted")
  const toldAll = until(() => crew.every(({ heard }) => heard === after))
  // A listener ends only by what it finds wrong.
  yield* Effect.raceFirst(toldAll, Effect.raceAllFirst(listening.map(Fiber.join)))
  return times
})

/** For the report of a long run. */
export const percentile = (values: ReadonlyArray<number>, share: number): number =>
  Math.round(
    values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0,
  )
