/**
 * Messages on their way. Each is written down before its first attempt, with its id, and goes to the server by that id as
 * often as it takes: there it is one message. In a conversation one goes after the other, so that they arrive in the
 * order in which they were posted. One that the server refuses for good steps aside.
 */
import { type BadRequest, retryable, Unauthenticated } from "@chat/domain/Errors"
import { type ConversationId, conversationLog, type MessageId, type UserId } from "@chat/domain/Ids"
import { cursorOf, type State } from "@chat/domain/state/State"
import type { Seq } from "@chat/domain/Values"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Tracer from "effect/Tracer"
import { backOff } from "../calls/backOff.ts"
import type { Call, CallFailure, Payload } from "../calls/Calls.ts"
import { Cancelled, describe, StoreFailed } from "../Errors.ts"
import type { ChatEvent } from "../events/ChatEvent.ts"
import { newMessageId } from "../ids.ts"
import { Cell, type Observable, when } from "../Observable.ts"
import type { Replica } from "../events/Replica.ts"
import type { Session } from "../session/Session.ts"
import type { Credentials } from "../session/TokenStore.ts"
import * as Codec from "../wire/Codec.ts"
import type { OutboxEntry, OutboxStatus } from "./OutboxEntry.ts"
import type { OutboxRecord, OutboxStore } from "./OutboxStore.ts"

/** A message that has been written down. */
export interface Posted {
  readonly id: MessageId
  /** Waits until the server has it, and tells its place in the conversation; or why it does not take it. */
  readonly sent: Effect.Effect<Seq, PostFailure>
}

export type PostFailure = CallFailure<"PostMessage"> | Cancelled

export interface PostOptions {
  readonly id?: MessageId
  /** The place of the message that it answers. */
  readonly replyTo?: Seq
  /** The place of the message whose thread it goes into. */
  readonly thread?: Seq
}

export interface Outbox {
  /**
   * Writes a message down and sends it as soon as can be; done when it is written down. Posting again with the same `id`
   * changes nothing and sends nothing more.
   */
  readonly post: (
    conversation: ConversationId,
    body: Payload<"PostMessage">["body"],
    options?: PostOptions,
  ) => Effect.Effect<Posted, Unauthenticated | StoreFailed | BadRequest>
  /** What is on its way, in order. A message leaves when the state has it, or when it is cancelled. */
  readonly outbox: Observable<ReadonlyArray<OutboxEntry>>
  /** Sends a failed message again, after those that wait. Anything else: nothing happens. */
  readonly retry: (id: MessageId) => Effect.Effect<void, StoreFailed>
  /** Takes a message back that has failed or that cannot have reached the server. `false`: it is too late. */
  readonly cancel: (id: MessageId) => Effect.Effect<boolean, StoreFailed>
}

interface Item {
  record: OutboxRecord
  status: OutboxStatus
  /** Whether it is in the store: not sent before. */
  written: boolean
  readonly sent: Deferred.Deferred<Seq, PostFailure>
  readonly cancelled: Deferred.Deferred<void>
  /** What it was posted by. */
  span: Tracer.AnySpan | undefined
}

export interface Options {
  readonly store: OutboxStore
  readonly session: Session
  readonly replica: Replica
  readonly call: Call
}

export const make = Effect.fnUntraced(function* (options: Options): Effect.fn.Return<Outbox, StoreFailed, Scope.Scope> {
  const { store, session, replica, call } = options
  const scope = yield* Effect.scope
  const items = new Map<MessageId, Item>()
  const entries = new Cell<ReadonlyArray<OutboxEntry>>([])
  const writing = Semaphore.makeUnsafe(1)
  const draining = new Set<ConversationId>()
  /** Conversations whose end has been told: what is sent to them will not be seen. */
  const gone = new Set<ConversationId>()
  let lastOrder = 0
  let heldUntil = 0

  // One after the other, so that what is decided later is also what is kept.
  const write = <A>(run: () => Promise<A>) => attempt(run).pipe(writing.withPermits(1))

  const publish = (): void =>
    entries.set([...items.values()].toSorted((a, b) => a.record.order - b.record.order).map(entryOf))

  const setStatus = (item: Item, status: OutboxStatus): void => {
    item.status = status
    publish()
  }

  const add = (record: OutboxRecord, written = false): Item => {
    lastOrder = Math.max(lastOrder, record.order)
    const status: OutboxStatus =
      record.failure === null ? { _tag: "Pending", attempted: false } : { _tag: "Failed", failure: record.failure }
    const sent = Deferred.makeUnsafe<Seq, PostFailure>()
    const item: Item = { record, status, written, sent, cancelled: Deferred.makeUnsafe(), span: undefined }
    items.set(record.id, item)
    return item
  }

  const next = (conversation: ConversationId): Item | undefined => {
    let first: Item | undefined
    for (const item of items.values()) {
      if (item.record.conversation !== conversation || item.status._tag !== "Pending") continue
      if (!item.written) continue
      if (first === undefined || item.record.order < first.record.order) first = item
    }
    return first
  }

  const accept = (item: Item, seq: Seq): void => {
    if (item.status._tag === "Sent") return
    setStatus(item, { _tag: "Sent", seq })
    Deferred.doneUnsafe(item.sent, Exit.succeed(seq))
    prune(replica.state.get())
  }

  // Whatever the state has is shown from there.
  const prune = (state: State): void => {
    let pruned = false
    for (const { record, status } of items.values()) {
      if (status._tag !== "Sent") continue
      const cursor = cursorOf(state, conversationLog(record.conversation))
      if (!gone.has(record.conversation) && (cursor === undefined || cursor.seq < status.seq)) continue
      items.delete(record.id)
      pruned = true
    }
    if (pruned) publish()
  }

  const onEvents = (events: ReadonlyArray<ChatEvent>): void => {
    if (items.size === 0) return
    for (const event of events) {
      if (event._tag !== "Event") continue
      if (event.event.type === "MessagePosted") {
        const item = items.get(event.event.data.message.id)
        if (item !== undefined) accept(item, event.event.seq)
      } else if (event.event.type === "ConversationGone") {
        gone.add(event.event.data.conversation)
        prune(replica.state.get())
      } else if (event.event.type === "ConversationAppeared") {
        gone.delete(event.event.data.conversation)
      }
    }
  }

  const refuse = Effect.fnUntraced(function* (item: Item, refusal: PostFailure) {
    const failure = { tag: refusal._tag, message: refusal.message }
    item.record = { ...item.record, failure }
    // Who waits goes on at once, and may tell it to go again.
    setStatus(item, { _tag: "Failed", failure })
    Deferred.doneUnsafe(item.sent, Exit.fail(refusal))
    // Not kept: it is tried once more after a restart, and refused once more.
    yield* Effect.ignore(write(async () => (items.get(item.record.id) === item ? store.put(item.record) : undefined)))
  })

  const hold = Effect.fnUntraced(function* (millis: number) {
    heldUntil = Math.max(heldUntil, (yield* Clock.currentTimeMillis) + millis)
  })

  // One attempt to send one message; to be repeated as long as it stays pending.
  const send = Effect.fnUntraced(function* (item: Item, failures: number) {
    const { account } = item.record
    yield* when(session.credentials, isOwn(account))
    const wait = heldUntil - (yield* Clock.currentTimeMillis)
    if (wait > 0) yield* Effect.sleep(wait)
    const onSent = () => {
      if (item.status._tag === "Pending" && !item.status.attempted)
        setStatus(item, { _tag: "Pending", attempted: true })
    }
    const sending = call("PostMessage", messageOf(item.record), { account, deadline: Number.POSITIVE_INFINITY, onSent })
    // The outbox sends for many, and each message is part of what posted it.
    const answer = yield* Effect.exit(item.span === undefined ? sending : Effect.withParentSpan(sending, item.span))
    if (Exit.isSuccess(answer)) {
      return accept(item, answer.value.seq)
    }
    const refusal = Codec.refusalOf(answer)
    if (refusal?._tag === "RateLimited") return yield* hold(refusal.retryAfter)
    if (
      refusal === undefined ||
      retryable.has(refusal._tag) ||
      refusal._tag === "StoreFailed" ||
      refusal._tag === "Disconnected"
    ) {
      return yield* backOff(failures)
    }
    // Signed out: waits for the next sign-in of this account. In the log already: what is refused is the repetition.
    if (refusal._tag !== "Unauthenticated" && statusOf(item) === "Pending") yield* refuse(item, refusal)
  })

  const drain = Effect.fnUntraced(function* (conversation: ConversationId) {
    for (let failures = 1; ; failures++) {
      const item = next(conversation)
      if (item === undefined) {
        draining.delete(conversation)
        return
      }
      yield* Effect.raceFirst(send(item, failures), Deferred.await(item.cancelled))
      if (statusOf(item) === "Pending") continue
      failures = 0
      // Also when the answer was lost, and the log told: a record that stays is sent once more after a restart.
      if (statusOf(item) === "Sent") yield* Effect.ignore(write(() => store.remove(item.record.id)))
    }
  })

  const kick = (conversation: ConversationId): Effect.Effect<void> =>
    Effect.suspend(() => {
      if (draining.has(conversation)) return Effect.void
      draining.add(conversation)
      return Effect.asVoid(Effect.forkIn(drain(conversation), scope))
    })

  const postedOf = ({ record: { id }, sent }: Item): Posted => ({ id, sent: Deferred.await(sent) })

  const post: Outbox["post"] = Effect.fn("Outbox.post")(function* (conversation, body, options = {}) {
    const { id = newMessageId() } = options
    const known = items.get(id)
    if (known !== undefined) return postedOf(known)
    const message = messageOf({ ...options, id, conversation, body })
    yield* Codec.encode("PostMessage", message)
    const credentials = session.credentials.get()
    if (credentials === null) return yield* new Unauthenticated({ reason: session.ended() })
    const at = yield* Clock.currentTimeMillis
    const record = { ...message, account: credentials.account.id, at, order: Math.max(at, lastOrder + 1) }
    const item = add({ ...record, failure: null })
    item.span = Option.getOrUndefined(yield* Effect.serviceOption(Tracer.ParentSpan))
    publish()
    // One after the other, so that none is on its way before one that was posted earlier is written down.
    yield* write(() => store.put(item.record)).pipe(
      Effect.onExit((exit) =>
        Effect.sync(() => {
          if (Exit.isSuccess(exit)) return
          forget(item)
          // Whoever posted it as well waits for the same.
          Deferred.doneUnsafe(item.sent, Exit.failCause(exit.cause))
        }),
      ),
    )
    item.written = true
    yield* kick(conversation)
    return postedOf(item)
  })

  const forget = (item: Item): void => {
    items.delete(item.record.id)
    publish()
  }

  for (const record of yield* attempt(store.load)) {
    // Before the restart it may have been sent.
    const item = add(record, true)
    if (item.status._tag === "Pending") item.status = { _tag: "Pending", attempted: true }
  }
  publish()
  yield* Effect.acquireRelease(
    Effect.sync(() => [replica.onEvents(onEvents), replica.state.subscribe(prune)]),
    (unsubscribe) => Effect.sync(() => unsubscribe.forEach((stop) => stop())),
  )
  for (const { record } of items.values()) yield* kick(record.conversation)

  return {
    post,
    outbox: entries,
    retry: Effect.fn("Outbox.retry")(function* (id) {
      const item = items.get(id)
      if (item?.status._tag !== "Failed") return
      const record = { ...item.record, failure: null, order: ++lastOrder }
      const again = add(record)
      publish()
      yield* write(() => store.put(again.record)).pipe(
        Effect.onError(() =>
          Effect.sync(() => {
            // As it was: it can be told to go again.
            if (items.get(id) === again) items.set(id, item)
            publish()
          }),
        ),
      )
      again.written = true
      yield* kick(record.conversation)
    }),
    cancel: Effect.fn("Outbox.cancel")(function* (id) {
      const item = items.get(id)
      if (item === undefined || item.status._tag === "Sent") return false
      if (item.status._tag === "Pending" && item.status.attempted) return false
      forget(item)
      Deferred.doneUnsafe(item.cancelled, Exit.void)
      Deferred.doneUnsafe(item.sent, Exit.fail(new Cancelled({ id })))
      yield* write(() => store.remove(id))
      return true
    }),
  }
})

const isOwn =
  (account: UserId) =>
  (credentials: Credentials | null): credentials is Credentials =>
    credentials?.account.id === account

// It changes while others run.
const statusOf = (item: Item): OutboxStatus["_tag"] => item.status._tag

const messageOf = ({
  id,
  conversation,
  body,
  ...rest
}: Pick<OutboxRecord, "id" | "conversation" | "body" | "replyTo" | "thread">) => ({
  id,
  conversation,
  body,
  ...(rest.replyTo === undefined ? {} : { replyTo: rest.replyTo }),
  ...(rest.thread === undefined ? {} : { thread: rest.thread }),
})

const entryOf = ({ record, status }: Item): OutboxEntry => ({
  ...messageOf(record),
  account: record.account,
  at: record.at,
  status,
})

const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, StoreFailed> =>
  Effect.tryPromise({ try: run, catch: (cause) => new StoreFailed({ store: "outbox", detail: describe(cause) }) })
