import { IdTaken } from "@chat/domain/Errors"
import type { CommandId, MessageId, UserId } from "@chat/domain/Ids"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** What tells one command from all others. */
export interface CommandKey {
  readonly actor: UserId
  readonly id: CommandId | MessageId
  /** The type of the event that answers it: another type under the same id is another command. */
  readonly type: string
}

/** Runs a command unless it is running already; then waits with the others for its outcome. */
export type InFlight = <A, E>(key: CommandKey, effect: Effect.Effect<A, E>) => Effect.Effect<A, E | IdTaken>

/**
 * Commands that run to their end whether or not anybody still waits: what a caller that went away has asked for is done
 * or not done, never half, and whoever asks again with the same id meanwhile gets the same outcome.
 */
export const makeInFlight: Effect.Effect<InFlight, never, Scope.Scope> = Effect.gen(function* () {
  const scope = yield* Effect.scope
  const running = new Map<string, { readonly type: string; readonly outcome: Effect.Effect<unknown, unknown> }>()

  const start = <A, E>(name: string, type: string, effect: Effect.Effect<A, E>) =>
    Effect.suspend(() => {
      const done = Deferred.makeUnsafe<A, E>()
      running.set(name, { type, outcome: Deferred.await(done) })
      return effect.pipe(
        Effect.onExit((exit) => {
          running.delete(name)
          return Deferred.done(done, exit)
        }),
        Effect.uninterruptible,
        Effect.forkIn(scope, { startImmediately: true }),
        Effect.andThen(Deferred.await(done)),
      )
    })

  return <A, E>({ actor, id, type }: CommandKey, effect: Effect.Effect<A, E>): Effect.Effect<A, E | IdTaken> =>
    Effect.suspend((): Effect.Effect<A, E | IdTaken> => {
      const name = `${actor}/${id}`
      const other = running.get(name)
      if (other === undefined) return start(name, type, effect)
      if (other.type !== type) return Effect.fail(new IdTaken({ id }))
      // The same account, id and type: it is the same command, with the same results and failures.
      return other.outcome as Effect.Effect<A, E>
    })
})
