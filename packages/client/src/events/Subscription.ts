/**
 * One consumer of events, who may be slow. What it has not taken yet waits in a queue; when that is full, nothing is
 * dropped and nobody waits: the logs concerned are *behind*, and once the queue is empty they are read by pages from the
 * server until they have caught up with what comes live. So a slow consumer costs a bounded amount of memory, holds up
 * neither the state nor other consumers, and still gets every event once and in order.
 */
import { accountLog, type LogId } from "@chat/domain/Ids"
import { cursorOf } from "@chat/domain/state/State"
import type { Unauthenticated } from "@chat/domain/Errors"
import { Seq } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import type { Call } from "../calls/Calls.ts"
import { backOff } from "../calls/backOff.ts"
import type { ProtocolError, StoreFailed } from "../Errors.ts"
import type { Replica } from "./Replica.ts"
import { type ChatEvent, logOf } from "./ChatEvent.ts"
import { lastOf, pageSize } from "./readLog.ts"

/** How many events wait for one consumer. */
const capacity = 1_024

/** Why a consumer gets no more: there is no session to read with, or what is read cannot be understood. */
export type SubscriptionEnd = Unauthenticated | ProtocolError | StoreFailed

export class Subscription {
  private readonly replica: Replica
  private readonly call: Call
  private readonly limit: number
  private queue: Array<ChatEvent> = []
  /** The last event that the consumer has, or will have once the queue is empty, of each log that is behind. */
  private readonly behind = new Map<LogId, Seq>()
  /** Read from the server before it came live, of each log that was behind. */
  private readonly ahead = new Map<LogId, Seq>()
  private waiting: (() => void) | undefined
  private ended: Unauthenticated | undefined

  constructor(replica: Replica, call: Call, limit = capacity) {
    this.replica = replica
    this.call = call
    this.limit = limit
  }

  readonly offer = (events: ReadonlyArray<ChatEvent>): void => {
    for (const event of events) this.add(event)
    this.wake()
  }

  /** The session is over: what waits is delivered, and then the reason. */
  readonly end = (reason: Unauthenticated): void => {
    this.ended = reason
    this.wake()
  }

  private wake(): void {
    const { waiting } = this
    this.waiting = undefined
    waiting?.()
  }

  private add(event: ChatEvent): void {
    const log = logOf(event)
    if (event._tag === "Resynchronised" && event.reason === "mark") {
      // What could be read between is of another history.
      this.behind.delete(log)
      this.ahead.delete(log)
      this.queue.push(event)
      return
    }
    if (this.behind.has(log)) return
    const [first, last] = event._tag === "Event" ? [event.event.seq, event.event.seq] : [event.from, event.to]
    const ahead = this.ahead.get(log) ?? Seq.make(0)
    if (last <= ahead) return
    this.ahead.delete(log)
    // What was read already is not left out by a snapshot.
    const from = first > ahead ? first : Seq.make(ahead + 1)
    if (this.queue.length >= this.limit) this.behind.set(log, Seq.make(from - 1))
    else this.queue.push(event._tag === "Event" ? event : { ...event, from })
  }

  /** What comes next, at least one. */
  readonly take: Effect.Effect<ReadonlyArray<ChatEvent>, SubscriptionEnd> = Effect.suspend(() => {
    if (this.queue.length > 0) {
      const taken = this.queue
      this.queue = []
      return Effect.succeed(taken)
    }
    if (this.ended !== undefined) return Effect.fail(this.ended)
    const log = this.nextBehind()
    return log === undefined ? Effect.andThen(this.wait, this.take) : this.read(log)
  })

  private readonly wait = Effect.callback<void>((resume) => {
    // The fiber may have stood still since it looked.
    if (this.queue.length > 0 || this.behind.size > 0 || this.ended !== undefined) return resume(Effect.void)
    this.waiting = () => resume(Effect.void)
    return Effect.sync(() => (this.waiting = undefined))
  })

  // The account's log first, because it says where the others come from.
  private nextBehind(): LogId | undefined {
    const { account } = this.replica.state.get()
    const own = account === null ? undefined : accountLog(account.account.id)
    if (own !== undefined && this.behind.has(own)) return own
    for (const log of this.behind.keys()) return log
    return undefined
  }

  private read(log: LogId): Effect.Effect<ReadonlyArray<ChatEvent>, SubscriptionEnd> {
    const after = this.behind.get(log)
    if (after === undefined) return this.take
    return this.call("ReadLog", { log, after, limit: pageSize }).pipe(
      Effect.flatMap(({ items, head }) => {
        // A snapshot of another history has come meanwhile: what was read is not what follows.
        if (this.behind.get(log) !== after) return this.take
        const events = items.flatMap((item): ReadonlyArray<ChatEvent> =>
          item._tag === "Event" && item.event.seq > after ? [item] : [],
        )
        const last = lastOf(items) ?? after
        const live = cursorOf(this.replica.state.get(), log)?.seq
        if (live === undefined ? last >= head : last >= live) {
          this.behind.delete(log)
          if (live !== undefined && last > live) this.ahead.set(log, last)
        } else if (items.length > 0) this.behind.set(log, last)
        // Nothing there to read, although there should be.
        else this.behind.delete(log)
        return events.length > 0 ? Effect.succeed(events) : this.take
      }),
      Effect.catchTags({
        // Nothing of it may be seen any more.
        ConversationNotFound: () => {
          this.behind.delete(log)
          return this.take
        },
        Disconnected: () => this.take,
        RateLimited: ({ retryAfter }) => Effect.andThen(Effect.sleep(retryAfter), this.take),
        StorageUnavailable: () => this.later,
        CapacityExceeded: () => this.later,
        Internal: () => this.later,
        // What is asked for is of the contract's form, and short.
        BadRequest: ({ message }) => Effect.die(message),
        TooLarge: ({ message }) => Effect.die(message),
      }),
    )
  }

  private readonly later = Effect.suspend(() => Effect.andThen(backOff(6), this.take))
}
