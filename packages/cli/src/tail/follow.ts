/**
 * Following logs without leaving anything out: first what is missing is read from the logs themselves, by pages, then come
 * live events. A live event that is not the next of its log only says that there is more to read.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Client } from "@chat/client/Client"
import type { CallFailure, Payload } from "@chat/client/calls/Calls"
import type { ChatEvent } from "@chat/client/events/ChatEvent"
import { accountLog, conversationLog, type ConversationId, type LogId } from "@chat/domain/Ids"
import { cursorOf, cursors, type State } from "@chat/domain/state/State"
import type { LogPage } from "@chat/domain/Sync"
import { Seq } from "@chat/domain/Values"
import { Unresolved } from "../failure/failures.ts"
import type { Position } from "./Cursor.ts"
import { type Line, placeBefore, Places } from "./Places.ts"

export interface Following {
  /** Which conversations; `all`: every one, also those that appear while following. */
  readonly conversations: ReadonlyArray<ConversationId> | "all"
  /** Where to go on; `start`: from the first event that can be seen; `now`: with the next one. */
  readonly since: ReadonlyArray<Position> | "start" | "now"
}

const otherHistory = new Unresolved({
  detail: "The server's logs are not those of the cursor, as after a restored backup: begin again without --since",
})

type PageFailure = Exclude<CallFailure<"ReadLog">, { readonly _tag: Passing }>
type Passing = "Disconnected" | "RateLimited" | "StorageUnavailable" | "CapacityExceeded" | "Internal"

/** A page of a log. Whoever must not miss anything waits for a server that has no time, or is away, and asks again. */
const readPage = (client: Client, payload: Payload<"ReadLog">): Effect.Effect<LogPage, PageFailure> => {
  const later = () => Effect.delay(readPage(client, payload), "2 seconds")
  return client.rpc("ReadLog", payload).pipe(
    Effect.catchTags({
      RateLimited: ({ retryAfter }) => Effect.delay(readPage(client, payload), retryAfter),
      Disconnected: later,
      StorageUnavailable: later,
      CapacityExceeded: later,
      Internal: later,
    }),
  )
}

const firstSeen = (state: State, log: LogId): number => {
  // the log of a conversation has its id
  const conversation = [...state.conversations.values()].find(({ id }) => conversationLog(id) === log)
  return conversation?.from ?? 1
}

/** The places from which to follow, given what is known of the server when following begins. */
const placesOf = (state: State, { conversations, since }: Following): ReadonlyArray<Position> => {
  const own = state.account === null ? undefined : accountLog(state.account.account.id)
  const known = since === "start" || since === "now" ? [] : since
  const logs =
    conversations === "all"
      ? [...cursors(state).map(({ log }) => log), ...known.map(({ log }) => log)].filter((log) => log !== own)
      : conversations.map(conversationLog)
  return [...new Set(logs)].map(
    (log) =>
      known.find((position) => position.log === log) ??
      (since === "now" ? cursorOf(state, log) : undefined) ??
      placeBefore(log, firstSeen(state, log)),
  )
}

export type FollowEnd = Exclude<PageFailure, { readonly _tag: "ConversationNotFound" }> | Unresolved

/** Everything from there on, each event once and those of a log in order, for as long as the session lasts. */
export const follow = (client: Client, following: Following) => {
  const places = new Places([])

  const isOwn = (log: LogId) => {
    const { account } = client.state.get()
    return account !== null && accountLog(account.account.id) === log
  }

  /** What follows the place in a log, to its end as of now. */
  const read = (log: LogId) =>
    Stream.paginate(undefined, () =>
      Effect.gen(function* () {
        const after = places.of(log)?.seq ?? Seq.make(0)
        const page = yield* readPage(client, { log, after, limit: 100 })
        const lines = page.items.flatMap((item) => places.pass(item).lines)
        const now = places.of(log)?.seq ?? after
        return [lines, now > after && now < page.head ? Option.some(undefined) : Option.none()] as const
      }),
    ).pipe(
      // nothing of it may be seen any more
      Stream.catchTag("ConversationNotFound", () => Stream.empty),
    )

  /** A place of a cursor is one of this server's log: the event there has the same mark. */
  const check = Effect.fnUntraced(function* ({ log, seq, mark }: Position) {
    const head = cursorOf(client.state.get(), log)
    if (seq === 0 || (head?.seq === seq && head.mark === mark)) return
    const before = Seq.make(seq - 1)
    const page = yield* readPage(client, { log, after: before, limit: 1 }).pipe(
      Effect.asSome,
      Effect.catchTag("ConversationNotFound", () => Effect.succeedNone),
    )
    if (Option.isNone(page)) return
    const [item] = page.value.items
    if (item === undefined) return yield* otherHistory
    const found = item._tag === "Event" ? item.event : { seq: item.to, mark: item.mark }
    if (found.seq === seq && found.mark !== mark) return yield* otherHistory
  })

  /** Only logs in which something is missing are read. */
  const catchUp = Stream.suspend(() => {
    const behind = places.logs().filter((log) => cursorOf(client.state.get(), log)?.seq !== places.of(log)?.seq)
    return Stream.flatMap(Stream.fromIterable(behind), read)
  })

  const begin = Effect.gen(function* () {
    const positions = placesOf(client.state.get(), following)
    for (const position of positions) places.add(position)
    const { since } = following
    if (since !== "start" && since !== "now") {
      yield* Effect.forEach(
        positions.filter((position) => since.includes(position)),
        check,
        { concurrency: 4 },
      )
    }
  })

  const include = (log: LogId, from: number) => {
    if (following.conversations === "all" && places.of(log) === undefined) places.add(placeBefore(log, from))
  }

  const onLive = (item: ChatEvent): Stream.Stream<Line, FollowEnd> => {
    if (item._tag === "Resynchronised") {
      if (isOwn(item.log)) return Stream.empty
      include(item.log, item.from)
      const place = places.of(item.log)
      if (place === undefined) return Stream.empty
      if (item.reason === "mark") return Stream.fail(otherHistory)
      return item.to > place.seq ? read(item.log) : Stream.empty
    }
    const { event } = item
    if (isOwn(event.log)) {
      if (event.type === "ConversationAppeared") include(conversationLog(event.data.conversation), event.data.from)
      return Stream.empty
    }
    const { lines, missing } = places.pass(item)
    return missing ? read(event.log) : Stream.fromIterable(lines)
  }

  return Stream.unwrap(
    Effect.gen(function* () {
      // live events are collected from before the places are taken, so that none falls between
      const subscription = yield* client.subscribe
      yield* begin
      const live = Stream.flatMap(Stream.fromIterableEffectRepeat(subscription.take), onLive)
      return Stream.concat(catchUp, live)
    }),
  )
}
