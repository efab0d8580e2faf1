import type { StorageUnavailable } from "@chat/domain/Errors"
import { ConversationId, conversationLog, type LogId } from "@chat/domain/Ids"
import type { Cursor } from "@chat/domain/Sync"
import type { Stamp } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import type { ConversationReader } from "../conversations/ConversationReader.ts"
import type { LogItem } from "../logs/logItems.ts"
import type { LogPart, LogReader, Want } from "../logs/LogReader.ts"
import type { Followed, Follower } from "../followers/Follower.ts"
import type { Directory } from "../users/Directory.ts"
import type { DraftsReader } from "../drafts/draftsReader.ts"
import type { ThreadPositionsReader } from "../messages/threadPositions.ts"
import type { NoticeBoard } from "../notices/board.ts"
import type { Meters } from "../meters/Meters.ts"
import type { MarksReader } from "../receipts/marksReader.ts"
import { makeBeside } from "./beside.ts"
import { type Feed, type SyncRequest, wants } from "./FeedState.ts"
import type { SharedPart, SharedReader } from "./sharedReader.ts"
import type { SyncReader } from "./SyncReader.ts"

const logsPerRead = 20
const itemsPerLog = 100

const nextOf = ({ log, sent, mark }: Followed): Want => ({
  log,
  after: sent,
  limit: itemsPerLog,
  ...(mark === undefined ? {} : { mark }),
})

/** What a feed needs of its node. */
export interface FeedOptions {
  readonly logReader: LogReader["Service"]
  readonly sharedReader: SharedReader
  readonly conversationReader: ConversationReader["Service"]
  readonly syncReader: SyncReader
  readonly directory: Directory["Service"]
  /** What has changed by now is in the directory after this. */
  readonly refreshNames: Effect.Effect<unknown, StorageUnavailable>
  readonly marksReader: MarksReader
  readonly draftsReader: DraftsReader
  readonly threadPositionsReader: ThreadPositionsReader
  readonly noticeBoard: NoticeBoard
  readonly meters: Meters
  readonly gap: number
  readonly gapTotal: number
  /** The node tells the follower of this log from now on. */
  readonly onFollow: (log: LogId, follower: Follower) => void
  readonly onUnfollow: (log: LogId, follower: Follower) => void
}

/**
 * Fills followers' queues from the database: everything at the start, and whatever is behind later. The account's log
 * goes first, because it says which other logs there are.
 */
export const makeFeeder = (options: FeedOptions) => {
  const { logReader, sharedReader, conversationReader, syncReader, directory, noticeBoard, meters } = options
  const beside = makeBeside(options)

  const follow = (feed: Feed, log: LogId, cursor: Cursor | undefined, head: number): Followed => {
    const followed = feed.follower.follow(log, cursor, head)
    // Also what appears on the way, which may have been there before: it had gone and come back.
    if (feed.stamp !== undefined) feed.targets.set(log, head)
    options.onFollow(log, feed.follower)
    return followed
  }

  const unfollow = ({ follower, targets }: Feed, log: LogId): void => {
    follower.logs.delete(log)
    targets.delete(log)
    options.onUnfollow(log, follower)
  }

  /** Follows everything that the account can see. Each log is read after this, so that nothing in between is missed. */
  const start = Effect.fnUntraced(function* (feed: Feed, request: SyncRequest) {
    const { follower, account, own, cursors } = feed
    const found = yield* syncReader.start(account, request.stamp)
    feed.stamp = found.stamp
    // The stamp says that whatever changed before it was sent, and so nothing older may be from here on.
    yield* options.refreshNames
    // Whoever has nothing yet gets everybody as they are now.
    if (request.cursors.length > 0) {
      for (const user of yield* syncReader.alteredFor(account, request.stamp)) follower.userAltered(user)
    }
    yield* noticeBoard.refresh
    if (wants(feed, own) && noticeBoard.isNewsTo(request)) follower.noticesMoved()
    if (wants(feed, own)) {
      const followed = follow(feed, own, cursors.get(own), 0)
      // Whatever its head is now, the account's log is read to its end before anything else.
      feed.targets.set(own, followed.sent)
    }
    let budget = options.gapTotal
    for (const { log, head, moved } of found.logs) {
      if (!wants(feed, log)) continue
      const followed = follow(feed, log, cursors.get(log), head)
      if (moved) followed.positions++
      if (followed.snapshot === undefined) {
        meters.resumeGap.observe(Math.max(0, head - followed.sent))
        budget -= Math.max(0, head - followed.sent)
        if (budget < 0) followed.snapshot = "gap"
      }
    }
  })

  /** Once, when every log has reached the head that it had at the start: the stamp of the start. */
  const caughtUp = (feed: Feed): Stamp | undefined => {
    const { follower, own, targets, stamp } = feed
    if (stamp === undefined || follower.hasAltered || beside.isOpen(feed)) return undefined
    for (const [log, target] of targets) {
      const followed = follower.logs.get(log)
      // A mark that has still to be compared may be of another history.
      const reached =
        followed === undefined ||
        (followed.closed && !wants(feed, own)) ||
        (followed.snapshot === undefined && followed.mark === undefined && followed.sent >= target)
      if (!reached || (log === own && followed?.behind)) return undefined
      targets.delete(log)
    }
    feed.stamp = undefined
    return stamp
  }

  /** Reads something that is behind; false if nothing is. */
  const step = (feed: Feed): Effect.Effect<boolean, StorageUnavailable> => {
    const { follower, own } = feed
    const first = follower.logs.get(own)
    if (first?.behind) return Effect.as(feedAccount(feed, first), true)
    if (follower.hasAltered) return Effect.as(feedAltered(follower), true)
    const behind: Array<Followed> = []
    for (const followed of follower.logs.values()) {
      if (followed.behind && !followed.closed && behind.push(followed) === logsPerRead) break
    }
    if (behind.length === 0) {
      const next = beside.next(feed)
      return next === undefined ? Effect.succeed(false) : Effect.as(next, true)
    }
    for (const followed of behind) {
      if (followed.head - followed.sent > options.gap) followed.snapshot ??= "gap"
    }
    const snapshots = behind.filter(({ snapshot }) => snapshot !== undefined)
    return Effect.as(snapshots.length > 0 ? feedSnapshots(feed, snapshots) : feedLogs(feed, behind), true)
  }

  const feedAltered = Effect.fnUntraced(function* (follower: Follower) {
    const users = follower.takeAltered()
    const known = yield* Effect.onError(directory.resolve(users), () =>
      Effect.sync(() => users.forEach((user) => follower.userAltered(user))),
    )
    for (const user of known.values()) follower.send({ _tag: "UserChanged", user })
  })

  // The account's log says so, though nobody may have told of it yet.
  const closeForGood = ({ follower, own }: Feed, followed: Followed): void => {
    followed.closed = true
    const first = follower.logs.get(own)
    if (first !== undefined) first.behind = true
  }

  // Whether the account left and came back is for its own log to say, and first.
  const ownIsBehind = Effect.fnUntraced(function* ({ follower, own }: Feed) {
    const first = follower.logs.get(own)
    if (first === undefined) return false
    if (first.sent < (yield* syncReader.headOf(own))) first.behind = true
    return first.behind
  })

  const feedSnapshots = Effect.fnUntraced(function* (feed: Feed, logs: ReadonlyArray<Followed>) {
    const { follower, account } = feed
    const before = logs.map((followed) => ({ ...followed }))
    const ids = logs.map(({ log }) => ConversationId.make(log))
    const conversations = new Map(
      (yield* conversationReader.some(account, ids)).map((conversation) => [
        conversationLog(conversation.id),
        conversation,
      ]),
    )
    if (yield* ownIsBehind(feed)) return
    for (const [index, followed] of logs.entries()) {
      const conversation = conversations.get(followed.log)
      if (conversation === undefined || follower.logs.get(followed.log) !== followed) {
        closeForGood(feed, followed)
        continue
      }
      const reason = followed.snapshot ?? "new"
      followed.sent = conversation.seq
      followed.from = conversation.from
      followed.mark = undefined
      followed.snapshot = undefined
      followed.positions -= before[index]?.positions ?? 0
      followed.behind = followed.head > Math.max(before[index]?.head ?? 0, conversation.seq) || followed.positions > 0
      follower.send({ _tag: "ConversationSnapshot", conversation, reason })
      meters.snapshots(reason).value++
    }
  })

  const feedLogs = Effect.fnUntraced(function* (feed: Feed, logs: ReadonlyArray<Followed>) {
    const before = new Map(logs.map((followed) => [followed.log, { ...followed }]))
    const parts = yield* sharedReader.read(feed.account, logs.map(nextOf), {
      positions: logs.some(({ positions }) => positions > 0),
    })
    const read = new Map(parts.map((part) => [part.log, part]))
    const isEarlier = ({ log, sent }: Followed) => sent < (read.get(log)?.joined ?? 0)
    if (logs.some(isEarlier) && (yield* ownIsBehind(feed))) return
    for (const followed of logs) {
      const part = read.get(followed.log)
      const then = before.get(followed.log)
      if (part === undefined || then === undefined) closeForGood(feed, followed)
      else feedPart(feed, followed, part, then)
    }
  })

  const feedPart = (feed: Feed, followed: Followed, part: SharedPart, then: Followed): void => {
    if (!part.markHolds || part.last < followed.sent) {
      // The client's cursor is not of this log: what it has is of another history.
      followed.snapshot = "mark"
      if (!part.open) closeForGood(feed, followed)
      return
    }
    // It left and came back where it cannot be told any more: the client is past that in the account's log.
    const cameBack = followed.sent < (part.joined ?? 0)
    if (cameBack || (part.last - part.to > options.gap && part.open)) {
      followed.snapshot = "gap"
      return
    }
    followed.mark = undefined
    followed.from = part.from ?? followed.from
    for (const item of part.items) feed.follower.forward(item)
    const atEnd = part.to >= part.last
    if (atEnd && part.position !== undefined && followed.positions > 0 && !followed.closed) {
      const conversation = ConversationId.make(followed.log)
      feed.follower.send({ _tag: "PositionChanged", conversation, ...part.position })
      followed.positions -= then.positions
    }
    if (atEnd && !part.open) followed.closed = true
    followed.behind = !atEnd || followed.head > Math.max(then.head, part.last) || followed.positions > 0
  }

  const feedAccount = Effect.fnUntraced(function* (feed: Feed, followed: Followed) {
    const { follower, account } = feed
    const { head } = followed
    if (followed.snapshot !== undefined) return yield* feedAccountSnapshot(feed, followed)
    const [part] = yield* sharedReader.read(account, [nextOf(followed)], { positions: false })
    if (part === undefined || !part.markHolds || part.last < followed.sent) {
      followed.snapshot = "mark"
      return
    }
    if (part.last - followed.sent > options.gap) {
      followed.snapshot = "gap"
      return
    }
    followed.mark = undefined
    for (const { item } of part.items) {
      // What goes brings its last events along.
      if (follower.isFull) return
      yield* feedAccountItem(feed, item)
    }
    followed.behind = part.to < part.last || followed.head > Math.max(head, part.last)
  })

  const feedAccountSnapshot = Effect.fnUntraced(function* (feed: Feed, followed: Followed) {
    const { follower, account, own, cursors } = feed
    const { head } = followed
    const snapshot = yield* syncReader.accountSnapshot(account)
    const there = new Set(snapshot.conversations.map(conversationLog))
    const reason = followed.snapshot ?? "new"
    follower.send({ _tag: "AccountSnapshot", ...snapshot, reason })
    meters.snapshots(reason).value++
    // What the client has of it may be of another history.
    if (reason !== "new") follower.noticesMoved()
    followed.sent = snapshot.seq
    followed.mark = undefined
    followed.snapshot = undefined
    followed.behind = followed.head > Math.max(head, snapshot.seq)
    for (const [log, other] of follower.logs) {
      if (log === own) continue
      // What the account's events would have said is not known: it may have left and come back.
      if (there.has(log)) follow(feed, log, undefined, other.head).snapshot = reason
      else unfollow(feed, log)
    }
    cursors.clear()
    for (const log of there) if (!follower.logs.has(log) && wants(feed, log)) follow(feed, log, undefined, 0)
  })

  const feedAccountItem = Effect.fnUntraced(function* (feed: Feed, item: LogItem) {
    const { follower, cursors } = feed
    const event = item._tag === "Event" ? item.event : undefined
    if (event?.type === "ConversationGone") {
      const log = conversationLog(event.data.conversation)
      yield* feedUntil(feed, log, event.data.last)
      unfollow(feed, log)
      cursors.delete(log)
    }
    follower.send(item)
    if (event?.type === "ConversationAppeared") {
      const log = conversationLog(event.data.conversation)
      // Whatever the client has of it is from before it was gone.
      cursors.delete(log)
      if (wants(feed, log)) follow(feed, log, undefined, 0)
    }
  })

  // What the client may still have of a log that is gone, so that the word of it comes after its last event.
  const feedUntil = Effect.fnUntraced(function* (feed: Feed, log: LogId, last: number) {
    const { follower, account, cursors } = feed
    const followed = follower.logs.get(log)
    const cursor = cursors.get(log)
    const known = followed?.snapshot === undefined ? (followed ?? cursor) : undefined
    if (known === undefined || !wants(feed, log)) return
    let after: number = "sent" in known ? known.sent : known.seq
    let { mark } = known
    if (last - after > options.gap) return
    while (after < last) {
      const parts: ReadonlyArray<LogPart> = yield* logReader.read(
        account,
        [{ log, after, until: last, limit: itemsPerLog, ...(mark === undefined ? {} : { mark }) }],
        { positions: false },
      )
      const [part] = parts
      if (part === undefined || !part.markHolds || part.items.length === 0) return
      for (const item of part.items) follower.send(item)
      after = part.to
      mark = undefined
    }
  })

  return { start, step, caughtUp }
}
