// People who post as fast as they can, and remember what they were promised.
import type { Receipt } from "@chat/domain/Conversation"
import { type ConversationId, conversationLog, type MessageId } from "@chat/domain/Ids"
import type { Cursor } from "@chat/domain/Sync"
import { Body, Seq } from "@chat/domain/Values"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import { commandId, connect, makeRoom, messageId, signUp } from "../contract/people.ts"
import { webSocketAt } from "../contract/transports.ts"
import { canary } from "./process.ts"

const body = Body.make(`${canary} hello`)

/** One post that somebody tried, and what came of it. */
export interface Attempt {
  readonly token: string
  readonly conversation: ConversationId
  readonly id: MessageId
  receipt: Receipt | undefined
}

/** Somebody with an access token, wherever the server is now. */
const as = Effect.fnUntraced(function* (token: string) {
  const { connection, call } = yield* connect
  connection.token = token
  return call
})

/** Runs against the server of that address. */
export const at =
  (address: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.provide(effect, webSocketAt(address))

/** People in one room; each has tokens that outlast a restart of the server. */
export const settle = Effect.fnUntraced(function* (count: number) {
  const people = yield* Effect.forEach(Array.from({ length: count }), () => signUp())
  const [first, ...others] = people
  assert(first !== undefined)
  const { conversation } = yield* makeRoom(first)
  for (const { call } of others) yield* call.JoinRoom({ commandId: commandId(), conversation })
  return { conversation, tokens: people.map(({ tokens }) => tokens.accessToken) }
}, Effect.scoped)

export type Settled = Effect.Success<ReturnType<typeof settle>>

const inFlightEach = 8

/**
 * Posts until the server is gone, or for ever; `enough` opens when so many posts have been acknowledged. What is refused
 * for a while is sent again with the same id, if `persistent`.
 */
export const post = Effect.fnUntraced(function* (
  { conversation, tokens }: Settled,
  options: { readonly enough: number; readonly persistent: boolean },
) {
  const attempts: Array<Attempt> = []
  const enough = Latch.makeUnsafe(false)
  const targets = [{ count: options.enough, latch: enough }]
  const refusals = new Map<string, number>()
  let acknowledged = 0
  const poster = (token: string) =>
    Effect.gen(function* () {
      const call = yield* as(token)
      const one = Effect.gen(function* () {
        const attempt: Attempt = { token, conversation, id: messageId(), receipt: undefined }
        attempts.push(attempt)
        attempt.receipt = yield* call.PostMessage({ conversation, id: attempt.id, body }).pipe(
          Effect.tapError(({ _tag }) => Effect.sync(() => refusals.set(_tag, (refusals.get(_tag) ?? 0) + 1))),
          Effect.retry({ while: ({ _tag }) => options.persistent && _tag === "StorageUnavailable" }),
        )
        acknowledged++
        for (const { count, latch } of targets) if (acknowledged === count) latch.openUnsafe()
      })
      yield* Effect.all(
        Array.from({ length: inFlightEach }, () => Effect.forever(one)),
        { concurrency: "unbounded" },
      )
    })
  const running = yield* Effect.all(tokens.map(poster), { concurrency: "unbounded" }).pipe(
    Effect.scoped,
    // The server is gone, which is what this is about.
    Effect.ignore,
    Effect.forkChild,
  )
  const stopped = Effect.andThen(Fiber.await(running), Effect.die(new Error("the posting ended too early")))
  /** For whatever waits for an effect of the posting, and would wait for ever without it. */
  const meanwhile = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.raceFirst(effect, stopped)
  /** Waits until so many more have been acknowledged. */
  const more = (count: number) =>
    Effect.suspend(() => {
      const latch = Latch.makeUnsafe(false)
      targets.push({ count: acknowledged + count, latch })
      return meanwhile(latch.await)
    })
  return { attempts, refusals, enough: meanwhile(enough.await), more, meanwhile, running }
})

/** The posts of the log, in order; checks that it has no gap. */
export const readLog = Effect.fnUntraced(function* ({ conversation, tokens }: Settled) {
  const call = yield* as(tokens[0] ?? "")
  const log = conversationLog(conversation)
  const posts = new Map<MessageId, Seq>()
  let after = Seq.make(0)
  let cursor: Cursor | undefined
  while (true) {
    const { items, head } = yield* call.ReadLog({ log, after, limit: 100 })
    for (const item of items) {
      assert(item._tag === "Event")
      assert.strictEqual(item.event.seq, after + 1, "the log has a gap")
      after = item.event.seq
      cursor = { log, seq: after, mark: item.event.mark }
      if (item.event.type !== "MessagePosted") continue
      const { id } = item.event.data.message
      assert.isFalse(posts.has(id), "a message is there twice")
      posts.set(id, after)
    }
    if (after === head) return { posts, cursor }
  }
}, Effect.scoped)

/** Sends everything again: each gets the receipt of the first time, or its first one. */
export const repeat = Effect.fnUntraced(function* (attempts: ReadonlyArray<Attempt>) {
  const byPerson = Map.groupBy(attempts, ({ token }) => token)
  for (const [token, own] of byPerson) {
    const call = yield* as(token)
    yield* Effect.forEach(
      own,
      (attempt) =>
        Effect.map(call.PostMessage({ conversation: attempt.conversation, id: attempt.id, body }), (receipt) => {
          if (attempt.receipt !== undefined) assert.deepStrictEqual(receipt, attempt.receipt)
          attempt.receipt = receipt
        }),
      { concurrency: 16 },
    )
  }
}, Effect.scoped)

/** Everything that was promised is there, at its place, once, and nothing else that nobody asked for. */
export const assertKept = (attempts: ReadonlyArray<Attempt>, posts: ReadonlyMap<MessageId, Seq>): void => {
  const tried = new Set(attempts.map(({ id }) => id))
  for (const id of posts.keys()) assert.isTrue(tried.has(id))
  for (const { id, receipt } of attempts) if (receipt !== undefined) assert.strictEqual(posts.get(id), receipt.seq)
}
