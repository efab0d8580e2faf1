// The rules of one `Sync`, held against each item as it comes.
import type { LogEvent } from "@chat/domain/Event"
import { accountLog, conversationLog, type LogId, type UserId } from "@chat/domain/Ids"
import type { Cursor, SyncItem } from "@chat/domain/Sync"

/** Where a log stands: the last `seq`, or that its snapshot is still to come. */
type Place = number | "awaiting"

export class Protocol {
  readonly places = new Map<LogId, Place>()
  caughtUp = false
  private anew = false
  private readonly own: LogId
  private readonly account: UserId
  /** What each log has to reach before `CaughtUp`. */
  private readonly targets: ReadonlyMap<LogId, number>
  /** Logs of which the client has another history than the server. */
  private readonly stale: ReadonlySet<LogId>

  constructor(
    account: UserId,
    cursors: ReadonlyArray<Cursor>,
    awaiting: Iterable<LogId>,
    targets: ReadonlyMap<LogId, number>,
    stale: ReadonlySet<LogId>,
  ) {
    this.account = account
    this.stale = stale
    this.own = accountLog(account)
    this.targets = targets
    for (const log of awaiting) this.places.set(log, "awaiting")
    for (const { log, seq } of cursors) this.places.set(log, seq)
    if (!this.places.has(this.own)) this.places.set(this.own, "awaiting")
  }

  /** What is wrong with the item, if anything. */
  take(item: SyncItem): string | undefined {
    switch (item._tag) {
      case "Event":
        return this.next(item.event.log, item.event.seq, item.event.seq) ?? this.event(item.event)
      case "Skip":
        return this.next(item.log, item.from, item.to)
      case "ConversationSnapshot":
        return this.snapshot(conversationLog(item.conversation.id), item.conversation.seq, item.reason)
      case "AccountSnapshot": {
        // What happened to the account is not known, so that every conversation comes anew.
        this.anew = true
        const wrong = this.snapshot(this.own, item.seq, item.reason)
        const there = new Set(item.conversations.map(conversationLog))
        for (const log of this.places.keys()) if (log !== this.own && !there.has(log)) this.places.delete(log)
        for (const log of there) if (!this.places.has(log)) this.places.set(log, "awaiting")
        return wrong
      }
      case "PositionChanged":
        return typeof this.places.get(conversationLog(item.conversation)) === "number"
          ? undefined
          : "a position in a log of which nothing has come"
      case "UserChanged":
        return undefined
      case "MarksChanged":
      case "ThreadPositionChanged":
      case "DraftChanged":
      case "NoticesChanged":
        return undefined
      case "PresenceChanged":
      case "TypingChanged":
        return "nothing is in view"
      case "CaughtUp":
        return this.reached()
    }
  }

  private next(log: LogId, from: number, to: number): string | undefined {
    const place = this.places.get(log)
    if (place === undefined) return "it is of a log that is not open"
    if (place === "awaiting") return "it comes before the snapshot of its log"
    if (from !== place + 1) return `it does not follow ${place}`
    if (to < from) return "it skips nothing"
    this.places.set(log, to)
    return undefined
  }

  private event(event: LogEvent): string | undefined {
    if (event.type === "MemberLeft" && event.data.user.id === this.account) this.places.delete(event.log)
    if (event.type === "ConversationAppeared") this.places.set(conversationLog(event.data.conversation), "awaiting")
    if (event.type === "ConversationGone") {
      const log = conversationLog(event.data.conversation)
      const place = this.places.get(log)
      this.places.delete(log)
      if (this.stale.has(log)) return undefined
      if (typeof place === "number" && place > event.data.last) return `it comes after ${place} of its log`
    }
    return undefined
  }

  private snapshot(log: LogId, seq: number, reason: "new" | "gap" | "mark"): string | undefined {
    const place = this.places.get(log)
    this.places.set(log, seq)
    if (place === undefined) return "it is of a log that is not open"
    if (place === "awaiting" || this.anew) return undefined
    if (reason === "new") return "a snapshot for want of a cursor, of a log that has one"
    return reason === "gap" && seq <= place && log !== this.own
      ? `a snapshot for a gap, from ${place} to ${seq}`
      : undefined
  }

  private reached(): string | undefined {
    if (this.caughtUp) return "it came before"
    this.caughtUp = true
    for (const [log, target] of this.targets) {
      const place = this.places.get(log)
      if (place !== undefined && (place === "awaiting" || place < target)) {
        return `${log} has come to ${place}, and was at ${target} when this Sync began`
      }
    }
    return undefined
  }
}
