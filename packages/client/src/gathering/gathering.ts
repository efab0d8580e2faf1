/** Tells a server what is newest of many things, as seldom as can be. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

interface Options<W, A, E> {
  readonly send: (word: W) => Effect.Effect<A, E>
  /** What is left to say of two words for the same thing. */
  readonly merge: (before: W, after: W) => W
  /** So many milliseconds pass before each word: those that come meanwhile are in it. */
  readonly pause: number
  readonly scope: Scope.Scope
}

interface Waiting<W, A, E> {
  word: W
  readonly done: Deferred.Deferred<A, E>
}

/**
 * Says a word about the thing of this key; done when the server knows. While one is on its way, those about the same
 * thing are gathered, and only what is left to say of them follows.
 */
export const makeGathering = <W, A, E>({ send, merge, pause, scope }: Options<W, A, E>) => {
  const sending = new Set<string>()
  const next = new Map<string, Waiting<W, A, E>>()

  const sendNext = (key: string): Effect.Effect<void> =>
    Effect.suspend(() => {
      const waiting = next.get(key)
      if (waiting === undefined) {
        sending.delete(key)
        return Effect.void
      }
      next.delete(key)
      return send(waiting.word).pipe(
        Effect.exit,
        Effect.flatMap((exit) => Deferred.done(waiting.done, exit)),
        Effect.andThen(later(key)),
      )
    })
  const later = (key: string) => (pause === 0 ? sendNext(key) : Effect.delay(sendNext(key), pause))

  return (key: string, word: W): Effect.Effect<void, E> =>
    Effect.suspend(() => {
      const known = next.get(key)
      const waiting = known ?? { word, done: Deferred.makeUnsafe<A, E>() }
      if (known !== undefined) known.word = merge(known.word, word)
      next.set(key, waiting)
      const start = sending.has(key) ? Effect.void : Effect.forkIn(later(key), scope)
      sending.add(key)
      return Effect.andThen(start, Effect.asVoid(Deferred.await(waiting.done)))
    })
}
