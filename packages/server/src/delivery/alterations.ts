import type { StorageUnavailable } from "@chat/domain/Errors"
import type { LogId, UserId } from "@chat/domain/Ids"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type { Directory } from "../users/Directory.ts"
import { BoundedMap } from "../limits/BoundedMap.ts"
import { rounds } from "../rounds/rounds.ts"
import type { Follower } from "../followers/Follower.ts"
import type { SyncReader } from "./SyncReader.ts"

const maxAnnounced = 10_000

interface Options {
  readonly syncReader: SyncReader
  readonly directory: Directory["Service"]
  readonly followersOf: (log: LogId) => Iterable<Follower>
  /** Those that are still finding out which logs they follow. */
  readonly starting: () => Iterable<Follower>
  readonly untilAvailable: <A>(effect: Effect.Effect<A, StorageUnavailable>) => Effect.Effect<A>
}

/**
 * Tells followers of users that changed. What a node knows of a user is made new first, so that whoever begins to follow
 * afterwards reads what is new.
 */
export const makeAlterations = ({ syncReader, directory, followersOf, starting, untilAvailable }: Options) => {
  const waiting = new Set<UserId>()
  const announced = new BoundedMap<UserId, number>(maxAnnounced)
  const wake = Latch.makeUnsafe(false)

  /** A user may have changed. */
  const heard = (user: UserId): void => {
    waiting.add(user)
    wake.openUnsafe()
  }

  const announce = Effect.fnUntraced(function* (ids: ReadonlyArray<UserId>) {
    for (const [id, { rev = 0 }] of yield* directory.refresh(ids)) {
      // The head check hears of a change again, and more than once while some transaction is slow.
      if ((announced.get(id) ?? 0) >= rev) continue
      const logs = yield* syncReader.logsOf(id)
      for (const follower of starting()) follower.userAltered(id)
      for (const log of logs) for (const follower of followersOf(log)) follower.userAltered(id)
      announced.set(id, rev)
    }
  })

  const round = Effect.gen(function* () {
    yield* wake.await
    wake.closeUnsafe()
    const ids = [...waiting]
    waiting.clear()
    yield* untilAvailable(announce(ids))
  })

  return { heard, run: rounds("who changed could not be told", round) }
}
