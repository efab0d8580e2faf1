/**
 * The state of one run is the beginning of the next: so a program shows what it had before there is a connection, and is
 * sent only what it has missed.
 */
import type { UserId } from "@chat/domain/Ids"
import { keep, Kept, restored } from "@chat/domain/state/kept"
import type { State } from "@chat/domain/state/State"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { Replica } from "../events/Replica.ts"
import type { Session } from "../session/Session.ts"
import type { StateStore } from "./StateStore.ts"

/** The newest messages that are kept: of each conversation, and in all. */
const keptEach = 50
const keptInAll = 2_000
/** If the text would be longer than this, in characters, there are fewer of them. */
const keptLength = 4_000_000

/** No more often than once in so many milliseconds a state is kept; and in the end. */
const keepEvery = 30_000

const Stored = Schema.fromJsonString(Schema.toCodecJson(Kept))
const encode = Schema.encodeSync(Stored)
const decode = Schema.decodeUnknownOption(Stored)

/** As text; `undefined`: there is nothing to keep, or too much even without messages. */
export const toText = (state: State, length = keptLength): string | undefined => {
  const each = Math.floor(keptInAll / Math.max(1, state.conversations.size))
  for (let messages = Math.min(keptEach, each); ; messages = Math.floor(messages / 2)) {
    const kept = keep(state, messages)
    const text = kept && encode(kept)
    if (text === undefined || text.length <= length) return text
    if (messages === 0) return undefined
  }
}

/** The state of an account; `undefined`: it is that of another, or cannot be read. */
export const fromText = (text: string | null, account: UserId): State | undefined => {
  const state = Option.getOrUndefined(Option.map(decode(text), restored))
  return state?.account?.account.id === account ? state : undefined
}

interface Options {
  readonly store: StateStore
  readonly session: Session
  readonly replica: Replica
}

const parts = ["account", "conversations", "outdated", "stamp", "users", "hidden", "notices"] as const

/** What changes besides is not kept. */
const isSame = (one: State | null, other: State | null): boolean =>
  one === other || (one !== null && other !== null && parts.every((part) => one[part] === other[part]))

/** Gives the replica what was kept, and keeps what becomes of it, for as long as the scope is open. */
export const make = Effect.fnUntraced(function* (options: Options): Effect.fn.Return<void, never, Scope.Scope> {
  const { store, session, replica } = options
  const attempt = <A>(run: () => Promise<A>) => Effect.option(Effect.tryPromise(run))
  const account = session.credentials.get()?.account
  if (account !== undefined) {
    const state = fromText(Option.getOrNull(yield* attempt(store.load)), account.id)
    if (state !== undefined) replica.restore(state)
  }
  /** What the store has; `null`: nothing, because whoever it was of has signed out. */
  let kept: State | null = replica.state.get()
  const save = Effect.suspend(() => {
    const state = session.credentials.get() === null ? null : replica.state.get()
    if (isSame(state, kept)) return Effect.void
    kept = state
    const text = state === null ? undefined : toText(state)
    return attempt(() => (text === undefined ? store.remove() : store.save(text)))
  }).pipe(Effect.uninterruptible)
  yield* Effect.addFinalizer(() => save)
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sleep(keepEvery), save)))
})
