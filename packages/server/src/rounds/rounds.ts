import * as Effect from "effect/Effect"

/** After a fault of ours, so that one that comes back at once does not keep the node busy. */
const pause = "1 second"

/**
 * Goes round for as long as its scope lives. A fault of ours ends one round, with a line in the log, and not all that
 * would follow: nobody would notice that something is not done any more.
 */
export const rounds = <R>(what: string, round: Effect.Effect<unknown, never, R>): Effect.Effect<never, never, R> =>
  round.pipe(
    Effect.catchDefect((defect) =>
      Effect.andThen(Effect.logError(`A fault of the server: ${what}`, defect), Effect.sleep(pause)),
    ),
    Effect.forever,
  )
