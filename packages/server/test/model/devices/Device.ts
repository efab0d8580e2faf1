// A device of a user: it folds what a `Sync` sends and what it fetches into its state, with the real reducer, and says
// when the server breaks its word.
import { accountLog, type ConversationId, conversationLog, type LogId } from "@chat/domain/Ids"
import { apply } from "@chat/domain/state/apply"
import { keep, Kept, restored } from "@chat/domain/state/kept"
import { cursors, empty, type LocalItem, type State } from "@chat/domain/state/State"
import type { Notice } from "@chat/domain/Notice"
import type { SyncItem } from "@chat/domain/Sync"
import type { User } from "@chat/domain/User"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { brief } from "./brief.ts"
import type { Facts } from "./Facts.ts"
import { Protocol } from "./Protocol.ts"
import type { Connection, Refusal } from "../nodes/Node.ts"
import type { Rare } from "../run/Rare.ts"
import { conversationsIn, headOf, logOf, type World } from "../world/World.ts"
import { noticesIn } from "../world/notices.ts"
import { isMember } from "../world/rooms.ts"

const KeptText = Schema.fromJsonString(Schema.toCodecJson(Kept))
const encodeKept = Schema.encodeSync(KeptText)
const decodeKept = Schema.decodeUnknownSync(KeptText)

interface Following {
  readonly node: number
  readonly connection: Connection
  readonly protocol: Protocol
  /** What there was when it began. */
  readonly began: World
  readonly fiber: Fiber.Fiber<void, Refusal>
  /** How many items it still takes before it holds still. */
  allowance: number
  readonly gate: Latch.Latch
  taken: number
}

interface Fetching {
  readonly number: number
  readonly conversation: ConversationId
  readonly arrived: Deferred.Deferred<LocalItem>
}

/** What a device was told, and by which log and place: nobody else may be told. */
export interface Told {
  readonly log: LogId
  readonly seq: number
  /** An event or a message; otherwise how things stand after it. */
  readonly itself: boolean
}

export class Device {
  readonly name: string
  readonly user: User
  state: State = empty
  following: Following | undefined
  fetching: ReadonlyArray<Fetching> = []
  /** What the server did that it must not do. */
  readonly complaints: Array<string> = []
  /** What it was told since somebody looked. */
  told: Array<Told> = []
  /** Logs of which it has another history than the database, until their next snapshot. */
  readonly stale = new Set<LogId>()
  private fetches = 0
  private readonly facts: Facts
  private readonly rare: Rare
  private readonly watchers = new Set<() => void>()

  constructor(name: string, user: User, facts: Facts, rare: Rare) {
    this.name = name
    this.user = user
    this.facts = facts
    this.rare = rare
  }

  /** Begins a `Sync` from where it is. `world` says what there is already. */
  connect(node: number, connection: Connection, world: World, allowance: number, scope: Scope.Scope) {
    const begin = Effect.gen({ self: this }, function* () {
      const known = cursors(this.state)
      const offered = new Set(known.map(({ log }) => log))
      const targets = new Map<LogId, number>([[accountLog(this.user.id), headOf(world, this.user.id)]])
      for (const id of conversationsIn(world)) {
        if (isMember(logOf(world, id), this.user.id)) targets.set(conversationLog(id), headOf(world, id))
      }
      const awaiting = [...targets.keys()].filter((log) => !offered.has(log))
      const protocol = new Protocol(this.user.id, known, awaiting, targets, this.stale)
      const gate = Latch.makeUnsafe(allowance > 0)
      const { stamp } = this.state
      const fiber = yield* Effect.suspend(() =>
        connection.sync({ cursors: known, stamp: stamp ?? undefined }).pipe(
          Stream.runForEach((item) =>
            Effect.andThen(
              gate.await,
              Effect.sync(() => this.receive(following, item)),
            ),
          ),
          Effect.onExit((exit) => Effect.sync(() => this.ended(following, exit))),
        ),
      ).pipe(Effect.forkIn(scope))
      const following: Following = { node, connection, protocol, began: world, fiber, allowance, gate, taken: 0 }
      this.following = following
    })
    return begin
  }

  /** Begins another `Sync` on the same connection, which ends the first one. */
  readonly replace = Effect.fnUntraced(function* (this: Device, world: World, scope: Scope.Scope) {
    const { following } = this
    if (following === undefined) return
    this.following = undefined
    following.gate.openUnsafe()
    this.rare.met("sync replaced by another")
    yield* this.connect(following.node, following.connection, world, Infinity, scope)
    const exit = yield* Fiber.await(following.fiber).pipe(Effect.timeoutOption("20 seconds"))
    const tag = Option.flatMap(exit, (found) =>
      Exit.isFailure(found) ? Cause.findErrorOption(found.cause) : Option.none(),
    )
    if (Option.isNone(tag) || tag.value._tag !== "SyncReplaced") this.complaints.push("The first Sync did not end")
  })

  /** Takes so many more items. */
  allow(items: number): void {
    if (this.following === undefined) return
    this.following.allowance += items
    if (this.following.allowance > 0) this.following.gate.openUnsafe()
  }

  /** Loses the connection. The answers that are on their way are lost with it, or not. */
  readonly cut = Effect.fnUntraced(function* (this: Device, keepFetches: boolean) {
    const { following } = this
    if (following === undefined) return
    this.following = undefined
    if (!following.protocol.caughtUp && following.taken > 0) this.rare.met("cut during catch-up")
    if (following.allowance === 0) this.rare.met("cut in the middle of a frame")
    if (this.state.outdated.size > 0) this.rare.met("cut after the account came anew")
    yield* following.connection.close
    yield* Fiber.interrupt(following.fiber)
    if (keepFetches) return
    for (const { number } of this.fetching) this.local({ _tag: "FetchFailed", fetch: number })
    this.fetching = []
  })

  /** Ends, and goes on later from what was kept, which has not all that it knew. */
  restart(messages: number): void {
    if (this.following !== undefined || this.fetching.length > 0) return
    const kept = keep(this.state, messages)
    if (kept === undefined) return
    // as text, which is what is kept
    this.state = restored(decodeKept(encodeKept(kept)))
    this.rare.met("begun from what was kept")
  }

  /** Asks for a page, which comes when `deliver` is called. */
  readonly fetch = Effect.fnUntraced(function* (
    this: Device,
    conversation: ConversationId,
    call: Effect.Effect<(fetch: number) => LocalItem, Refusal>,
    scope: Scope.Scope,
  ) {
    const number = ++this.fetches
    const arrived = yield* Deferred.make<LocalItem>()
    this.local({ _tag: "FetchStarted", fetch: number, conversation })
    this.fetching = [...this.fetching, { number, conversation, arrived }]
    const failed: LocalItem = { _tag: "FetchFailed", fetch: number }
    yield* call.pipe(
      Effect.map((toItem) => toItem(number)),
      Effect.catch(() => Effect.succeed(failed)),
      // A node that stops takes what it was asked along.
      Effect.onExit((exit) =>
        Exit.hasInterrupts(exit) ? Deferred.succeed(arrived, failed) : Deferred.done(arrived, exit),
      ),
      Effect.forkIn(scope),
    )
  })

  /** Until the answer to the last question is there, unless it has been looked at already. */
  readonly arrival: Effect.Effect<void> = Effect.suspend(() => {
    const last = this.fetching.at(-1)
    return last === undefined ? Effect.void : Effect.asVoid(Deferred.await(last.arrived))
  })

  /** The oldest answer that has not been looked at. */
  readonly deliver = Effect.fnUntraced(function* (this: Device) {
    const [first, ...rest] = this.fetching
    if (first === undefined) return
    this.fetching = rest
    const item = yield* Deferred.await(first.arrived)
    if (item._tag === "HistoryFetched" || item._tag === "MembersFetched") this.noteFetch(item)
    this.local(item)
  })

  /** Until this holds, which may take as long as the server takes. */
  readonly until = (holds: () => boolean): Effect.Effect<void> =>
    Effect.callback<void>((resume) => {
      const look = () => {
        if (!holds()) return
        this.watchers.delete(look)
        resume(Effect.void)
      }
      this.watchers.add(look)
      look()
      return Effect.sync(() => void this.watchers.delete(look))
    })

  private local(item: LocalItem): void {
    this.state = apply(this.state, item)
  }

  private receive(following: Following, item: SyncItem): void {
    // What comes on a connection that was given up is for nobody.
    if (this.following !== following) return
    following.taken++
    if (--following.allowance <= 0) following.gate.closeUnsafe()
    const wrong = following.protocol.take(item)
    if (wrong !== undefined) this.complaints.push(`${brief(item)}: ${wrong}`)
    this.note(item)
    this.state = apply(this.state, item)
    for (const look of Array.from(this.watchers)) look() // a look may end its own watch
  }

  private ended(following: Following, exit: Exit.Exit<void, Refusal>): void {
    if (this.following !== following) return
    this.complaints.push(`The Sync ended: ${Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "without a failure"}`)
    for (const look of Array.from(this.watchers)) look() // a look may end its own watch
  }

  private note(item: SyncItem): void {
    if (item._tag === "Event") {
      const { event } = item
      this.tell(event.log, event.seq)
      if ("message" in event.data) this.tell(event.log, event.data.message.seq)
      this.complain(this.facts.note(event.log, event.seq, event.mark, event.at))
    } else if (item._tag === "Skip") {
      this.rare.met("events not for the viewer")
      this.complain(this.facts.note(item.log, item.to, item.mark))
    } else if (item._tag === "ConversationSnapshot") {
      const { id, seq, mark, lastMessage } = item.conversation
      const log = conversationLog(id)
      this.rare.met(`snapshot: ${item.reason}`)
      if (this.fetching.some(({ conversation }) => conversation === id)) this.rare.met("fetch overtaken by a snapshot")
      this.stale.delete(log)
      this.tell(log, seq, false)
      if (lastMessage !== null) this.tell(log, lastMessage.seq)
      this.complain(this.facts.note(log, seq, mark))
    } else if (item._tag === "AccountSnapshot") {
      if (item.reason !== "new") this.rare.met(`account snapshot: ${item.reason}`)
      this.stale.delete(accountLog(this.user.id))
      this.complain(this.facts.note(accountLog(item.account.id), item.seq, item.mark))
    } else if (item._tag === "PositionChanged") this.rare.met("position moved elsewhere")
    else if (item._tag === "ThreadPositionChanged") this.rare.met("thread read elsewhere")
    else if (item._tag === "MarksChanged") this.rare.met("mark told")
    else if (item._tag === "DraftChanged") this.rare.met("draft written elsewhere")
    else if (item._tag === "NoticesChanged") this.noteNotices(item.notices)
    else if (item._tag === "UserChanged") {
      if (this.following?.protocol.caughtUp !== true) this.rare.met("called otherwise while one was away")
      if (this.fetching.length > 0) this.rare.met("called otherwise during a fetch")
    }
  }

  private noteNotices(notices: ReadonlyArray<Notice>): void {
    const { following } = this
    const isBack = this.state.stamp !== null && following?.protocol.caughtUp === false
    if (!isBack) return
    const { began } = following
    const [known, now] = [this.state.notices, notices].map((all) => new Set(all.map(({ id }) => id)))
    if (noticesIn(began).some(({ id }) => !known?.has(id))) this.rare.met("told while one was away")
    if (this.state.notices.some(({ id }) => !now?.has(id))) this.rare.met("withdrawn while one was away")
  }

  private noteFetch(item: Extract<LocalItem, { readonly _tag: "HistoryFetched" | "MembersFetched" }>): void {
    const { page } = item
    const changes = this.state.fetches.get(item.fetch)?.changes ?? []
    const cursor = this.state.conversations.get(page.conversation)?.seq
    if (cursor !== undefined && page.asOf > cursor) this.rare.met("fetch ahead of the cursor")
    for (const { seq, type, data } of changes) {
      if (seq <= page.asOf) continue
      if (item._tag === "MembersFetched") {
        if (type === "MemberJoined" || type === "MemberLeft") this.rare.met("members changed during a fetch")
        continue
      }
      const root = type === "MessagePosted" ? data.message.thread : null
      if (item.page.messages.some((message) => message.seq === root)) this.rare.met("fetch overtaken by an answer")
      if (!("message" in data) || !item.page.messages.some((message) => message.seq === data.message.seq)) continue
      if (type === "MessageEdited") this.rare.met("fetch overtaken by an edit")
      if (type === "MessageDeleted") this.rare.met("fetch overtaken by a deletion")
      if (type === "ReactionAdded" || type === "ReactionRemoved") this.rare.met("fetch overtaken by a reaction")
      if (type === "MessagePinned" || type === "MessageUnpinned") this.rare.met("fetch overtaken by a pin")
    }
    if (item._tag === "HistoryFetched") {
      const gone = this.state.hidden.get(page.conversation)
      for (const { seq, hidden } of item.page.messages) {
        this.tell(conversationLog(page.conversation), seq)
        if (!hidden && gone?.has(seq)) this.rare.met("fetch overtaken by hiding")
      }
    }
  }

  private tell(log: LogId, seq: number, itself = true): void {
    this.told.push({ log, seq, itself })
  }

  private complain(complaint: string | undefined): void {
    if (complaint !== undefined) this.complaints.push(complaint)
  }
}
