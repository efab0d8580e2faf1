import type { StorageUnavailable } from "@chat/domain/Errors"
import { conversationLog, type LogId, type UserId } from "@chat/domain/Ids"
import type { SyncItem } from "@chat/domain/Sync"
import { Stamp } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import type { DraftsReader } from "../drafts/draftsReader.ts"
import type { Follower, MovedMark, MovedThread } from "../followers/Follower.ts"
import type { Moved } from "../followers/Moved.ts"
import type { ThreadPositionsReader } from "../messages/threadPositions.ts"
import type { NoticeBoard } from "../notices/board.ts"
import type { MarksReader } from "../receipts/marksReader.ts"

/** Before every change. */
const beginning = Stamp.make("0")

/** Since when what stands beside the logs has still to be sent; undefined: it has been. */
export interface Unsent {
  marks: Stamp | undefined
  threads: Stamp | undefined
  drafts: Stamp | undefined
}

/** `resumes`: the client has something already; what of it has changed cannot be told without a stamp. */
export const unsentSince = (stamp: Stamp | undefined, resumes: boolean): Unsent => {
  // Whoever has nothing yet gets with each conversation what is their own.
  const since = stamp ?? (resumes ? beginning : undefined)
  // Of whoever has nothing yet, marks are asked for.
  return { marks: stamp, threads: since, drafts: since }
}

/** Whom it is for. */
interface Beside extends Unsent {
  readonly follower: Follower
  readonly only: ReadonlySet<LogId> | undefined
}

interface Options {
  readonly marksReader: MarksReader
  readonly draftsReader: DraftsReader
  readonly threadPositionsReader: ThreadPositionsReader
  readonly noticeBoard: NoticeBoard
}

/** One kind: what moved of it is read, and at the start what has changed since a stamp. */
interface Kind {
  readonly isOpen: (to: Beside) => boolean
  readonly isMissing: (to: Beside) => boolean
  readonly feed: (to: Beside) => Effect.Effect<void, StorageUnavailable>
}

type Read<A> = (
  account: UserId,
  moved: ReadonlyArray<A>,
  since: Stamp | undefined,
) => Effect.Effect<ReadonlyArray<BesideItem>, StorageUnavailable>
type BesideItem = Extract<SyncItem, { readonly _tag: "MarksChanged" | "ThreadPositionChanged" | "DraftChanged" }>

const kind = <A>(name: keyof Unsent, movedOf: (follower: Follower) => Moved<A>, read: Read<A>): Kind => ({
  isOpen: (to) => to[name] !== undefined,
  isMissing: (to) => to[name] !== undefined || !movedOf(to.follower).isEmpty,
  feed: Effect.fnUntraced(function* (to) {
    const { follower, only } = to
    const moved = movedOf(follower)
    const taken = moved.take()
    const items = yield* Effect.onError(read(follower.account, [...taken.values()], to[name]), () =>
      Effect.sync(() => moved.giveBack(taken)),
    )
    to[name] = undefined
    for (const item of items) {
      if (only === undefined || only.has(conversationLog(item.conversation))) follower.send(item)
    }
  }),
})

/**
 * What stands beside the logs, where only the latest counts, wherever it comes among the rest: how far others have got,
 * how far threads have been read, drafts, and what is told to everybody.
 */
export const makeBeside = ({ marksReader, draftsReader, threadPositionsReader, noticeBoard }: Options) => {
  const marks: Read<MovedMark> = Effect.fnUntraced(function* (account, moved, since) {
    const found = [
      ...(since === undefined ? [] : yield* marksReader.since(account, since)),
      ...(moved.length === 0 ? [] : yield* marksReader.moved(account, moved)),
    ]
    return found.flatMap((mark) => [{ _tag: "MarksChanged" as const, ...mark }])
  })
  const threads: Read<MovedThread> = (account, moved, since) =>
    Effect.map(threadPositionsReader.some(account, moved, since), (positions) =>
      positions.map((position) => ({ _tag: "ThreadPositionChanged", ...position })),
    )
  const drafts: Read<LogId> = (account, moved, since) =>
    Effect.map(draftsReader.some(account, moved, since), (found) =>
      found.map((draft) => ({ _tag: "DraftChanged", ...draft })),
    )
  const notices: Kind = {
    isOpen: ({ follower }) => follower.hasMovedNotices,
    isMissing: ({ follower }) => follower.hasMovedNotices,
    // From memory, so that what is read later is sent later.
    feed: ({ follower }) =>
      Effect.sync(() => {
        follower.hasMovedNotices = false
        follower.send({ _tag: "NoticesChanged", notices: noticeBoard.inForce() })
      }),
  }
  const kinds: ReadonlyArray<Kind> = [
    kind("marks", ({ movedMarks }) => movedMarks, marks),
    kind("threads", ({ movedThreads }) => movedThreads, threads),
    kind("drafts", ({ movedDrafts }) => movedDrafts, drafts),
    notices,
  ]
  return {
    /** Something from before the start has still to be sent. */
    isOpen: (to: Beside) => kinds.some(({ isOpen }) => isOpen(to)),
    /** Reads something that is missing; `undefined`: nothing is. */
    next: (to: Beside): Effect.Effect<void, StorageUnavailable> | undefined =>
      kinds.find(({ isMissing }) => isMissing(to))?.feed(to),
  }
}
