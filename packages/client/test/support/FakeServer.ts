/**
 * A server in memory, at the level of the contract's JSON: one account, its conversations, its tokens. It keeps the
 * contract; what goes wrong is done to it by the transport. Written for tests of the client under faults.
 */
import { ChatRpcs } from "@chat/domain/Contract"
import * as Errors from "@chat/domain/Errors"
import type { LogEvent } from "@chat/domain/Event"
import { accountLog, ConversationId, conversationLog, type LogId, type MessageId } from "@chat/domain/Ids"
import { defaultLimits, type Limits } from "@chat/domain/Limits"
import { type Message, unmarked } from "@chat/domain/Message"
import type { Presence } from "@chat/domain/Presence"
import { type Cursor, SyncItem } from "@chat/domain/Sync"
import type { User } from "@chat/domain/User"
import { Body, Mark, Seq, Stamp } from "@chat/domain/Values"
import * as Exit from "effect/Exit"
import * as Rpc from "effect/rpc/Rpc"
import * as Schema from "effect/Schema"
import { FakeTokens } from "./FakeTokens.ts"
import { direct, account, alice, at, bob, conversationId, messageId, session } from "./fixtures.ts"

interface Log {
  readonly events: Array<LogEvent>
  generation: number
}

/** A connection as the server sees it. */
export interface ServerSide {
  readonly send: (message: object) => void
  readonly close: (code: number, reason: string) => void
}

interface Syncing {
  readonly id: string
  readonly sent: Map<LogId, number>
}

export class FakeServer extends FakeTokens {
  limits: Limits = defaultLimits
  readonly logs = new Map<LogId, Log>()
  readonly posts: Array<MessageId> = []
  readonly markReads: Array<number> = []
  readonly offered = new Map<ServerSide, Array<Cursor>>()
  readonly calls: Array<string> = []
  /** Answers instead of doing what was asked. */
  refuse:
    | ((tag: string, payload: never) => Errors.CallError | Errors.Unauthenticated | Errors.NotMember | undefined)
    | undefined
  /** What was said of the view and of drafts, and how those in view are seen. */
  readonly viewed: Array<readonly [tag: string, payload: unknown]> = []
  presence: ReadonlyArray<Presence> = []
  private readonly syncing = new Map<ServerSide, Syncing>()
  private position = { seq: Seq.make(0), rev: 0 }

  constructor(conversations: number) {
    super()
    this.logs.set(accountLog(alice.id), { events: [], generation: 0 })
    this.append(accountLog(alice.id), { type: "AccountCreated", data: {} }, null)
    for (let n = 0; n < conversations; n++) {
      const log = conversationLog(conversationId(n))
      this.logs.set(log, { events: [], generation: 0 })
      this.append(log, { type: "DirectOpened", data: { members: [alice, bob] } }, bob)
    }
  }

  say(conversation: ConversationId, text: string, author: User = bob, id = messageId(100_000 + this.posts.length)) {
    const log = conversationLog(conversation)
    const seq = this.head(log) + 1
    const message: Message = {
      ...unmarked,
      id,
      conversation,
      seq: Seq.make(seq),
      author,
      body: Body.make(text),
      rev: Seq.make(seq),
      postedAt: at,
      editedAt: null,
      deletedAt: null,
      ...unmarked,
    }
    this.posts.push(id)
    this.append(log, { type: "MessagePosted", data: { message, mentionsBefore: null, mentionsAfter: null } }, author)
    return message
  }

  /** A backup is restored: the same places in the log now hold something else. */
  restore(conversation: ConversationId, head: number): void {
    const log = this.log(conversationLog(conversation))
    log.generation++
    log.events.splice(head)
    log.events.forEach((event, index) => (log.events[index] = { ...event, mark: mark(log.generation, event.seq) }))
  }

  messages(conversation: ConversationId): ReadonlyArray<Message> {
    return this.log(conversationLog(conversation)).events.flatMap((event) =>
      event.type === "MessagePosted" ? [event.data.message] : [],
    )
  }

  /** Begins a `Sync` without cursors. */
  begin(client: ServerSide): void {
    this.sync(client, { cursors: [] }, "sync")
  }

  /** What a message of a `Sync` holds. */
  itemsIn(message: object): ReadonlyArray<SyncItem> {
    return "values" in message ? decodeItems(message.values) : []
  }

  receive(client: ServerSide, frame: string): void {
    const parsed: unknown = JSON.parse(frame)
    for (const message of Array.isArray(parsed) ? parsed : [parsed]) this.onMessage(client, message)
  }

  gone(client: ServerSide): void {
    this.syncing.delete(client)
    this.offered.delete(client)
  }

  private onMessage(client: ServerSide, message: Record<string, unknown>): void {
    switch (message["_tag"]) {
      case "Ping":
        return client.send({ _tag: "Pong" })
      case "Request":
        return this.onRequest(client, message)
    }
  }

  private onRequest(client: ServerSide, message: Record<string, unknown>): void {
    const tag = String(message["tag"])
    const requestId = String(message["id"])
    const rpc = ChatRpcs.requests.get(tag as "Me")
    if (rpc === undefined) throw new Error(`no such call: ${tag}`)
    const payload = Schema.decodeUnknownSync(Schema.toCodecJson(rpc.payloadSchema as Schema.Codec<unknown>))(
      message["payload"],
    ) as never
    this.calls.push(tag)
    const exit = this.authorize(tag, message) ?? this.answer(client, tag, payload, requestId)
    if (exit === undefined) return
    const encoded = Schema.encodeUnknownSync(
      Schema.toCodecJson(Rpc.exitSchema(rpc) as Schema.Top as Schema.Codec<unknown>),
    )
    client.send({ _tag: "Exit", requestId, exit: encoded(exit) })
  }

  private answer(
    client: ServerSide,
    tag: string,
    payload: never,
    requestId: string,
  ): Exit.Exit<unknown, unknown> | undefined {
    const refusal = this.refuse?.(tag, payload)
    if (refusal !== undefined) return Exit.fail(refusal)
    switch (tag) {
      case "Hello":
        return Exit.succeed({ version: "0", contract: 1, limits: this.limits, time: at })
      case "LogIn":
      case "SignUp":
        this.sessionOver = false
        return Exit.succeed(this.signedIn())
      case "LogOut":
        this.sessionOver = true
        return Exit.void
      case "Refresh":
        return this.refresh(payload)
      case "OfferCursors":
        return this.offer(client, payload)
      case "Sync":
        return this.sync(client, payload, requestId)
      case "ReadLog":
        return this.readLog(payload)
      case "History":
        return this.history(payload)
      case "PostMessage":
        return this.post(payload)
      case "MarkRead":
        return this.markRead(payload)
      case "Delivered":
      case "Watch":
      case "Typing":
      case "Heartbeat":
      case "SetDraft":
        this.viewed.push([tag, payload])
        return Exit.succeed(tag === "Watch" ? this.presence : tag === "SetDraft" ? { rev: 1 } : undefined)
      case "Me":
        return Exit.succeed(account)
      default:
        throw new Error(`not scripted: ${tag}`)
    }
  }

  private offer(client: ServerSide, { cursors }: { readonly cursors: ReadonlyArray<Cursor> }) {
    this.offered.set(client, [...(this.offered.get(client) ?? []), ...cursors])
    return Exit.void
  }

  private sync(client: ServerSide, { cursors }: { readonly cursors: ReadonlyArray<Cursor> }, id: string): undefined {
    const known = new Map([...(this.offered.get(client) ?? []), ...cursors].map((cursor) => [cursor.log, cursor]))
    const syncing: Syncing = { id, sent: new Map() }
    this.syncing.set(client, syncing)
    for (const [id, log] of this.logs) {
      const cursor = known.get(id)
      const head = log.events.length
      const holds = cursor !== undefined && log.events[cursor.seq - 1]?.mark === cursor.mark
      if (holds && head - cursor.seq <= this.limits.syncGap) {
        syncing.sent.set(id, cursor.seq)
        this.feed(client, syncing, id)
      } else {
        syncing.sent.set(id, head)
        this.sendItem(client, syncing, this.snapshot(id, cursor === undefined ? "new" : holds ? "gap" : "mark"))
      }
    }
    this.sendItem(client, syncing, { _tag: "CaughtUp", stamp: Stamp.make("1") })
    return undefined
  }

  snapshot(id: LogId, reason: "new" | "gap" | "mark"): SyncItem {
    const last = this.log(id).events.at(-1)
    if (last === undefined) throw new Error("an empty log")
    const { seq, mark } = last
    if (id === accountLog(alice.id)) {
      const conversations = [...this.logs.keys()].filter((log) => log !== id).map((log) => ConversationId.make(log))
      return {
        _tag: "AccountSnapshot",
        account,
        presence: "online",
        sendsRead: true,
        sendsDelivered: true,
        invitations: [],
        sessions: [session],
        conversations,
        seq,
        mark,
        reason,
      }
    }
    const conversation = ConversationId.make(id)
    const messages = this.messages(conversation)
    const unread = messages.filter(
      (message) => message.author.id !== alice.id && message.seq > this.position.seq,
    ).length
    return {
      _tag: "ConversationSnapshot",
      reason,
      conversation: {
        id: conversation,
        kind: "direct",
        name: null,
        topic: null,
        peer: bob,
        history: "all",
        ...direct,
        createdAt: at,
        memberCount: 2,
        from: Seq.make(1),
        lastMessage: messages.at(-1) ?? null,
        position: this.position,
        unread,
        mentions: 0,
        seq,
        mark,
      },
    }
  }

  private feed(client: ServerSide, syncing: Syncing, log: LogId): void {
    const sent = syncing.sent.get(log) ?? 0
    const events = this.log(log).events.slice(sent)
    syncing.sent.set(log, sent + events.length)
    for (const event of events) this.sendItem(client, syncing, { _tag: "Event", event })
  }

  readonly tell = (item: SyncItem): void => {
    for (const [client, syncing] of this.syncing) this.sendItem(client, syncing, item)
  }

  private sendItem(client: ServerSide, { id }: Syncing, item: SyncItem): void {
    client.send({ _tag: "Chunk", requestId: id, values: [encodeItem(item)] })
  }

  private readLog(payload: { readonly log: LogId; readonly after: number; readonly limit?: number }) {
    const { log, after, limit = 20 } = payload
    const events = this.logs.get(log)?.events
    if (events === undefined)
      return Exit.fail(new Errors.ConversationNotFound({ conversation: ConversationId.make(log) }))
    const items = events.slice(after, after + limit).map((event) => ({ _tag: "Event", event }))
    return Exit.succeed({ items, head: Seq.make(events.length) })
  }

  private history(payload: {
    readonly conversation: ConversationId
    readonly before?: number
    readonly limit?: number
  }) {
    const { conversation, before = Number.POSITIVE_INFINITY, limit = 20 } = payload
    const head = this.head(conversationLog(conversation))
    const older = this.messages(conversation).filter(({ seq }) => seq < before)
    const messages = older.slice(-limit)
    const more = messages.length < older.length
    return Exit.succeed({
      conversation,
      messages,
      from: Seq.make(more ? (messages[0]?.seq ?? 1) : 1),
      to: Seq.make(Math.min(before - 1, head)),
      asOf: Seq.make(head),
      more,
    })
  }

  private post({ conversation, id, body }: { conversation: ConversationId; id: MessageId; body: Body }) {
    const message =
      this.messages(conversation).find((message) => message.id === id) ?? this.say(conversation, body, alice, id)
    return Exit.succeed({ conversation, seq: message.seq, at })
  }

  private markRead({ seq }: { readonly seq: Seq }) {
    this.markReads.push(seq)
    if (seq > this.position.seq) this.position = { seq, rev: this.position.rev + 1 }
    return Exit.succeed(this.position)
  }

  /** The account can see no more of a conversation. */
  readonly end = (conversation: ConversationId): void => {
    const last = Seq.make(this.logs.get(conversationLog(conversation))?.events.length ?? 0)
    this.append(accountLog(alice.id), { type: "ConversationGone", data: { conversation, last } }, null)
  }

  private append(log: LogId, what: Pick<LogEvent, "type" | "data">, actor: User | null): void {
    const { events, generation } = this.log(log)
    const seq = Seq.make(events.length + 1)
    // The pairs of type and data come from this file alone.
    events.push({ log, seq, mark: mark(generation, seq), at, actor, ...what } as LogEvent)
    for (const [client, syncing] of this.syncing) if (syncing.sent.get(log) === seq - 1) this.feed(client, syncing, log)
  }

  private log(log: LogId): Log {
    const found = this.logs.get(log)
    if (found === undefined) throw new Error(`no log ${log}`)
    return found
  }

  readonly head = (log: LogId): number => this.log(log).events.length
}

const mark = (generation: number, seq: number) =>
  Mark.make(generation.toString(16).padStart(8, "0") + seq.toString(16).padStart(8, "0"))

const decodeItems = Schema.decodeUnknownSync(Schema.toCodecJson(Schema.Array(SyncItem)))
const encodeItem = Schema.encodeSync(Schema.toCodecJson(SyncItem))
