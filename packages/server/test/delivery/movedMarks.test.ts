import { accountLog, ConversationId, conversationLog, SessionId, UserId } from "@chat/domain/Ids"
import { Seq } from "@chat/domain/Values"
import { assert, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { makeMovedMarks } from "../../src/delivery/movedMarks.ts"
import { Follower } from "../../src/followers/Follower.ts"
import type { MarksReader, Sighting } from "../../src/receipts/marksReader.ts"

const conversation = ConversationId.make(randomUUID())
const log = conversationLog(conversation)

/** Somebody who has been sent all that there is, of the conversation and of their own log. */
const atRest = () => {
  const follower = new Follower(UserId.make(randomUUID()), SessionId.make(randomUUID()))
  for (const id of [log, accountLog(follower.account)]) {
    Object.assign(follower.follow(id, undefined, 5), { sent: 5, behind: false, snapshot: undefined })
  }
  return follower
}

/** Three who are there and one whose mark moved, and a query that is answered when the test says so. */
const prepare = Effect.gen(function* () {
  const [reader, other, blocked] = [atRest(), atRest(), atRest()]
  const account = UserId.make(randomUUID())
  const asked = yield* Deferred.make<void>()
  const answered = yield* Deferred.make<ReadonlyArray<Sighting>>()
  const marksReader: Pick<MarksReader, "sightings"> = {
    sightings: () => Effect.andThen(Deferred.succeed(asked, undefined), Deferred.await(answered)),
  }
  const { heard, run } = makeMovedMarks({
    marksReader,
    followersOf: () => [reader, other, blocked],
    untilAvailable: Effect.orDie,
  })
  yield* Effect.forkScoped(run)
  const mark = (delivered: number, read: number, viewers: ReadonlyArray<UserId>): Sighting => ({
    viewers,
    mark: { conversation, user: account, delivered: Seq.make(delivered), read: Seq.make(read), rev: 7 },
  })
  heard({ log, account })
  yield* Deferred.await(asked)
  return {
    reader,
    other,
    blocked,
    answer: Effect.gen(function* () {
      const shared = [mark(5, 4, [reader.account]), mark(5, 0, [other.account])]
      yield* Deferred.succeed(answered, shared)
      // The next round waits for another mark.
      yield* Effect.yieldNow
    }),
  }
})

const readOf = (follower: Follower) =>
  follower.take().flatMap((item) => (item._tag === "MarksChanged" ? [item.read] : []))

it.effect("A mark that moved is told to each as they may see it, and to nobody else", () =>
  Effect.gen(function* () {
    const { reader, other, blocked, answer } = yield* prepare
    yield* answer
    assert.deepStrictEqual([reader, other, blocked].map(readOf), [[4], [0], []])
    assert.isTrue([reader, other, blocked].every(({ movedMarks }) => movedMarks.isEmpty))
  }).pipe(Effect.scoped),
)

it.effect("Whoever learned something about themselves meanwhile reads it alone, after that", () =>
  Effect.gen(function* () {
    const { reader, other, answer } = yield* prepare
    // Perhaps that they have blocked somebody.
    const own = reader.logs.get(accountLog(reader.account))
    if (own !== undefined) own.sent = 6
    other.advanced(accountLog(other.account), 6, undefined)
    yield* answer
    assert.deepStrictEqual([reader, other].map(readOf), [[], []])
    assert.isFalse([reader, other].some(({ movedMarks }) => movedMarks.isEmpty))
  }).pipe(Effect.scoped),
)

it.effect("A fault while all are read for once leaves it to each, and what moves later is told", () =>
  Effect.gen(function* () {
    const reader = atRest()
    const account = UserId.make(randomUUID())
    let asked = 0
    const { heard, run } = makeMovedMarks({
      marksReader: { sightings: () => (++asked === 1 ? Effect.die("a row cannot be read") : Effect.succeed([])) },
      followersOf: () => [reader],
      untilAvailable: Effect.orDie,
    })
    yield* Effect.forkScoped(run)
    heard({ log, account })
    yield* Effect.repeat(Effect.yieldNow, { until: () => !reader.movedMarks.isEmpty })
    heard({ log, account })
    yield* Effect.repeat(Effect.yieldNow, { until: () => asked === 2 })
  }).pipe(Effect.scoped),
)
