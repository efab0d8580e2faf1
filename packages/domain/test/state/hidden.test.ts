/**
 * What an account hides, in its own log, against what happens in a conversation's log: the server reads and sends each
 * log when it likes, pages are read earlier than they arrive, and posts go out as they were written. Whatever the order,
 * the client ends with what would be fetched afresh.
 */
import { assert, describe, it } from "@effect/vitest"
import type { Conversation } from "@chat/domain/Conversation"
import { ConversationId } from "@chat/domain/Ids"
import * as LogHistory from "@chat/domain/LogHistory"
import type { Message } from "@chat/domain/Message"
import { apply, applyAll } from "@chat/domain/state/apply"
import { empty, type LocalItem } from "@chat/domain/state/State"
import type { SyncItem } from "@chat/domain/Sync"
import type { User } from "@chat/domain/User"
import { Body, Seq } from "@chat/domain/Values"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import { afterAll } from "vitest"
import { runs } from "../runs.ts"
import { accountEvent, accountSnapshot } from "./account.ts"

type Item = SyncItem | LocalItem

const person = (index: number): User => {
  const user = LogHistory.people[index]
  if (user === undefined) throw new Error("There are too few people")
  return user
}
const ada = person(0)
const bob = person(1)

const Step = Schema.Struct({
  what: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 11 })),
  which: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000 })),
})

const met = { hiddenBefore: 0, hiddenAfter: 0, pageFromBefore: 0, deletedLater: 0 }
afterAll(() => {
  console.log("rare cases met:", JSON.stringify(met))
  for (const [name, count] of Object.entries(met)) assert.isAbove(count, 0, `${name} was never met`)
})

/** A server with one room of Bob's and Ada's, and what it has sent to a device of Ada's. */
class World {
  readonly items: Array<Item> = []
  private readonly id = ConversationId.make("00000002-0000-4000-8000-000000000001")
  private readonly facts: Array<LogHistory.Fact> = [
    { type: "created", by: bob },
    { type: "joined", by: ada },
    // Known from pages only.
    ...Array.from({ length: 3 }, (): LogHistory.Fact => ({ type: "posted", by: bob, body: Body.make("early") })),
  ]
  private readonly hidden: Array<number> = []
  private readonly live = new Set<number>()
  private readonly pages: Array<Extract<LocalItem, { readonly _tag: "HistoryFetched" }>> = []
  private position = { seq: 2, rev: 1 }
  private told = 1
  private sent = 5
  private sentOwn = 0
  private fetches = 0

  constructor() {
    this.items.push(accountSnapshot([this.id]))
    this.items.push({ _tag: "ConversationSnapshot", conversation: this.conversation(), reason: "new" })
  }

  private get history(): LogHistory.LogHistory {
    return { id: this.id, facts: this.facts, viewer: ada, joined: 2, visibility: "all" }
  }

  private readonly seen = (message: Message): Message =>
    this.hidden.includes(message.seq) ? { ...message, body: null, hidden: true } : message

  messages(): ReadonlyArray<Message> {
    return LogHistory.messagesAsOf(this.history, 1, this.facts.length, this.facts.length).map(this.seen)
  }

  conversation(): Conversation {
    const position = { seq: Seq.make(this.position.seq), rev: this.position.rev }
    const found = LogHistory.conversationAsOf(this.history, this.facts.length, position)
    const unread = this.messages().filter(
      ({ seq, author, deletedAt, hidden }) =>
        seq > position.seq && author.id !== ada.id && deletedAt === null && !hidden,
    )
    return { ...found, unread: unread.length, lastMessage: found.lastMessage && this.seen(found.lastMessage) }
  }

  perform({ what, which }: typeof Step.Type): void {
    const alive = this.messages().filter(({ deletedAt }) => deletedAt === null)
    const one = alive[which % Math.max(1, alive.length)]
    if (what < 3) this.facts.push({ type: "posted", by: which % 3 === 0 ? ada : bob, body: Body.make(`text ${which}`) })
    else if (what === 3 && one !== undefined) this.facts.push({ type: "deleted", by: one.author, message: one.seq })
    else if (what < 6 && one !== undefined && !one.hidden) this.hide(one.seq)
    else if (what === 6) this.position = { seq: which % (this.facts.length + 1), rev: this.position.rev + 1 }
    else if (what === 7) this.sendOwn()
    else if (what === 8) this.send()
    else if (what === 9) this.sendAsWritten()
    else if (what === 10) this.fetch()
    else this.arrive()
  }

  private hide(seq: number): void {
    this.hidden.push(seq)
    this.position = { ...this.position, rev: this.position.rev + 1 }
    if (seq > this.sent) met.hiddenBefore++
    else met.hiddenAfter++
  }

  private sendOwn(): void {
    for (; this.sentOwn < this.hidden.length; this.sentOwn++) {
      const seq = Seq.make(this.hidden[this.sentOwn] ?? 0)
      const { id: messageId } = LogHistory.messageAsOf(this.history, seq, seq) ?? { id: undefined }
      if (messageId === undefined) throw new Error(`There is no message ${seq}`)
      this.items.push(
        accountEvent(this.sentOwn + 2, { type: "MessageHidden", data: { conversation: this.id, messageId, seq } }),
      )
    }
  }

  /** What follows in the log, as it is now, and the position if it has moved. */
  private send(): void {
    const head = this.facts.length
    for (const item of LogHistory.itemsOf(this.history, this.sent + 1, head, head)) {
      const { event } = item as Extract<typeof item, { readonly _tag: "Event" }>
      const data = "message" in event.data ? { ...event.data, message: this.seen(event.data.message) } : event.data
      if (event.type === "MessageDeleted" && this.hidden.includes(event.data.message.seq)) met.deletedLater++
      this.items.push({ _tag: "Event", event: { ...event, data } as typeof event })
    }
    this.sent = head
    if (this.told === this.position.rev) return
    const { position, unread, mentions } = this.conversation()
    this.items.push({ _tag: "PositionChanged", conversation: this.id, position, unread, mentions })
    this.told = this.position.rev
  }

  /** The next event if it is a post, as it was written: whoever wrote it tells so late that it may be hidden by now. */
  private sendAsWritten(): void {
    const seq = this.sent + 1
    const [item] = LogHistory.itemsOf(this.history, seq, Math.min(seq, this.facts.length), seq)
    if (item?._tag !== "Event" || item.event.type !== "MessagePosted" || this.live.has(seq)) return
    this.live.add(seq)
    this.items.push(item)
    this.sent = seq
  }

  private fetch(): void {
    const fetch = ++this.fetches
    this.items.push({ _tag: "FetchStarted", fetch, conversation: this.id })
    const asOf = Seq.make(this.facts.length)
    const page = { conversation: this.id, messages: this.messages(), from: Seq.make(1), to: asOf, asOf, more: false }
    this.pages.push({ _tag: "HistoryFetched", fetch, page })
  }

  private arrive(): void {
    const item = this.pages.shift()
    if (item === undefined) return
    if (item.page.messages.some(({ seq, hidden }) => !hidden && this.hidden.includes(seq))) met.pageFromBefore++
    this.items.push(item)
  }

  /** Everything arrives, the two logs in either order. */
  finish(ownFirst: boolean): void {
    for (const send of ownFirst ? [this.sendOwn, this.send] : [this.send, this.sendOwn]) send.call(this)
    while (this.pages.length > 0) this.arrive()
  }
}

const program = Arbitrary.all([
  Arbitrary.array(Arbitrary.schema(Step), { minLength: 10, maxLength: 80 }),
  Arbitrary.schema(Schema.Boolean),
])

describe("what an account hides", () => {
  it.prop(
    "ends in the state that would be fetched afresh, in whatever order its log and the conversation's come",
    [program],
    ([[steps, ownFirst]]) => {
      const world = new World()
      for (const step of steps) world.perform(step)
      world.finish(ownFirst)
      const expected = world.conversation()
      const state = applyAll(empty, world.items)
      const conversation = state.conversations.get(expected.id)
      assert.isDefined(conversation)
      const { window, members: _, ...listed } = conversation ?? { window: undefined, members: null }
      assert.deepStrictEqual(listed, expected)
      assert.deepStrictEqual(
        window?.messages,
        world.messages().filter(({ seq }) => seq >= (window?.from ?? 0)),
      )
      assert.deepStrictEqual(
        world.items.reduce((before, item) => apply(before, item), empty),
        state,
      )
    },
    runs(500),
  )

  it("is not shown by a page from before a snapshot of the account, which does not say what it was", () => {
    const id = ConversationId.make("00000002-0000-4000-8000-000000000001")
    const facts: ReadonlyArray<LogHistory.Fact> = [
      { type: "created", by: bob },
      { type: "joined", by: ada },
      { type: "posted", by: bob, body: Body.make("hello") },
    ]
    const of = { id, facts, viewer: ada, joined: 2, visibility: "all" as const }
    const place = { seq: Seq.make(3), rev: 1 }
    const snapshot: Item = {
      _tag: "ConversationSnapshot",
      conversation: LogHistory.conversationAsOf(of, 3, place),
      reason: "gap",
    }
    const messages = LogHistory.messagesAsOf(of, 1, 3, 3)
    const page = { conversation: id, messages, from: Seq.make(1), to: Seq.make(3), asOf: Seq.make(3), more: false }
    const state = applyAll(empty, [
      accountSnapshot([id]),
      snapshot,
      { _tag: "FetchStarted", fetch: 1, conversation: id },
      accountSnapshot([id]),
      snapshot,
      { _tag: "HistoryFetched", fetch: 1, page },
    ])
    assert.deepStrictEqual(state.conversations.get(id)?.window.messages, [])
  })
})
