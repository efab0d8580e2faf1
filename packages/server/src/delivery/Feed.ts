import type { StorageUnavailable } from "@chat/domain/Errors"
import { accountLog, ConversationId, conversationLog, type LogId } from "@chat/domain/Ids"
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
  readonly onFollow: (log: LogId) => void
  readonly onUnfollow: (log: LogId) => void
}

/** What a client asks for. */
export interface SyncRequest {
  readonly cursors: ReadonlyArray<Cursor>
  readonly stamp: Stamp | undefined
  readonly only: ReadonlyArray<LogId> | undefined
}

/**
 * Fills a follower's queue from the database: everything at the start, and whatever is behind later. The account's log
 * goes first, because it says which other logs there are.
 */
export const makeFeed = (follower: Follower, request: SyncRequest, options: FeedOptions) => {
  const { logReader, sharedReader, conversationReader, syncReader, directory, noticeBoard, meters } = options
  const { account } = follower
  const own = accountLog(account)
  const cursors = new Map(request.cursors.map((cursor) => [cursor.log, cursor]))
  const only = request.only === undefined ? undefined : new Set(request.only)
  const targets = new Map<LogId, number>()
  let stamp: Stamp | undefined

  const wants = (log: LogId) => only === undefined || only.has(log)
  const beside = makeBeside(follower, {
    ...options,
    stamp: request.stamp,
    resumes: request.cursors.length > 0,
    wants,
  })

  const follow = (log: LogId, cursor: Cursor | undefined, head: number): Followed => {
    const followed = follower.follow(log, cursor, head)
    // Also what appears on the way, which may have been there before: it had gone and come back.
    if (stamp !== undefined) targets.set(log, head)
    options.onFollow(log)
    return followed
  }

  const unfollow = (log: LogId): void => {
    follower.logs.delete(log)
    targets.delete(log)
    options.onUnfollow(log)
  }

  /** Follows everything that the account can see. Each log is read after this, so that nothing in between is missed. */
  const start = Effect.gen(function* () {
    const found = yield* syncReader.start(account, request.stamp)
    stamp = found.stamp
    // The stamp says that whatever changed before it was sent, and so nothing older may be from here on.
    yield* options.refreshNames
    // Whoever has nothing yet gets everybody as they are now.
    if (request.cursors.length > 0) {
      for (const user of yield* syncReader.alteredFor(account, request.stamp)) follower.userAltered(user)
    }
    yield* noticeBoard.refresh
    if (wants(own) && noticeBoard.isNewsTo(request)) follower.noticesMoved()
    if (wants(own)) {
      const followed = follow(own, cursors.get(own), 0)
      // Whatever its head is now, the account's log is read to its end before anything else.
      targets.set(own, followed.sent)
    }
    let budget = options.gapTotal
    for (const { log, head, moved } of found.logs) {
      if (!wants(log)) continue
      const followed = follow(log, cursors.get(log), head)
      if (moved) followed.positions++
      if (followed.snapshot === undefined) {
        meters.resumeGap.observe(Math.max(0, head - followed.sent))
        budget -= Math.max(0, head - followed.sent)
        if (budget < 0) followed.snapshot = "gap"
      }
    }
  })

  /** Once, when every log has reached the head that it had at the start: the stamp of the start. */
  const caughtUp = (): Stamp | undefined => {
    if (stamp === undefined || follower.hasAltered || beside.isOpen()) return undefined
    for (const [log, target] of targets) {
      const followed = follower.logs.get(log)
      // A mark that has still to be compared may be of another history.
      const reached =
        followed === undefined ||
        (followed.closed && !wants(own)) ||
        (followed.snapshot === undefined && followed.mark === undefined && followed.sent >= target)
      if (!reached || (log === own && followed?.behind)) return undefined
      targets.delete(log)
    }
    const reached = stamp
    stamp = undefined
    return reached
  }

  /** Reads something that is behind; false if nothing is. */
  const step: Effect.Effect<boolean, StorageUnavailable> = Effect.suspend(() => {
    const first = follower.logs.get(own)
    if (first?.behind) return Effect.as(feedAccount(first), true)
    if (follower.hasAltered) return Effect.as(feedAltered, true)
    const behind: Array<Followed> = []
    for (const followed of follower.logs.values()) {
      if (followed.behind && !followed.closed && behind.push(followed) === logsPerRead) break
    }
    if (behind.length === 0) {
      const next = beside.next()
      return next === undefined ? Effect.succeed(false) : Effect.as(next, true)
    }
    for (const followed of behind) {
      if (followed.head - followed.sent > options.gap) followed.snapshot ??= "gap"
    }
    const snapshots = behind.filter(({ snapshot }) => snapshot !== undefined)
    return Effect.as(snapshots.length > 0 ? feedSnapshots(snapshots) : feedLogs(behind), true)
  })

  const feedAltered = Effect.gen(function* () {
    const users = follower.takeAltered()
    const known = yield* Effect.onError(directory.resolve(users), () =>
      Effect.sync(() => users.forEach((user) => follower.userAltered(user))),
    )
    for (const user of known.values()) follower.send({ _tag: "UserChanged", user })
  })

  // The account's log says so, though nobody may have told of it yet.
  const closeForGood = (followed: Followed): void => {
    followed.closed = true
    const first = follower.logs.get(own)
    if (first !== undefined) first.behind = true
  }

  // Whether the account left and came back is for its own log to say, and first.
  const ownIsBehind = Effect.gen(function* () {
    const first = follower.logs.get(own)
    if (first === undefined) return false
    if (first.sent < (yield* syncReader.headOf(own))) first.behind = true
    return first.behind
  })

  const feedSnapshots = Effect.fnUntraced(function* (logs: ReadonlyArray<Followed>) {
    const before = logs.map((followed) => ({ ...followed }))
    const ids = logs.map(({ log }) => ConversationId.make(log))
    const conversations = new Map(
      (yield* conversationReader.some(account, ids)).map((conversation) => [
        conversationLog(conversation.id),
        conversation,
      ]),
    )
    if (yield* ownIsBehind) return
    for (const [index, followed] of logs.entries()) {
      const conversation = conversations.get(followed.log)
      if (conversation === undefined || follower.logs.get(followed.log) !== followed) {
        closeForGood(followed)
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

  const feedLogs = Effect.fnUntraced(function* (logs: ReadonlyArray<Followed>) {
    const before = new Map(logs.map((followed) => [followed.log, { ...followed }]))
    const parts = yield* sharedReader.read(account, logs.map(nextOf), {
      positions: logs.some(({ positions }) => positions > 0),
    })
    const read = new Map(parts.map((part) => [part.log, part]))
    const isEarlier = ({ log, sent }: Followed) => sent < (read.get(log)?.joined ?? 0)
    if (logs.some(isEarlier) && (yield* ownIsBehind)) return
    for (const followed of logs) {
      const part = read.get(followed.log)
      const then = before.get(followed.log)
      if (part === undefined || then === undefined) closeForGood(followed)
      else feedPart(followed, part, then)
    }
  })

  const feedPart = (followed: Followed, part: SharedPart, then: Followed): void => {
    if (!part.markHolds || part.last < followed.sent) {
      // The client's cursor is not of this log: what it has is of another history.
      followed.snapshot = "mark"
      if (!part.open) closeForGood(followed)
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
    for (const item of part.items) follower.forward(item)
    const atEnd = part.to >= part.last
    if (atEnd && part.position !== undefined && followed.positions > 0 && !followed.closed) {
      const conversation = ConversationId.make(followed.log)
      follower.send({ _tag: "PositionChanged", conversation, ...part.position })
      followed.positions -= then.positions
    }
    if (atEnd && !part.open) followed.closed = true
    followed.behind = !atEnd || followed.head > Math.max(then.head, part.last) || followed.positions > 0
  }

  const feedAccount = Effect.fnUntraced(function* (followed: Followed) {
    const { head } = followed
    if (followed.snapshot !== undefined) return yield* feedAccountSnapshot(followed)
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
      yield* feedAccountItem(item)
    }
    followed.behind = part.to < part.last || followed.head > Math.max(head, part.last)
  })

  const feedAccountSnapshot = Effect.fnUntraced(function* (followed: Followed) {
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
      if (there.has(log)) follow(log, undefined, other.head).snapshot = reason
      else unfollow(log)
    }
    cursors.clear()
    for (const log of there) if (!follower.logs.has(log) && wants(log)) follow(log, undefined, 0)
  })

  const feedAccountItem = Effect.fnUntraced(function* (item: LogItem) {
    const event = item._tag === "Event" ? item.event : undefined
    if (event?.type === "ConversationGone") {
      const log = conversationLog(event.data.conversation)
      yield* feedUntil(log, event.data.last)
      unfollow(log)
      cursors.delete(log)
    }
    follower.send(item)
    if (event?.type === "ConversationAppeared") {
      const log = conversationLog(event.data.conversation)
      // Whatever the client has of it is from before it was gone.
      cursors.delete(log)
      if (wants(log)) follow(log, undefined, 0)
    }
  })

  // What the client may still have of a log that is gone, so that the word of it comes after its last event.
  const feedUntil = Effect.fnUntraced(function* (log: LogId, last: number) {
    const followed = follower.logs.get(log)
    const cursor = cursors.get(log)
    const known = followed?.snapshot === undefined ? (followed ?? cursor) : undefined
    if (known === undefined || !wants(log)) return
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
