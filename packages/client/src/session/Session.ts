/**
 * Who this client is, and the token that proves it.
 *
 * Tokens are refreshed when the server says that one has expired, and for no other reason: it alone knows its clock, and
 * a lost connection says nothing about a token. A refresh goes over HTTP, so that it neither needs a live connection nor
 * dies with one; if its answer is lost, the same refresh token gets the same successor again.
 */
import { Unauthenticated } from "@chat/domain/Errors"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Semaphore from "effect/Semaphore"
import { Cell, type Observable } from "../Observable.ts"
import { describe, type ProtocolError, StoreFailed } from "../Errors.ts"
import type { Lost } from "../wire/Transport.ts"
import type { Payload, Refusal, Success } from "../wire/Codec.ts"
import type { Credentials, TokenStore } from "./TokenStore.ts"

export interface Session {
  readonly credentials: Observable<Credentials | null>
  /** Why there are no credentials. */
  readonly ended: () => Unauthenticated["reason"]
  /** The access token, which may have expired. */
  readonly token: Effect.Effect<string, Unauthenticated>
  /** Gets a new access token in the place of one that has expired; however many ask, one refresh is made. */
  readonly renew: (expired: string) => Effect.Effect<void, RenewError>
  readonly begin: (credentials: Credentials) => Effect.Effect<void, StoreFailed>
  /**
   * The server does not take a token any more. Forgets the credentials, here and in the store, unless there are others by
   * now.
   */
  readonly refuse: (token: string, reason: Unauthenticated["reason"]) => Effect.Effect<void, StoreFailed>
}

export type RenewError = Lost | Refusal<"Refresh"> | ProtocolError | StoreFailed

type Refresh = (
  payload: Payload<"Refresh">,
) => Effect.Effect<Success<"Refresh">, Lost | Refusal<"Refresh"> | ProtocolError>

export const make = Effect.fnUntraced(function* (
  store: TokenStore,
  refresh: Refresh,
): Effect.fn.Return<Session, StoreFailed> {
  const context = yield* Effect.context<never>()
  const credentials = new Cell<Credentials | null>(yield* attempt(store.load))
  const one = Semaphore.makeUnsafe(1)
  let ended: Unauthenticated["reason"] = "missing"

  const missing = () => new Unauthenticated({ reason: ended })

  const over = (reason: Unauthenticated["reason"]) => {
    ended = reason
    credentials.set(null)
    return missing()
  }

  // Runs under the lock of the store: what it holds now is the truth.
  const renewStored = Effect.fnUntraced(function* (expired: string) {
    const stored = yield* attempt(store.load)
    if (stored === null) return yield* over("missing")
    if (stored.tokens.accessToken !== expired) return credentials.set(stored)
    const answer = yield* Effect.exit(refresh({ refreshToken: stored.tokens.refreshToken }))
    if (Exit.isSuccess(answer)) {
      const renewed = { ...stored, tokens: answer.value }
      // Used even if it cannot be kept: the old refresh token brings it again.
      credentials.set(renewed)
      return yield* attempt(() => store.save(renewed))
    }
    const refused = answer.cause.reasons.find((reason) => reason._tag === "Fail")?.error
    if (refused?._tag !== "Unauthenticated") return yield* answer
    const failure = over(refused.reason)
    yield* attempt(store.clear)
    return yield* failure
  })

  const underLock = <E>(body: Effect.Effect<void, E>): Effect.Effect<void, E | StoreFailed> =>
    Effect.flatMap(
      attempt(() => store.withLock(() => Effect.runPromiseExitWith(context)(body))),
      (exit) => exit,
    )

  const renew = (expired: string): Effect.Effect<void, RenewError> =>
    Effect.suspend(() => {
      const now = credentials.get()
      if (now === null) return Effect.fail(missing())
      return now.tokens.accessToken === expired ? underLock(renewStored(expired)) : Effect.void
    }).pipe(
      one.withPermits(1),
      // Once begun it is seen through: what was learnt must be kept.
      Effect.uninterruptible,
    )

  return {
    credentials,
    ended: () => ended,
    token: Effect.suspend(() => {
      const now = credentials.get()
      return now === null ? Effect.fail(missing()) : Effect.succeed(now.tokens.accessToken)
    }),
    renew,
    begin: (signedIn) =>
      Effect.map(underLock(attempt(() => store.save(signedIn))), () => credentials.set(signedIn)).pipe(
        one.withPermits(1),
      ),
    refuse: (token, reason) =>
      underLock(
        Effect.gen(function* () {
          const stored = yield* attempt(store.load)
          if (stored !== null && stored.tokens.accessToken !== token) return credentials.set(stored)
          over(reason)
          yield* attempt(store.clear)
        }),
      ).pipe(Effect.uninterruptible, one.withPermits(1)),
  }
})

const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, StoreFailed> =>
  Effect.tryPromise({ try: run, catch: (cause) => new StoreFailed({ store: "tokens", detail: describe(cause) }) })
