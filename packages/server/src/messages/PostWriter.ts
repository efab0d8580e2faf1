import type { LogEvent } from "@chat/domain/Event"
import { CapacityExceeded, IdTaken, StorageUnavailable } from "@chat/domain/Errors"
import { type ConversationId, conversationLog, type MessageId, type UserId } from "@chat/domain/Ids"
import { type Message, unmarked } from "@chat/domain/Message"
import type { User } from "@chat/domain/User"
import type { Receipt } from "@chat/domain/Conversation"
import { Timestamp } from "@chat/domain/Values"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"
import * as References from "effect/References"
import type * as Schema from "effect/Schema"
import * as SqlError from "effect/sql/SqlError"
import * as Tracer from "effect/Tracer"
import { Directory, knownUser } from "../users/Directory.ts"
import { Hub, type Notice } from "../hub/Hub.ts"
import { Meters } from "../meters/Meters.ts"
import { newMark } from "../logs/mark.ts"
import { mentionsOf } from "../logs/MessageRow.ts"
import { Database } from "../storage/Database.ts"
import { isConflict, isUnavailable, orUnavailable } from "../storage/errors.ts"

import { insertPosts, type Post, type PostRow } from "./PostBatch.ts"
import { ServerConfig } from "../config/ServerConfig.ts"

const maxBatch = 256
const maxPending = 10_000
const conflictRetries = 3
/** So many posts are worth a batch of their own while another is under way; fewer wait for it, and then go together. */
const worthwhile = 64
/** They wait no longer for one that takes its time, such as behind another's lock. */
const patience = Duration.millis(10)

/**
 * What came of a post: its receipt; or nothing because it was decided from access that no longer holds, or because the
 * author's last post there is not long enough ago.
 */
export type Verdict = Receipt | "stale" | "slow"

type Failure = IdTaken | StorageUnavailable | CapacityExceeded

interface Waiting {
  readonly post: Post
  readonly done: (exit: Exit.Exit<Verdict, Failure>) => void
  /** What it is part of, where that is traced. */
  readonly span: Tracer.AnySpan | undefined
}

/**
 * Group commit: what is posted while a batch is being written makes up the next one. Where there is much to write, or a
 * batch takes long, several are under way if the database has several connections; no two of them hold the same log. A
 * batch runs in a fiber of its own and to its end, whoever has stopped waiting.
 */
export const makePostWriter = Effect.gen(function* () {
  const { kind, write: sql } = yield* Database
  const { databaseWriters } = yield* ServerConfig
  const hub = yield* Hub
  const meters = yield* Meters
  const directory = yield* Directory
  const runFork = Effect.runForkWith(yield* Effect.context<never>())
  const maxFlying = kind === "embedded" ? 1 : databaseWriters

  const isTraced = yield* References.TracerEnabled
  let pending: Array<Waiting> = []
  const busy = new Set<ConversationId>()
  let flying = 0
  /** How many of those take long. */
  let late = 0
  let closed = false
  const idle = Latch.makeUnsafe(true)
  meters.postsWaiting.read = () => pending.length
  meters.batchesFlying.read = () => flying

  const takeBatch = (): ReadonlyArray<Waiting> => {
    const batch: Array<Waiting> = []
    const rest: Array<Waiting> = []
    const ids = new Set<MessageId>()
    for (const waiting of pending) {
      const { conversation, id } = waiting.post
      // Beside what it repeats, a repeat would violate the unique index, and have the whole batch taken apart.
      const free = batch.length < maxBatch && !busy.has(conversation) && !ids.has(id)
      if (free) ids.add(id)
      ;(free ? batch : rest).push(waiting)
    }
    pending = rest
    return batch
  }

  const mayFly = (): boolean => flying < maxFlying && (flying === late || pending.length >= worthwhile)

  /** Counts a flight as late once it is, until it has landed. */
  const timeFlight = (): (() => void) => {
    let isLate = false
    const fiber = runFork(
      Effect.andThen(
        Effect.sleep(patience),
        Effect.sync(() => {
          isLate = true
          late++
          pump()
        }),
      ),
    )
    return () => {
      fiber.interruptUnsafe()
      if (isLate) late--
    }
  }

  const pump = (): void => {
    while (pending.length > 0 && mayFly()) {
      const batch = takeBatch()
      if (batch.length === 0) return
      const logs = new Set(batch.map(({ post }) => post.conversation))
      for (const log of logs) busy.add(log)
      flying++
      const land = timeFlight()
      meters.batchSize.observe(batch.length)
      const began = performance.now()
      const writing = isTraced ? traced(batch, write(batch)) : write(batch)
      runFork(Effect.uninterruptible(writing)).addObserver(() => {
        meters.batchDuration.observe((performance.now() - began) / 1_000)
        for (const log of logs) busy.delete(log)
        flying--
        land()
        if (flying === 0 && pending.length === 0) idle.openUnsafe()
        pump()
      })
    }
  }

  let isDue = false
  // What came in the same turn of the event loop goes into the same batch.
  const setDue = (): void => {
    if (isDue) return
    isDue = true
    setImmediate(() => {
      isDue = false
      pump()
    })
  }

  // Who follows the log on this node has it in their queues when this is over.
  const publish = (notice: Notice) =>
    isTraced ? Effect.withSpan(hub.publish(notice), "Hub.publish") : hub.publish(notice)

  const settle = (batch: ReadonlyArray<Waiting>, exit: Exit.Exit<Verdict, Failure>) =>
    Effect.sync(() => {
      for (const { done } of batch) done(exit)
    })

  const write = (batch: ReadonlyArray<Waiting>): Effect.Effect<void> =>
    directory.resolve(batch.flatMap(({ post }) => peopleOf(post))).pipe(
      Effect.flatMap((users) =>
        insertPosts(
          sql,
          batch.map(({ post }) => post),
        ).pipe(
          Effect.retry({
            // A repeat that another node has committed meanwhile is known at the next attempt; a batch is taken apart.
            while: (error) => batch.length === 1 && SqlError.isSqlError(error) && isConflict(error),
            times: conflictRetries,
          }),
          Effect.flatMap((rows) => commit(batch, rows, users)),
        ),
      ),
      Effect.catch((error) => recover(batch, error)),
      // A defect must not leave anybody waiting.
      Effect.catchCause((cause) => settle(batch, Exit.failCause(cause))),
    )

  const recover = (
    batch: ReadonlyArray<Waiting>,
    error: SqlError.SqlError | Schema.SchemaError | StorageUnavailable,
  ): Effect.Effect<void> => {
    // Who writes could not be read, and nothing was written: one by one it would be the same, as often as there are posts.
    if (error._tag === "StorageUnavailable") return settle(batch, Exit.fail(error))
    if (SqlError.isSqlError(error) && isUnavailable(error)) {
      // It may have been committed without its wake-up.
      meters.databaseErrors("unavailable").value++
      return Effect.andThen(hub.publish({ _tag: "HeadsUnknown" }), settle(batch, Exit.fail(new StorageUnavailable())))
    }
    // Whatever it is about, it is about one of them: the others must not fail with it.
    if (batch.length > 1) return Effect.forEach(batch, (waiting) => write([waiting]), { discard: true })
    if (SqlError.isSqlError(error) && isConflict(error)) {
      return Effect.forEach(batch, (waiting) => settle([waiting], taken(waiting.post)), { discard: true })
    }
    return Effect.catchCause(orUnavailable(Effect.fail(error)), (cause) => settle(batch, Exit.failCause(cause)))
  }

  const commit = Effect.fnUntraced(function* (
    batch: ReadonlyArray<Waiting>,
    rows: ReadonlyArray<PostRow>,
    users: ReadonlyMap<UserId, User>,
  ) {
    const verdicts = new Map(rows.map((row) => [row.n, row]))
    const advanced = new Map<ConversationId, Array<LogEvent>>()
    const secret = new Set<ConversationId>()
    for (const [n, { post }] of batch.entries()) {
      const row = verdicts.get(n)
      if (row === undefined || row.known !== null || row.slow) continue
      if (post.onlyFor !== null) secret.add(post.conversation)
      const events = advanced.get(post.conversation)
      const event = posted(post, row, users)
      if (events === undefined) advanced.set(post.conversation, [event])
      else events.push(event)
    }
    for (const [conversation, unordered] of advanced) {
      const events = unordered.toSorted((a, b) => a.seq - b.seq)
      const last = events.at(-1)
      if (last === undefined) continue
      const log = conversationLog(conversation)
      // What is not for everybody who follows the log does not go with the notice: each reads what is for them.
      yield* publish(
        secret.has(conversation)
          ? { _tag: "LogAdvanced", log, seq: last.seq }
          : { _tag: "LogAdvanced", log, seq: last.seq, events },
      )
    }
    for (const [n, { post, done }] of batch.entries()) {
      const row = verdicts.get(n)
      if (row === undefined) done(Exit.succeed("stale"))
      else if (row.slow) done(Exit.succeed("slow"))
      else if (row.known !== null && row.known !== "MessagePosted") done(taken(post))
      else done(Exit.succeed({ conversation: row.conversation, seq: row.seq, at: row.at }))
    }
  })

  const obstacle = (): StorageUnavailable | CapacityExceeded | undefined => {
    if (closed) return new StorageUnavailable()
    if (pending.length < maxPending) return undefined
    return new CapacityExceeded({ resource: "posts waiting to be stored", limit: maxPending })
  }

  const enqueue = (post: Omit<Post, "mark">, done: Waiting["done"], span?: Tracer.AnySpan): void => {
    pending.push({ post: { ...post, mark: newMark() }, done, span })
    idle.closeUnsafe()
    setDue()
  }

  const wait = (post: Omit<Post, "mark">, span?: Tracer.AnySpan): Effect.Effect<Verdict, Failure> =>
    Effect.suspend((): Effect.Effect<Verdict, Failure> => {
      const refusal = obstacle()
      if (refusal !== undefined) return Effect.fail(refusal)
      const done = Deferred.makeUnsafe<Verdict, Failure>()
      enqueue(post, (exit) => void Deferred.doneUnsafe(done, exit), span)
      return Deferred.await(done)
    })

  /** Answered after the commit. */
  const submit = (post: Omit<Post, "mark">): Effect.Effect<Verdict, Failure> =>
    isTraced
      ? Effect.flatMap(Effect.serviceOption(Tracer.ParentSpan), (span) => wait(post, Option.getOrUndefined(span)))
      : wait(post)

  /** The same without a fiber that waits: `done` is called after the commit. False: it is not taken. */
  const take = (post: Omit<Post, "mark">, done: Waiting["done"]): boolean => {
    if (isTraced || obstacle() !== undefined) return false
    enqueue(post, done)
    return true
  }

  yield* Effect.addFinalizer(() => {
    closed = true
    return idle.await
  })

  return { submit, take }
})

const taken = ({ id }: Post) => Exit.fail(new IdTaken({ id }))

/** The batch as part of the first post that is kept; it is linked to the others. */
const traced = (batch: ReadonlyArray<Waiting>, effect: Effect.Effect<void>): Effect.Effect<void> => {
  const [parent, ...others] = batch.flatMap(({ span }) => (span?.sampled === true ? [span] : []))
  return Effect.withSpan(effect, "PostWriter.commit", {
    attributes: { "chat.posts": batch.length },
    links: others.map((span) => ({ span, attributes: {} })),
    ...(parent === undefined ? { root: true, sampled: false } : { parent }),
  })
}

const peopleOf = ({ actor, content: { forwarded } }: Post): ReadonlyArray<UserId> =>
  forwarded === null ? [actor] : [actor, forwarded]

const posted = (post: Post, { seq, at }: PostRow, users: ReadonlyMap<UserId, User>): LogEvent => {
  const { id, conversation, content } = post
  const author = knownUser(users, post.actor)
  const postedAt = Timestamp.make(at)
  const message: Message = {
    ...unmarked,
    ...content,
    id,
    conversation,
    seq,
    author,
    rev: seq,
    postedAt,
    editedAt: null,
    deletedAt: null,
    forwarded: content.forwarded === null ? null : { author: knownUser(users, content.forwarded) },
  }
  return {
    log: conversationLog(conversation),
    seq,
    mark: post.mark,
    at: postedAt,
    actor: author,
    type: "MessagePosted",
    data: { message, mentionsBefore: null, mentionsAfter: mentionsOf(content) },
  }
}
