/**
 * The one live connection: opened when somebody is signed in, opened again whenever it is lost, and kept in step with
 * `Sync`. Everything of one connection lives in one scope, so that nothing of an old one can touch the new.
 */
import { RateLimited, TooLarge } from "@chat/domain/Errors"
import type { LogId } from "@chat/domain/Ids"
import type { Limits } from "@chat/domain/Limits"
import { cursors, type State } from "@chat/domain/state/State"
import type { SyncItem } from "@chat/domain/Sync"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import { delayAfter } from "../calls/backOff.ts"
import type { Send } from "../calls/Calls.ts"
import { Cell, type Observable, when } from "../Observable.ts"
import type { Replica } from "../events/Replica.ts"
import type { Session } from "../session/Session.ts"
import type { Credentials } from "../session/TokenStore.ts"
import * as Codec from "../wire/Codec.ts"
import type * as Link from "../wire/Link.ts"
import { Lost, restarting, sessionEnded, type Transport } from "../wire/Transport.ts"
import type { ConnectionStatus } from "./ConnectionStatus.ts"
import { heartbeat, probeTimeout } from "./heartbeat.ts"
import { open } from "./open.ts"
import * as Sync from "./sync.ts"

/** A connection that has been in step for so long was a good one: the next loss is the first in a row. */
const goodAfter = 10_000

export interface Connection {
  readonly status: Observable<ConnectionStatus>
  readonly send: Send
  /** Something says that now is a good time: connects at once if offline, looks whether it still lives if online. */
  readonly reconnect: Effect.Effect<void>
}

export interface Options {
  readonly url: string
  readonly client: string
  readonly transport: Transport["Service"]
  readonly session: Session
  readonly replica: Replica
  /** After so many milliseconds of silence the connection is dead. */
  readonly silence: number
}

export const make = Effect.fnUntraced(function* (options: Options): Effect.fn.Return<Connection, never, Scope.Scope> {
  const { url, client, transport, session, replica, silence } = options
  const status = new Cell<ConnectionStatus>({ _tag: "Connecting" })
  const link = new Cell<Open | null>(null)
  let wake = () => {}
  let caughtUpAt: number | undefined

  // Ends when the connection does.
  const generation = Effect.gen(function* () {
    const clock = yield* Clock.Clock
    const { connected, server } = yield* open(transport, url, client)
    let recovered = 0
    const resynchronised = new Set<LogId>()
    const onItems = (items: ReadonlyArray<SyncItem>) => {
      const events = replica.receive(items)
      if (caughtUpAt !== undefined) return
      for (const event of events) {
        if (event._tag === "Event") recovered++
        else if (event.reason !== "new") resynchronised.add(event.log)
      }
      if (!items.some(({ _tag }) => _tag === "CaughtUp")) return
      caughtUpAt = clock.currentTimeMillisUnsafe()
      status.set({ _tag: "Online", since: caughtUpAt, server, recovered, resynchronised: [...resynchronised] })
    }
    link.set({ link: connected, limits: server.limits })
    yield* Effect.addFinalizer(() => Effect.sync(() => link.set(null)))
    const synced = Sync.run(connected, server.limits, session, () => positionOf(replica.state.get()), onItems)
    return yield* Effect.raceFirst(synced, heartbeat(connected, silence))
  }).pipe(Effect.scoped)

  // The connection of one sign-in, with everything that happens to it.
  const keepUp = Effect.fnUntraced(function* (credentials: Credentials) {
    const known = replica.state.get().account
    if (known !== null && known.account.id !== credentials.account.id) replica.reset()
    let failures = 0
    let offlineSince: number | undefined
    for (;;) {
      status.set({ _tag: "Connecting" })
      caughtUpAt = undefined
      const end = Codec.refusalOf(yield* Effect.exit(generation))
      const now = yield* Clock.currentTimeMillis
      if (caughtUpAt !== undefined) offlineSince = undefined
      failures = caughtUpAt !== undefined && now - caughtUpAt >= goodAfter ? 1 : failures + 1
      offlineSince ??= now
      if (end instanceof Lost && end.code === sessionEnded) {
        const token = yield* session.token
        yield* session.refuse(token, "ended")
      }
      const delay =
        end instanceof RateLimited
          ? end.retryAfter + (yield* delayAfter(failures))
          : yield* end instanceof Lost && end.code === restarting ? spread(end.reason) : delayAfter(failures)
      status.set({ _tag: "Offline", since: offlineSince, retryAt: now + delay, reason: reasonOf(end) })
      yield* Effect.raceFirst(Effect.sleep(delay), hint)
    }
  })

  const hint = Effect.callback<void>((resume) => {
    wake = () => resume(Effect.void)
  })

  const run = Effect.gen(function* () {
    for (;;) {
      const credentials = session.credentials.get()
      if (credentials === null) {
        status.set({ _tag: "SignedOut", reason: session.ended() })
        yield* when(session.credentials, isSignedIn)
      } else {
        const isOver = (now: Credentials | null): now is Credentials | null =>
          now?.session.id !== credentials.session.id
        // A store that fails while a session ends leaves it to the next attempt.
        yield* Effect.raceFirst(Effect.exit(keepUp(credentials)), when(session.credentials, isOver))
      }
    }
  })

  yield* Effect.forkScoped(run)

  return {
    status,
    send: (request, onSent) =>
      Effect.flatMap(when(link, isOpen), ({ link, limits }): Effect.Effect<unknown, Lost | TooLarge> => {
        const actual = sizeOf(request)
        // The server would cut the connection, and every other call with it.
        if (actual > limits.frameBytes) {
          return Effect.fail(new TooLarge({ what: "request", limit: limits.frameBytes, actual }))
        }
        onSent()
        return link.call(request)
      }),
    reconnect: Effect.suspend(() => {
      wake()
      return link.get()?.link.probe(probeTimeout) ?? Effect.void
    }),
  }
})

const positionOf = (state: State): Sync.Position => ({
  cursors: cursors(state),
  ...(state.stamp === null ? {} : { stamp: state.stamp }),
})

const isSignedIn = (credentials: Credentials | null): credentials is Credentials => credentials !== null

interface Open {
  readonly link: Link.Link
  readonly limits: Limits
}

const isOpen = (open: Open | null): open is Open => open !== null

const encoder = new TextEncoder()

// In bytes, and rather more than less.
const sizeOf = ({ payload, token = "" }: Link.Request): number =>
  encoder.encode(JSON.stringify(payload) ?? "").length + token.length + 256

// Somewhere within the window that the server gave, in milliseconds.
const spread = (reason = ""): Effect.Effect<number> =>
  Effect.map(Random.next, (random) => {
    const [, window = "0"] = /"window":\s*(\d{1,6})/u.exec(reason) ?? []
    return Math.round(random * Math.max(500, Number(window)))
  })

const reasonOf = (end: { readonly message: string } | Lost | undefined): string =>
  end === undefined ? "an unexpected fault" : end instanceof Lost ? end.detail : end.message
