/**
 * What happens to a client that follows one conversation: events are read by the server and received later, pages are
 * asked for, read and received at other times still, snapshots come in between, items come twice. Each step says what
 * the state should be after it, counted from the history alone.
 */
import type { Conversation } from "@chat/domain/Conversation"
import * as LogHistory from "@chat/domain/LogHistory"
import type { LocalItem } from "@chat/domain/state/State"
import type { SyncItem } from "@chat/domain/Sync"
import { Seq } from "@chat/domain/Values"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"

export interface Expected {
  /** As of the cursor; the text of messages may be newer. */
  readonly conversation: Conversation
  /** Where the loaded window begins. */
  readonly from: number
  /** How far the list of members is loaded: all of it, up to a `seq`, or not at all. */
  readonly members: "all" | "none" | number
}

interface Step {
  readonly item: SyncItem | LocalItem
  readonly expected: Expected
}

/** How often the rare cases were met. */
export interface Met {
  overtaken: number
  cutBySnapshot: number
  aheadOfCursor: number
  apart: number
  repeated: number
  deletedOnArrival: number
  membersChanged: number
}

export const nothingMet = (): Met => ({
  overtaken: 0,
  cutBySnapshot: 0,
  aheadOfCursor: 0,
  apart: 0,
  repeated: 0,
  deletedOnArrival: 0,
  membersChanged: 0,
})

const Op = Schema.Struct({
  what: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 15 })),
  amount: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 12 })),
})

interface Page {
  readonly fetch: number
  readonly startedAt: number
  readonly after: string | null
  readonly kind: "newest" | "older" | "middle" | "members"
  item: Extract<LocalItem, { readonly _tag: "HistoryFetched" | "MembersFetched" }> | undefined
  cut: boolean
}

export interface Program {
  readonly history: LogHistory.LogHistory
  readonly steps: ReadonlyArray<Step>
  readonly met: Met
}

/** A program over an arbitrary history; `number` keeps conversations and fetches of several programs apart. */
export const program = (number: number): Arbitrary.Arbitrary<Program> =>
  Arbitrary.map(
    Arbitrary.all([LogHistory.logHistory(number), Arbitrary.array(Arbitrary.schema(Op), { maxLength: 80 })]),
    ([history, ops]) => {
      const run = new Run(history, number * 1_000)
      for (const op of ops) run.perform(op)
      run.finish()
      return { history, steps: run.steps, met: run.met }
    },
  )

/** Server, wire and the expectations of one program. */
class Run {
  readonly steps: Array<Step> = []
  readonly met = nothingMet()
  private readonly history: LogHistory.LogHistory
  private head: number
  private sent: number
  private cursor = 0
  private from = 0
  private members: Expected["members"] = "none"
  private next: string | null = null
  private position = { seq: 0, rev: 1 }
  private received = { seq: 0, rev: 1 }
  private readonly wire: Array<SyncItem> = []
  private readonly past: Array<SyncItem> = []
  private readonly pages: Array<Page> = []
  private fetches: number

  constructor(history: LogHistory.LogHistory, firstFetch: number) {
    this.history = history
    this.head = history.joined
    this.sent = history.joined
    this.position.seq = history.joined
    this.fetches = firstFetch
    this.sendSnapshot("new")
    this.receive(1)
  }

  perform({ what, amount }: typeof Op.Type): void {
    if (what < 3) this.head = Math.min(this.head + amount, this.history.facts.length)
    else if (what < 5) this.send(amount)
    else if (what < 7) this.receive(amount)
    else if (what === 7) this.repeat(amount)
    else if (what === 8) this.read(amount)
    else if (what === 9 && amount > 6) this.sendSnapshot("gap")
    else if (what < 12) this.start(amount)
    else if (what < 14) this.answer(amount)
    else this.arrive(amount)
  }

  finish(): void {
    this.head = this.history.facts.length
    this.answer(0)
    this.send(this.head)
    this.receive(this.wire.length)
    while (this.pages.length > 0) {
      this.answer(0)
      this.arrive(0)
    }
  }

  private send(amount: number): void {
    const to = Math.min(this.sent + amount, this.head)
    for (const item of LogHistory.itemsOf(this.history, this.sent + 1, to, this.head)) {
      if (item._tag === "Event" && item.event.type === "MessagePosted" && item.event.data.message.deletedAt !== null) {
        this.met.deletedOnArrival++
      }
      this.wire.push(item)
    }
    this.sent = to
  }

  private sendSnapshot(reason: "new" | "gap"): void {
    const conversation = LogHistory.conversationAsOf(this.history, this.head, this.readPosition())
    this.sent = this.head
    this.wire.push({ _tag: "ConversationSnapshot", conversation, reason })
  }

  // The server sends a position only at the end of what it has read of the log.
  private read(amount: number): void {
    this.send(this.head)
    this.position = { seq: Math.min(this.position.seq + amount, this.head), rev: this.position.rev + 1 }
    const counts = LogHistory.unreadAsOf(this.history, this.position.seq, this.head)
    this.wire.push({ _tag: "PositionChanged", conversation: this.history.id, position: this.readPosition(), ...counts })
  }

  private readPosition() {
    return { seq: Seq.make(this.position.seq), rev: this.position.rev }
  }

  private receive(amount: number): void {
    for (const item of this.wire.splice(0, amount)) {
      this.past.push(item)
      this.note(item)
      this.step(item)
    }
  }

  private note(item: SyncItem): void {
    if (item._tag === "Event") this.cursor = item.event.seq
    if (item._tag === "Skip") this.cursor = item.to
    if (item._tag === "PositionChanged") this.received = item.position
    if (item._tag === "ConversationSnapshot") {
      this.cursor = item.conversation.seq
      this.received = item.conversation.position
      this.from = this.cursor + 1
      this.members = "none"
      this.next = null
      for (const page of this.pages) page.cut = true
    }
    if (item._tag === "Event" && (item.event.type === "MemberJoined" || item.event.type === "MemberLeft")) {
      if (this.pages.some(({ kind }) => kind === "members")) this.met.membersChanged++
    }
  }

  // Events and skips of long ago, as a second connection or a doubled wake-up would bring them, and old positions.
  private repeat(amount: number): void {
    for (const item of this.past.slice(-amount)) {
      const old = item._tag === "PositionChanged" && item.position.rev < this.received.rev
      if (item._tag !== "Event" && item._tag !== "Skip" && !old) continue
      this.met.repeated++
      this.step(item)
    }
  }

  private start(amount: number): void {
    const kinds = ["newest", "older", "older", "middle", "members", "members"] as const
    const kind = kinds[amount % kinds.length] ?? "newest"
    const fetch = this.fetches++
    const after = kind === "members" && amount > 4 ? this.next : null
    this.pages.push({ fetch, startedAt: this.cursor, after, kind, item: undefined, cut: false })
    this.step({ _tag: "FetchStarted", fetch, conversation: this.history.id })
    // Most often a page is read at once, and it is the answer that takes its time.
    if (amount % 4 > 0) this.answer(amount)
  }

  /** The server reads a page that was asked for, as of now; but never earlier than what it has sent. */
  private answer(amount: number): void {
    for (const page of this.pages) {
      if (page.item !== undefined) continue
      page.item = page.kind === "members" ? this.membersPage(page, amount) : this.historyPage(page, amount)
      if (amount > 0) return
    }
  }

  private historyPage({ fetch, kind }: Page, amount: number): Page["item"] {
    const { head: asOf, history } = this
    const end = kind === "newest" ? asOf : kind === "older" ? this.from - 1 : Math.max(0, this.from - 1 - amount)
    const to = Math.min(end, asOf)
    const from = Math.max(1, to - amount * 3)
    const messages = LogHistory.messagesAsOf(history, from, to, asOf)
    const place = { from: Seq.make(from), to: Seq.make(to), asOf: Seq.make(asOf), more: from > 1 }
    return { _tag: "HistoryFetched", fetch, page: { conversation: history.id, messages, ...place } }
  }

  private membersPage({ fetch, after }: Page, amount: number): Page["item"] {
    const asOf = this.head
    const begin = after === null ? 0 : Number(after)
    const rest = LogHistory.membersAsOf(this.history, asOf).filter(({ joined }) => joined > begin)
    const members = amount === 0 ? rest : rest.slice(0, 1 + (amount % 3))
    const next = members.length < rest.length ? String(members.at(-1)?.joined ?? begin) : null
    const page = { conversation: this.history.id, members, next, asOf: Seq.make(asOf) }
    return { _tag: "MembersFetched", fetch, after, page }
  }

  private arrive(amount: number): void {
    const answered = this.pages.filter(({ item }) => item !== undefined)
    const page = answered[amount % Math.max(1, answered.length)]
    if (page?.item === undefined) return
    const { item } = page
    this.pages.splice(this.pages.indexOf(page), 1)
    if (amount === 1) return this.step({ _tag: "FetchFailed", fetch: page.fetch })
    if (page.cut && item.page.asOf < this.from - 1) this.met.cutBySnapshot++
    if (item.page.asOf > this.cursor) this.met.aheadOfCursor++
    this.expect(page, item)
    this.step(item)
  }

  private expect({ cut, after, startedAt }: Page, item: NonNullable<Page["item"]>): void {
    // A page from before the last snapshot is of no use, whatever it touches.
    if (cut && item.page.asOf < this.lastSnapshot()) return
    if (item._tag === "MembersFetched") {
      if (after !== null && after !== this.next) return
      this.next = item.page.next
      this.members = this.next === null ? "all" : Number(this.next)
      return
    }
    if (item.page.to + 1 < this.from) {
      this.met.apart++
      return
    }
    if (item.page.messages.some(({ rev, seq }) => rev < this.revAt(seq) && startedAt < this.cursor))
      this.met.overtaken++
    this.from = Math.min(this.from, item.page.from)
  }

  private lastSnapshot(): number {
    const snapshot = this.past.findLast((item) => item._tag === "ConversationSnapshot")
    return snapshot?._tag === "ConversationSnapshot" ? snapshot.conversation.seq : 0
  }

  private revAt(seq: number): number {
    return LogHistory.messageAsOf(this.history, seq, this.cursor)?.rev ?? 0
  }

  private step(item: SyncItem | LocalItem): void {
    const conversation = LogHistory.conversationAsOf(this.history, this.cursor, {
      seq: Seq.make(this.received.seq),
      rev: this.received.rev,
    })
    this.steps.push({ item, expected: { conversation, from: this.from, members: this.members } })
  }
}
