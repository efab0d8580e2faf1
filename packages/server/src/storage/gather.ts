import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

interface Asked<I, A, E> {
  readonly inputs: Array<I>
  readonly done: Deferred.Deferred<A, E>
}

/**
 * Answers all who ask at about the same time at once: `run` gets what they ask, and each of them gets all that it answers.
 * Whoever asks while it runs is in the next run, so that what anybody gets was read after they asked. A run goes to its
 * end, whoever has stopped waiting.
 */
export const gather = <I, A, E>(
  run: (inputs: ReadonlyArray<I>) => Effect.Effect<A, E>,
): Effect.Effect<(input: I) => Effect.Effect<A, E>, never, Scope.Scope> =>
  Effect.map(Effect.scope, (scope) => {
    let next: Asked<I, A, E> | undefined
    let running = false

    const runNext = Effect.suspend(() => {
      if (next === undefined) return Effect.void
      const { inputs, done } = next
      next = undefined
      return Effect.exit(Effect.onExit(run(inputs), (exit) => Deferred.done(done, exit)))
    })
    const runAll = Effect.whileLoop({
      while: () => next !== undefined,
      body: () => runNext,
      step: () => undefined,
    }).pipe(Effect.ensuring(Effect.sync(() => void (running = false))), Effect.forkIn(scope))

    return (input) =>
      Effect.suspend(() => {
        const { inputs, done } = (next ??= { inputs: [], done: Deferred.makeUnsafe() })
        inputs.push(input)
        if (running) return Deferred.await(done)
        running = true
        return Effect.andThen(runAll, Deferred.await(done))
      })
  })
