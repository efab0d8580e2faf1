/** What is in view: who is there, who is writing; and what this side says of it. */
import type { ConversationId, MessageId } from "@chat/domain/Ids"
import { type Presence, type Typist, typingEvery, typingLasts } from "@chat/domain/Presence"
import type { State } from "@chat/domain/state/State"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import type { Call, CallFailure } from "../calls/Calls.ts"
import type { ConnectionStatus } from "../connection/ConnectionStatus.ts"
import type { Replica } from "../events/Replica.ts"
import { derived, type Observable } from "../Observable.ts"

export interface View {
  /**
   * Says what is in view from now on, also after the connection was lost: of its members, and of all friends, `presence`
   * tells how they are seen, and `typing` who is writing there. Done when they are known; offline at once.
   */
  readonly watch: (conversations: ReadonlyArray<ConversationId>) => Effect.Effect<void, CallFailure<"Watch">>
  /** How others in view are seen, by their ids. */
  readonly presence: Observable<State["presence"]>
  /** Who is writing in what is in view: until they post, or for six seconds. */
  readonly typing: Observable<ReadonlyArray<Typist>>
  /** Says that somebody is writing here. Call it with every key: it goes out every three seconds, and while online. */
  readonly startTyping: (conversation: ConversationId, thread?: MessageId) => Effect.Effect<void>
  /** Says that somebody is there, as calls other than `markRead` and `watch` do by themselves. Call it with every key. */
  readonly active: Effect.Effect<void>
}

interface Options {
  readonly call: Call
  readonly replica: Replica
  readonly connection: Observable<ConnectionStatus>
}

/** No more often than once in so many milliseconds the server is told that somebody is there. */
const activeEvery = 60_000

export const make = Effect.fnUntraced(function* ({
  call,
  replica,
  connection,
}: Options): Effect.fn.Return<View, never, Scope.Scope> {
  const clock = yield* Clock.Clock
  const scope = yield* Effect.scope
  const run = Effect.runForkWith(yield* Effect.context<never>())
  let wanted: ReadonlyArray<ConversationId> | undefined
  let activeAt = clock.currentTimeMillisUnsafe()
  let toldAt = activeAt
  const typedAt = new Map<string, number>()
  const isOnline = () => connection.get()._tag === "Online"
  const show = (conversations: ReadonlyArray<ConversationId>, users: ReadonlyArray<Presence>) =>
    replica.applyLocal({ _tag: "Watched", conversations, users })
  const fork = (effect: Effect.Effect<unknown>) => void run(Effect.forkIn(effect, scope))

  const tell = Effect.suspend(() => {
    const conversations = wanted
    if (conversations === undefined) return Effect.void
    return Effect.map(call("Watch", { conversations }), (users) => {
      // Else something else is in view, or nothing of it holds any more.
      if (conversations === wanted && isOnline()) show(conversations, users)
    })
  })

  const watch = (conversations: ReadonlyArray<ConversationId>) =>
    Effect.suspend(() => {
      wanted = conversations
      return isOnline() ? tell : Effect.void
    })

  const sayIdle = Effect.suspend(() => {
    toldAt = clock.currentTimeMillisUnsafe()
    return Effect.ignore(call("Heartbeat", { idle: toldAt - activeAt }))
  })

  const active = Effect.suspend(() => {
    activeAt = clock.currentTimeMillisUnsafe()
    return activeAt - toldAt >= activeEvery && isOnline() ? sayIdle : Effect.void
  })

  const startTyping = (conversation: ConversationId, thread?: MessageId) =>
    Effect.suspend(() => {
      const key = `${conversation} ${thread}`
      activeAt = clock.currentTimeMillisUnsafe()
      if (!isOnline() || activeAt - (typedAt.get(key) ?? -typingEvery) < typingEvery) return Effect.void
      typedAt.clear()
      typedAt.set(key, activeAt)
      return Effect.ignore(call("Typing", { conversation, ...(thread === undefined ? {} : { thread }) }))
    })

  const onStatus = ({ _tag }: ConnectionStatus): void => {
    if (_tag === "SignedOut") wanted = undefined
    if (_tag !== "Online") return show([], [])
    if (wanted !== undefined)
      fork(Effect.ignore(Effect.retry(tell, { schedule: Schedule.exponential("1 second"), times: 5, while: isOnline })))
    // A device that comes back is taken to be in use.
    if (clock.currentTimeMillisUnsafe() - activeAt >= activeEvery) fork(sayIdle)
  }

  const expiring = new WeakSet<Typist>()
  const onTyping = (typists: ReadonlyArray<Typist>): void => {
    for (const typist of typists) {
      if (expiring.has(typist)) continue
      expiring.add(typist)
      // Counted from its coming: the clocks of two machines may differ.
      const over = Effect.sync(() => replica.applyLocal({ _tag: "TypingOver", typist }))
      fork(Effect.delay(over, typingLasts))
    }
  }

  const typing = derived(replica.state, (state) => state.typing)
  yield* Effect.acquireRelease(
    Effect.sync(() => [connection.subscribe(onStatus), typing.subscribe(onTyping)]),
    (unsubscribe) => Effect.sync(() => unsubscribe.forEach((stop) => stop())),
  )
  return { watch, presence: derived(replica.state, (state) => state.presence), typing, startTyping, active }
})
