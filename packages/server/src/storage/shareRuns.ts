import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/**
 * Runs an effect once for all who ask for it meanwhile. Whoever asks while it runs gets the next run: what anybody gets
 * was read after they asked. A run goes to its end, whoever has stopped waiting.
 */
export const shareRuns = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<Effect.Effect<A, E>, never, Scope.Scope> =>
  Effect.map(Effect.scope, (scope) => {
    let next: Deferred.Deferred<A, E> | undefined
    let running = false

    const run = Effect.suspend(() => {
      // It is only run while there is one.
      const done = next ?? Deferred.makeUnsafe<A, E>()
      next = undefined
      return Effect.exit(Effect.onExit(effect, (exit) => Deferred.done(done, exit)))
    })
    const runAll = Effect.whileLoop({ while: () => next !== undefined, body: () => run, step: () => undefined }).pipe(
      Effect.ensuring(Effect.sync(() => void (running = false))),
      Effect.forkIn(scope),
    )

    return Effect.suspend(() => {
      const asked = (next ??= Deferred.makeUnsafe<A, E>())
      if (running) return Deferred.await(asked)
      running = true
      return Effect.andThen(runAll, Deferred.await(asked))
    })
  })
