/** Where a sign-in is kept. Promises and plain values, so that anybody can bring a store of their own. */
import type { SignedIn } from "@chat/domain/SessionRpcs"

/** A sign-in: the account, the session and its tokens. A secret. */
export type Credentials = SignedIn

/**
 * A place for one sign-in, which several processes or tabs may share. `save` replaces the whole; a reader sees the old or
 * the new and nothing between. A promise that is rejected becomes `StoreFailed`.
 */
export interface TokenStore {
  readonly load: () => Promise<Credentials | null>
  readonly save: (credentials: Credentials) => Promise<void>
  readonly clear: () => Promise<void>
  /**
   * Runs `body` while nobody else who shares the store runs theirs. Tokens are refreshed under it, so that a refresh
   * token is spent once: without it two processes may refresh at once, which the server takes for theft after 30 s.
   */
  readonly withLock: <A>(body: () => Promise<A>) => Promise<A>
}

/** Kept as long as the process lives, and shared by whoever has the same store. */
export const memoryTokenStore = (initial: Credentials | null = null): TokenStore => {
  let kept = initial
  let turn: Promise<unknown> = Promise.resolve()
  return {
    load: async () => kept,
    save: async (credentials) => void (kept = credentials),
    clear: async () => void (kept = null),
    withLock: (body) => {
      const result = turn.then(body, body)
      turn = result.catch(() => undefined)
      return result
    },
  }
}
