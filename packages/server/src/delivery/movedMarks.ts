import type { StorageUnavailable } from "@chat/domain/Errors"
import { conversationLog, type LogId } from "@chat/domain/Ids"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import { type Follower, markKey, type MovedMark } from "../followers/Follower.ts"
import { Outgoing } from "../followers/Outgoing.ts"
import { rounds } from "../rounds/rounds.ts"
import type { MarksReader, Sighting } from "../receipts/marksReader.ts"

interface Options {
  readonly marksReader: Pick<MarksReader, "sightings">
  readonly followersOf: (log: LogId) => Iterable<Follower>
  readonly untilAvailable: <A>(effect: Effect.Effect<A, StorageUnavailable>) => Effect.Effect<A>
}

/** Somebody who may have to be told of a mark, and where they were in their account's log before it was read. */
interface Asking {
  readonly follower: Follower
  readonly mark: MovedMark
  readonly sent: number
}

/**
 * Tells followers of marks that moved. Everybody in a conversation gets the same message at the same moment, and says so
 * to everybody else there: what moved meanwhile is read in one query for all of them, and encoded once. Whoever lacks
 * something else reads it alone, later.
 */
export const makeMovedMarks = ({ marksReader, followersOf, untilAvailable }: Options) => {
  let waiting = new Map<string, MovedMark>()
  const wake = Latch.makeUnsafe(false)

  const heard = (mark: MovedMark): void => {
    waiting.set(markKey(mark), mark)
    wake.openUnsafe()
  }

  const ask = (mark: MovedMark): ReadonlyArray<Asking> => {
    const asking: Array<Asking> = []
    for (const follower of followersOf(mark.log)) {
      if (follower.account === mark.account) continue
      const sent = follower.restsAt(mark.log)
      if (sent === undefined) follower.markMoved(mark)
      else asking.push({ follower, mark, sent })
    }
    return asking
  }

  const answer = (asking: ReadonlyArray<Asking>, sightings: ReadonlyArray<Sighting>): void => {
    const seen = Map.groupBy(
      sightings.map(({ viewers, mark }) => ({
        viewers: new Set(viewers),
        key: markKey({ log: conversationLog(mark.conversation), account: mark.user }),
        item: new Outgoing({ _tag: "MarksChanged", ...mark }),
      })),
      ({ key }) => key,
    )
    for (const { follower, mark, sent } of asking) {
      // Whether they may see it may be different now, as their account's log says, which they have been sent meanwhile.
      if (follower.restsAt(mark.log) !== sent) follower.markMoved(mark)
      else {
        const sighting = seen.get(markKey(mark))?.find(({ viewers }) => viewers.has(follower.account))
        if (sighting !== undefined) follower.share(sighting.item)
      }
    }
  }

  const round = Effect.gen(function* () {
    yield* wake.await
    wake.closeUnsafe()
    const moved = [...waiting.values()]
    waiting = new Map()
    const asking = moved.flatMap(ask)
    if (asking.length === 0) return
    yield* untilAvailable(marksReader.sightings(moved)).pipe(
      Effect.map((sightings) => answer(asking, sightings)),
      // Each reads alone what cannot be read for all; and what moves later is told again.
      Effect.catchDefect((defect) => {
        for (const { follower, mark } of asking) follower.markMoved(mark)
        return Effect.logError("Marks that moved could not be read for all at once", defect)
      }),
    )
  })

  return { heard, run: rounds("marks that moved could not be told", round) }
}
