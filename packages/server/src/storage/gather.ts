import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

interface Asked<I, A, E> {
  readonly inputs: Array<I>
  readonly done: Deferred.Deferred<A, E>
  size: number
}

/** How much is asked at once; without it, whatever there is. */
interface Bound<I> {
  readonly most: number
  readonly size: (input: I) => number
}

/**
 * Answers all who ask at about the same time at once: `run` gets what they ask, and each of them gets all that it answers.
 * Whoever asks while it runs is in the next run, so that what anybody gets was read after they asked. A run goes to its
 * end, whoever has stopped waiting.
 */
export const gather = <I, A, E>(
  run: (inputs: ReadonlyArray<I>) => Effect.Effect<A, E>,
  { most, size }: Bound<I> = { most: 1, size: () => 0 },
): Effect.Effect<(input: I) => Effect.Effect<A, E>, never, Scope.Scope> =>
  Effect.map(Effect.scope, (scope) => {
    const next: Array<Asked<I, A, E>> = []
    let running = false

    const runNext = Effect.suspend(() => {
      const asked = next.shift()
      if (asked === undefined) return Effect.void
      return Effect.exit(
        Effect.onExit(
          Effect.suspend(() => run(asked.inputs)),
          (exit) => Deferred.done(asked.done, exit),
        ),
      )
    })
    const runAll = Effect.whileLoop({
      // Said in the step that finds nobody: after it others may go on, and who asks then has to begin a run.
      while: () => (running = next.length > 0),
      body: () => runNext,
      step: () => undefined,
    }).pipe(Effect.forkIn(scope))

    const ask = (input: I): Asked<I, A, E> => {
      const added = size(input)
      const last = next.at(-1)
      const asked =
        last !== undefined && last.size + added <= most
          ? last
          : { inputs: [], done: Deferred.makeUnsafe<A, E>(), size: 0 }
      if (asked !== last) next.push(asked)
      asked.inputs.push(input)
      asked.size += added
      return asked
    }

    return (input) =>
      // Whoever begins a run and goes away before it has begun would leave the others waiting for it.
      Effect.uninterruptibleMask((restore) => {
        const { done } = ask(input)
        const answer = restore(Deferred.await(done))
        if (running) return answer
        running = true
        return Effect.andThen(runAll, answer)
      })
  })

/** So many are asked about by one query. */
const mostAsks = 200

/**
 * The same for a query that gives rows: each of those who ask gets their own, which are told by `n`, the number of what was
 * asked.
 */
export const gatherRows = <I extends object, A extends { readonly n: number }, E>(
  query: (asks: ReadonlyArray<I & { readonly n: number }>) => Effect.Effect<ReadonlyArray<A>, E>,
): Effect.Effect<(ask: I) => Effect.Effect<ReadonlyArray<A>, E>, never, Scope.Scope> => {
  const answers = (asks: ReadonlyArray<I>) =>
    Effect.map(query(asks.map((ask, n) => ({ ...ask, n }))), (rows) => {
      const byNumber = Map.groupBy(rows, ({ n }) => n)
      return new Map(asks.map((ask, n) => [ask, byNumber.get(n) ?? []]))
    })
  return Effect.map(gather(answers, { most: mostAsks, size: () => 1 }), (ask) => (input) => {
    // Two may ask the same, but each of them by themselves.
    const own = { ...input }
    return Effect.map(ask(own), (all) => all.get(own) ?? [])
  })
}
