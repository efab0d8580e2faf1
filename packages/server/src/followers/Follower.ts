import type { SyncReplaced, Unauthenticated } from "@chat/domain/Errors"
import type { LogEvent } from "@chat/domain/Event"
import { accountLog, type LogId, type SessionId, type UserId } from "@chat/domain/Ids"
import type { Cursor, SnapshotReason, SyncItem } from "@chat/domain/Sync"
import type { Mark, Seq } from "@chat/domain/Values"
import * as Latch from "effect/Latch"
import { Moved } from "./Moved.ts"
import { Outgoing, type OutgoingEvent } from "./Outgoing.ts"
import { typingKey, Whispers } from "./Whispers.ts"

/** A mark of somebody in a conversation, whose log it is named by. */
export interface MovedMark {
  readonly log: LogId
  readonly account: UserId
}

/** What a mark is told apart from others by. */
export const markKey = ({ log, account }: MovedMark): string => `${log} ${account}`

/** A thread in which an account has read further. */
export interface MovedThread {
  readonly log: LogId
  readonly thread: Seq
}

/** How far one `Sync` is in one log. */
export interface Followed {
  readonly log: LogId
  /** The last `seq` that was sent or is in the queue. */
  sent: number
  /** To be compared before anything is sent, if the `seq` comes from the client. */
  mark: Mark | undefined
  /** Set: the log comes as a snapshot before anything else. */
  snapshot: SnapshotReason | undefined
  /** The greatest `seq` that this node has heard of. */
  head: number
  /** Something is missing, and is to be read from the database. */
  behind: boolean
  /** Notices of a moved read position that have not been answered. */
  positions: number
  /** The last event of it that this account can see has been sent. */
  closed: boolean
  /** From here on the account can see everything. */
  from: number
}

const maxQueued = 1_000
const alteredPerRead = 100
/** So many items go out at once where nobody asks for less. */
const maxTaken = 100

/**
 * The state of one `Sync`: what has been sent of each log, and what waits to be sent. One rule decides about each event
 * that the node hears of: the next one goes into the queue, an older one is dropped, and anything else means that the
 * log is *behind* and is read from the database. The queue is bounded: past it everything is behind.
 */
export class Follower {
  readonly account: UserId
  private readonly own: LogId
  readonly session: SessionId
  readonly logs = new Map<LogId, Followed>()
  /** Opened when there is something to do: last of all, because whoever waits goes on at once. */
  readonly wake = Latch.makeUnsafe(false)
  /** Called when there is something to take. */
  onQueued: () => void = () => this.wake.openUnsafe()
  ended: SyncReplaced | Unauthenticated | undefined
  /** What it was sent could not be encoded: a fault of ours. */
  defect: unknown
  private queue: Array<Outgoing> = []
  /** Somebody waits for the queue to be empty. */
  isAwaited = false
  /** How far others have got, which is read when nothing else is missing. */
  readonly movedMarks = new Moved<MovedMark>()
  /** Threads that have been read further, which are read then too. */
  readonly movedThreads = new Moved<MovedThread>()
  /** Conversations in which drafts have changed, which are read then too. */
  readonly movedDrafts = new Moved<LogId>()
  /** What is told to everybody has changed since it was sent. */
  hasMovedNotices = false
  /** What goes out after the queue, or not at all. */
  readonly whispers = new Whispers()
  /** Read positions that moved where nothing is followed yet, such as while the start is being read. */
  private movedEarly: Set<LogId> | undefined
  /** Users that changed since this client was told of them. */
  private altered: Set<UserId> | undefined

  /** How many items have been taken, of all followers. */
  private readonly taken: { value: number }

  constructor(account: UserId, session: SessionId, taken = { value: 0 }) {
    this.account = account
    this.own = accountLog(account)
    this.session = session
    this.taken = taken
  }

  follow(log: LogId, cursor: Cursor | undefined, head: number): Followed {
    const followed: Followed = {
      log,
      sent: cursor?.seq ?? 0,
      mark: cursor?.mark,
      snapshot: cursor === undefined ? "new" : undefined,
      head,
      behind: true,
      positions: this.movedEarly?.delete(log) ? 1 : 0,
      closed: false,
      from: Number.MAX_SAFE_INTEGER,
    }
    this.logs.set(log, followed)
    return followed
  }

  /** Events of one log, in order, the last of them being `seq`; without them it is only known that there are some. */
  advanced(log: LogId, seq: number, events: ReadonlyArray<OutgoingEvent> | undefined): void {
    const followed = this.logs.get(log)
    if (followed === undefined || followed.closed || seq <= followed.sent) return
    followed.head = Math.max(followed.head, seq)
    // What appears and goes is told by the account's log, and needs the database each time.
    if (events === undefined || log === this.own) followed.behind = true
    else this.sendNext(followed, events)
    if (followed.behind) this.wake.openUnsafe()
  }

  private sendNext(followed: Followed, events: ReadonlyArray<OutgoingEvent>): void {
    for (const outgoing of events) {
      const { event } = outgoing.item
      if (followed.behind || followed.closed) return
      if (event.seq <= followed.sent) continue
      const isNext = event.seq === followed.sent + 1
      if (isNext && !this.isFull && isPlain(event, followed)) this.queueEvent(outgoing, event, followed)
      else followed.behind = true
    }
  }

  /** A mark of somebody else has moved: it is read for this follower alone. */
  markMoved(mark: MovedMark): void {
    this.movedMarks.add(markKey(mark), mark)
    this.wake.openUnsafe()
  }

  /**
   * How much has been sent of the account's log, by which marks may be seen or not, if nothing is missing of it or of a
   * log that can be told at once; else `undefined`.
   */
  restsAt(log: LogId): number | undefined {
    const [followed, first] = [this.logs.get(log), this.logs.get(this.own)]
    const rests = followed !== undefined && !followed.behind && !followed.closed && !this.isFull
    return rests && first?.behind !== true ? (first?.sent ?? 0) : undefined
  }

  /** Sends what others are sent too. */
  share(item: Outgoing): void {
    this.queue.push(item)
    this.onQueued()
  }

  noticesMoved(): void {
    this.hasMovedNotices = true
    this.wake.openUnsafe()
  }

  threadRead(log: LogId, thread: Seq): void {
    this.movedThreads.add(`${log} ${thread}`, { log, thread })
    this.wake.openUnsafe()
  }

  draftMoved(log: LogId): void {
    this.movedDrafts.add(log, log)
    this.wake.openUnsafe()
  }

  positionMoved(log: LogId): void {
    const followed = this.logs.get(log)
    if (followed === undefined) return void (this.movedEarly ??= new Set()).add(log)
    if (followed.closed) return
    followed.positions++
    followed.behind = true
    this.wake.openUnsafe()
  }

  userAltered(user: UserId): void {
    ;(this.altered ??= new Set()).add(user)
    this.wake.openUnsafe()
  }

  get hasAltered(): boolean {
    return this.altered !== undefined && this.altered.size > 0
  }

  /** Some of the users that changed, who are to be sent now. */
  takeAltered(): ReadonlyArray<UserId> {
    const some = [...(this.altered ?? [])].slice(0, alteredPerRead)
    for (const user of some) this.altered?.delete(user)
    return some
  }

  end(reason: SyncReplaced | Unauthenticated): void {
    this.ended ??= reason
    this.queue = []
    this.wake.openUnsafe()
  }

  /** What may be left out, by what it is about; false: it is. */
  whisper(key: string, item: SyncItem): boolean {
    if (this.ended !== undefined || !this.whispers.set(key, item)) return false
    this.onQueued()
    return true
  }

  /** Puts an item at the end of the queue, and notes what it says of its log. */
  send(item: SyncItem): void {
    this.forward(new Outgoing(item))
  }

  /** The same with one that others may have, too. */
  forward(outgoing: Outgoing): void {
    const { item } = outgoing
    if (item._tag === "Event") return this.queueEvent(outgoing, item.event, this.logs.get(item.event.log))
    if (item._tag === "Skip") {
      const followed = this.logs.get(item.log)
      if (followed !== undefined) followed.sent = item.to
    }
    this.queue.push(outgoing)
    this.onQueued()
  }

  private queueEvent(outgoing: Outgoing, event: LogEvent, followed: Followed | undefined): void {
    this.queue.push(outgoing)
    this.onQueued()
    if (followed === undefined) return
    followed.sent = event.seq
    if (event.type === "MessagePosted" && !this.whispers.isEmpty) {
      this.whispers.delete(typingKey(event.log, event.data.message.author.id))
    }
    // For who is removed it is the last event: nothing above it may be sent.
    if (event.type === "RoomDeleted") followed.closed = true
    if (event.type === "MemberLeft" && event.data.user.id === this.account) followed.closed = true
  }

  /** How many items wait to be taken. */
  get waiting(): number {
    return this.queue.length
  }

  get isFull(): boolean {
    return this.queue.length >= maxQueued
  }

  get isEmpty(): boolean {
    return this.queue.length === 0
  }

  /** What is queued, and what may be left out if that is little. */
  take(): ReadonlyArray<SyncItem> {
    const items = this.queue.splice(0, maxTaken).map(({ item }) => item)
    if (items.length < maxTaken / 4) items.push(...this.whispers.take())
    this.taken.value += items.length
    return items
  }

  /** The same as text, as much as fits. Whoever waits for the queue to be empty goes on. */
  readonly takeText = (bytes: number): string => {
    try {
      const text = this.takeTexts(bytes)
      if (this.isEmpty && this.isAwaited) this.wake.openUnsafe()
      return text
    } catch (defect) {
      this.defect = defect
      this.queue = []
      this.wake.openUnsafe()
      return ""
    }
  }

  private takeTexts(limit: number): string {
    let text = ""
    let bytes = 0
    let count = 0
    for (const { encoded } of this.queue) {
      if (count > 0 && bytes + encoded.bytes > limit) break
      text = count === 0 ? encoded.text : `${text},${encoded.text}`
      bytes += encoded.bytes + 1
      count++
    }
    if (count === this.queue.length) this.queue = []
    else this.queue.splice(0, count)
    this.taken.value += count
    if (this.queue.length > 0 || bytes > limit / 4) return text
    for (const item of this.whispers.take()) {
      const { encoded } = new Outgoing(item)
      text = text === "" ? encoded.text : `${text},${encoded.text}`
      this.taken.value++
    }
    return text
  }
}

// Whether the account can see the event is clear without asking, and what it sees: it is about nothing from before, nor
// about a message that looks different to everybody.
const isPlain = ({ seq, data }: LogEvent, { from }: Followed): boolean =>
  seq >= from && !("message" in data && (data.message.seq < from || data.message.reactions.length > 0))
