import type { StorageUnavailable } from "@chat/domain/Errors"
import { conversationLog, type LogId } from "@chat/domain/Ids"
import type { SyncItem } from "@chat/domain/Sync"
import { Stamp } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import type { DraftsReader } from "../drafts/draftsReader.ts"
import type { Follower } from "../followers/Follower.ts"
import type { Moved } from "../followers/Moved.ts"
import type { ThreadPositionsReader } from "../messages/threadPositions.ts"
import type { NoticeBoard } from "../notices/board.ts"
import type { MarksReader } from "../receipts/marksReader.ts"

/** Before every change. */
const beginning = Stamp.make("0")

/** One kind of what stands beside the logs: what moved of it is read, and at the start what has changed since a stamp. */
interface Kind<A> {
  readonly moved: Moved<A>
  readonly since: Stamp | undefined
  readonly read: (
    moved: ReadonlyArray<A>,
    since: Stamp | undefined,
  ) => Effect.Effect<ReadonlyArray<SyncItem>, StorageUnavailable>
}

const makeFeeding = <A>(follower: Follower, { moved, since, read }: Kind<A>) => {
  let unsent = since
  return {
    /** What has changed since the stamp has still to be sent. */
    isOpen: () => unsent !== undefined,
    isMissing: () => unsent !== undefined || !moved.isEmpty,
    feed: Effect.gen(function* () {
      const taken = moved.take()
      const items = yield* Effect.onError(read([...taken.values()], unsent), () =>
        Effect.sync(() => moved.giveBack(taken)),
      )
      unsent = undefined
      for (const item of items) follower.send(item)
    }),
  }
}

interface Options {
  readonly marksReader: MarksReader
  readonly draftsReader: DraftsReader
  readonly threadPositionsReader: ThreadPositionsReader
  readonly noticeBoard: NoticeBoard
  /** The stamp that the client came with. */
  readonly stamp: Stamp | undefined
  /** The client has something already: what of it has changed cannot be told without a stamp. */
  readonly resumes: boolean
  readonly wants: (log: LogId) => boolean
}

/**
 * What stands beside the logs, where only the latest counts, wherever it comes among the rest: how far others have got,
 * how far threads have been read, drafts, and what is told to everybody.
 */
export const makeBeside = (follower: Follower, options: Options) => {
  const { marksReader, draftsReader, threadPositionsReader, noticeBoard, stamp, resumes, wants } = options
  const { account, movedMarks, movedThreads, movedDrafts } = follower
  // Whoever has nothing yet gets with each conversation what is their own.
  const since = stamp ?? (resumes ? beginning : undefined)
  const kinds = [
    makeFeeding(follower, {
      moved: movedMarks,
      // Of whoever has nothing yet, marks are asked for.
      since: stamp,
      read: Effect.fnUntraced(function* (moved, since) {
        const marks = [
          ...(since === undefined ? [] : yield* marksReader.since(account, since)),
          ...(moved.length === 0 ? [] : yield* marksReader.moved(account, moved)),
        ]
        return marks.flatMap((mark) =>
          wants(conversationLog(mark.conversation)) ? [{ _tag: "MarksChanged" as const, ...mark }] : [],
        )
      }),
    }),
    makeFeeding(follower, {
      moved: movedThreads,
      since,
      read: Effect.fnUntraced(function* (moved, since) {
        const positions = yield* threadPositionsReader.some(account, moved, since)
        return positions.flatMap((position) =>
          wants(conversationLog(position.conversation))
            ? [{ _tag: "ThreadPositionChanged" as const, ...position }]
            : [],
        )
      }),
    }),
    makeFeeding(follower, {
      moved: movedDrafts,
      since,
      read: Effect.fnUntraced(function* (moved, since) {
        const drafts = yield* draftsReader.some(account, moved, since)
        return drafts.flatMap((draft) =>
          wants(conversationLog(draft.conversation)) ? [{ _tag: "DraftChanged" as const, ...draft }] : [],
        )
      }),
    }),
    {
      isOpen: () => follower.hasMovedNotices,
      isMissing: () => follower.hasMovedNotices,
      // From memory, so that what is read later is sent later.
      feed: Effect.sync(() => {
        follower.hasMovedNotices = false
        follower.send({ _tag: "NoticesChanged", notices: noticeBoard.inForce() })
      }),
    },
  ]
  return {
    /** Something from before the start has still to be sent. */
    isOpen: () => kinds.some((kind) => kind.isOpen()),
    /** Reads something that is missing; `undefined`: nothing is. */
    next: (): Effect.Effect<void, StorageUnavailable> | undefined => kinds.find((kind) => kind.isMissing())?.feed,
  }
}
