import { StorageUnavailable, SyncReplaced, Unauthenticated } from "@chat/domain/Errors"
import type { LogId, SessionId, UserId } from "@chat/domain/Ids"
import type { SyncItem } from "@chat/domain/Sync"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import type { ServerClient } from "effect/rpc/Rpc"
import { ServerConfig } from "../config/ServerConfig.ts"
import { ConversationReader } from "../conversations/ConversationReader.ts"
import { LogReader } from "../logs/LogReader.ts"
import type { Outlet, Source } from "../sessions/CurrentConnection.ts"
import { Sessions } from "../sessions/Sessions.ts"
import { rounds } from "../rounds/rounds.ts"
import { gather } from "../storage/gather.ts"
import { Directory } from "../users/Directory.ts"
import { makeAlterations } from "./alterations.ts"
import { makeFeeder } from "./Feed.ts"
import { type Feed, newFeed, type SyncRequest } from "./FeedState.ts"
import { Follower } from "../followers/Follower.ts"
import { outgoing } from "../followers/Outgoing.ts"
import { makeDraftsReader } from "../drafts/draftsReader.ts"
import { makeThreadPositionsReader } from "../messages/threadPositions.ts"
import { makeNoticeBoard } from "../notices/board.ts"
import { makeMarksReader } from "../receipts/marksReader.ts"
import { Meters } from "../meters/Meters.ts"
import { Hub, type Notice } from "../hub/Hub.ts"
import { Presence } from "../presence/Presence.ts"
import { makeIndex } from "../followers/Index.ts"
import { makeMovedMarks } from "./movedMarks.ts"
import { makeSharedReader } from "./sharedReader.ts"
import { makeSyncReader } from "./SyncReader.ts"

/** Who asks for a `Sync`: each connection has one at a time. */
export interface Subscriber {
  readonly account: UserId
  readonly session: SessionId
  readonly connection: ServerClient
  /** Takes what there is to say by itself; without it, it is said as a stream. */
  readonly stream?: ((source: Source) => Outlet) | undefined
}

/**
 * Everything that everybody may see, as it happens: which `Sync` follows which log on this node, and what each of them
 * has been sent. What the hub does not bring, the head check finds.
 */
export class Delivery extends Context.Service<
  Delivery,
  {
    readonly sync: (
      subscriber: Subscriber,
      request: SyncRequest,
    ) => Stream.Stream<SyncItem, SyncReplaced | Unauthenticated>
    /** Compares everything that is followed with the database now. */
    readonly checkHeads: Effect.Effect<void, StorageUnavailable>
  }
>()("@chat/server/delivery/Delivery") {
  static readonly layer = Layer.effect(
    Delivery,
    Effect.gen(function* () {
      const { limits, headCheck } = yield* ServerConfig
      const logReader = yield* LogReader
      const conversationReader = yield* ConversationReader
      const sessions = yield* Sessions
      const presence = yield* Presence
      const hub = yield* Hub
      const meters = yield* Meters
      const syncReader = yield* makeSyncReader
      const sharedReader = yield* makeSharedReader
      const marksReader = yield* makeMarksReader
      const draftsReader = yield* makeDraftsReader
      const threadPositionsReader = yield* makeThreadPositionsReader
      const noticeBoard = yield* makeNoticeBoard
      const byLog = makeIndex<LogId, Follower>()
      const byAccount = makeIndex<UserId, Follower>()
      const bySession = makeIndex<SessionId, Follower>()
      const byConnection = new WeakMap<ServerClient, Follower>()
      const starting = new Set<Follower>()
      const sum = (of: (follower: Follower) => number) => () => {
        let total = 0
        for (const account of byAccount.keys()) for (const follower of byAccount.get(account)) total += of(follower)
        return total
      }
      meters.syncs.read = sum(() => 1)
      meters.itemsWaiting.read = sum(({ waiting }) => waiting)
      const directory = yield* Directory
      const alterations = makeAlterations({
        syncReader,
        directory,
        followersOf: byLog.get,
        starting: () => starting,
        untilAvailable,
      })
      const movedMarks = makeMovedMarks({ marksReader, followersOf: byLog.get, untilAvailable })
      const checkNow = Latch.makeUnsafe(false)
      // From before anybody follows anything here, so that no change is older than the first check.
      const [now] = yield* untilAvailable(syncReader.changes([], [], undefined))
      let since = now?.stamp
      yield* untilAvailable(noticeBoard.refresh)
      let toldNotices = noticeBoard.rev()

      const advanced = ({ log, seq, events }: Extract<Notice, { readonly _tag: "LogAdvanced" }>): void => {
        const followers = byLog.get(log)
        if (followers.size === 0) return
        const shared = events?.map(outgoing)
        for (const follower of followers) follower.advanced(log, seq, shared)
      }

      const notify = (notice: Notice): void => {
        switch (notice._tag) {
          case "LogAdvanced":
            return advanced(notice)
          case "PositionMoved":
            for (const follower of byAccount.get(notice.account)) follower.positionMoved(notice.log)
            return
          case "MarkMoved":
            return movedMarks.heard(notice)
          case "ThreadRead":
            for (const follower of byAccount.get(notice.account)) follower.threadRead(notice.log, notice.thread)
            return
          case "DraftWritten":
            for (const follower of byAccount.get(notice.account)) follower.draftMoved(notice.log)
            return
          case "UserAltered":
            return alterations.heard(notice.user)
          case "SessionOver":
            for (const follower of bySession.get(notice.session)) follower.end(new Unauthenticated({ reason: "ended" }))
            return
          case "NoticesMoved":
          case "HeadsUnknown":
            checkNow.openUnsafe()
        }
      }

      // Names are read from memory. Those that changed and of which nobody told are read anew.
      const readNames = Effect.gen(function* () {
        const altered = since === undefined ? [] : yield* syncReader.alteredSince(since)
        if (altered.length > 0) yield* directory.refresh(altered)
        return altered
      })
      const refreshNames = (yield* gather(() => readNames))(undefined)

      const endedAmong = yield* gather(sessions.endedAmong)

      const tellOfNotices = (): void => {
        if (noticeBoard.rev() === toldNotices) return
        toldNotices = noticeBoard.rev()
        for (const account of byAccount.keys()) for (const follower of byAccount.get(account)) follower.noticesMoved()
      }

      const checkHeads = Effect.gen(function* () {
        // First, because its stamp is where the next check begins: what is committed while this one reads is found by it.
        const rows = yield* syncReader.changes([...byLog.keys()], [...byAccount.keys()], since)
        const altered = yield* refreshNames
        const marks = since === undefined ? [] : yield* marksReader.changedSince(since)
        const accounts = [...byAccount.keys()]
        const threads = since === undefined ? [] : yield* threadPositionsReader.changedSince(since, accounts)
        const drafts = since === undefined ? [] : yield* draftsReader.changedSince(since, accounts)
        yield* noticeBoard.refresh
        tellOfNotices()
        for (const user of altered) alterations.heard(user)
        for (const mark of marks) notify({ _tag: "MarkMoved", ...mark })
        for (const thread of threads) notify({ _tag: "ThreadRead", ...thread })
        for (const draft of drafts) notify({ _tag: "DraftWritten", ...draft })
        for (const { stamp, log, seq, account } of rows) {
          since = stamp
          if (log === null) continue
          if (account !== null) notify({ _tag: "PositionMoved", account, log })
          else if (seq !== null) notify({ _tag: "LogAdvanced", log, seq })
        }
        for (const session of yield* sessions.endedAmong([...bySession.keys()])) {
          notify({ _tag: "SessionOver", session })
        }
      })

      const timedCheck = Effect.suspend(() => {
        const began = performance.now()
        return Effect.onExit(checkHeads, ({ _tag }) => {
          meters.headChecks(_tag === "Success" ? "ok" : "failed").value++
          meters.headCheckDuration.observe((performance.now() - began) / 1_000)
          return Effect.void
        })
      })

      // Spread out, so that many nodes do not ask at the same moment.
      const nextCheck = Effect.gen(function* () {
        const pause = Duration.times(headCheck, yield* Random.nextBetween(0.8, 1.2))
        yield* Effect.raceFirst(Effect.sleep(pause), checkNow.await)
        // What asks for a check while this one runs gets another.
        checkNow.closeUnsafe()
      })

      const watch = nextCheck.pipe(
        Effect.andThen(timedCheck),
        // The next check says the same.
        Effect.catch(() => Effect.logWarning("The heads could not be compared: the database does not answer")),
      )

      const feeder = makeFeeder({
        logReader,
        sharedReader,
        conversationReader,
        syncReader,
        directory,
        refreshNames,
        marksReader,
        draftsReader,
        threadPositionsReader,
        noticeBoard,
        gap: limits.syncGap,
        gapTotal: limits.syncGapTotal,
        meters,
        onFollow: byLog.add,
        onUnfollow: byLog.remove,
      })

      const open = Effect.fnUntraced(function* (
        { account, session, connection, stream }: Subscriber,
        request: SyncRequest,
      ) {
        const follower = new Follower(account, session, meters.itemsSent)
        const outlet = stream?.(follower.takeText)
        if (outlet !== undefined) follower.onQueued = outlet.due
        byConnection.get(connection)?.end(new SyncReplaced())
        byConnection.set(connection, follower)
        byAccount.add(account, follower)
        bySession.add(session, follower)
        starting.add(follower)
        yield* Effect.addFinalizer(() =>
          Effect.sync(() => {
            outlet?.close()
            starting.delete(follower)
            byAccount.remove(account, follower)
            bySession.remove(session, follower)
            for (const log of follower.logs.keys()) byLog.remove(log, follower)
          }),
        )
        // It may have ended before anybody here followed it.
        const over = yield* untilAvailable(endedAmong(session))
        if (over.includes(session)) follower.end(new Unauthenticated({ reason: "ended" }))
        yield* untilAvailable(presence.begin(connection, follower))
        const feed = newFeed(follower, request)
        yield* untilAvailable(feeder.start(feed, request))
        starting.delete(follower)
        return feed
      })

      /** Fails when it is over. */
      const stillOn = ({ follower }: Feed) =>
        Effect.suspend((): Effect.Effect<void, SyncReplaced | Unauthenticated> => {
          follower.wake.closeUnsafe()
          if (follower.defect !== undefined) return Effect.die(follower.defect)
          return follower.ended ?? Effect.void
        })

      /** Puts into the empty queue what is missing there; waits if nothing is. */
      const fill = (feed: Feed) =>
        Effect.suspend(() => {
          const { follower } = feed
          const stamp = feeder.caughtUp(feed)
          if (stamp !== undefined) return Effect.sync(() => follower.send({ _tag: "CaughtUp", stamp }))
          return Effect.flatMap(untilAvailable(Effect.suspend(() => feeder.step(feed))), (some) =>
            some ? Effect.void : follower.wake.await,
          )
        })

      const next = (feed: Feed) =>
        Effect.gen(function* () {
          while (true) {
            yield* stillOn(feed)
            const [first, ...rest] = feed.follower.take()
            if (first !== undefined) return [first, ...rest] as const
            yield* fill(feed)
          }
        })

      const flow = (feed: Feed): Effect.Effect<never, SyncReplaced | Unauthenticated> =>
        Effect.gen(function* () {
          const { follower } = feed
          while (true) {
            yield* stillOn(feed)
            follower.isAwaited = !follower.isEmpty
            yield* follower.isAwaited ? follower.wake.await : fill(feed)
          }
        })

      const sync = (subscriber: Subscriber, request: SyncRequest) =>
        Stream.unwrap(
          Effect.map(open(subscriber, request), (feed) =>
            Stream.fromPull(Effect.succeed(subscriber.stream === undefined ? next(feed) : flow(feed))),
          ),
        )

      yield* hub.subscribe(notify)
      yield* Effect.forkScoped(rounds("the heads could not be compared", watch))
      yield* Effect.forkScoped(alterations.run)
      yield* Effect.forkScoped(movedMarks.run)
      return Delivery.of({ sync, checkHeads })
    }),
  )
}

// A stream that lives on is worth more than an error: what it lacks, it reads when the database is back.
const untilAvailable = <A, E, R>(effect: Effect.Effect<A, E | StorageUnavailable, R>) =>
  Effect.retry(effect, {
    while: (error) => error instanceof StorageUnavailable,
    schedule: Schedule.spaced("1 second").pipe(Schedule.jittered),
  }) as Effect.Effect<A, Exclude<E, StorageUnavailable>, R>
