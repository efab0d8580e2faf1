import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import type { OutboxEntry } from "@chat/client/outbox/OutboxEntry"
import * as Arbitraries from "@chat/domain/Arbitraries"
import { ConversationId, MessageId, UserId } from "@chat/domain/Ids"
import { type Message, unmarked } from "@chat/domain/Message"
import { Body, Emoji, Seq, Timestamp, Username } from "@chat/domain/Values"
import { localDate, localTime } from "../../src/terminal/time.ts"
import { lineWidth, textOf } from "../../src/text/styled.ts"
import type { Item } from "../../src/timeline/Item.ts"
import { makeTimeline, type Timeline, type TimelineOptions } from "../../src/timeline/Timeline.ts"
import { type Position, scrolled, showing, visibleRows } from "../../src/timeline/viewport.ts"
import { HostileText } from "../text/samples.ts"

const uuid = (number: number) => `018f0000-0000-7000-8000-${String(number).padStart(12, "0")}`
const conversation = ConversationId.make(uuid(1))
const user = (number: number, name: string) => ({ id: UserId.make(uuid(number)), username: Username.make(name) })
const [ann, bob, eve] = [user(11, "ann"), user(12, "bob"), user(13, "eve")]
const noon = new Date(2026, 10, 20, 12).getTime()
const stamp = (minutes: number) => Timestamp.make(new Date(noon + minutes * 60_000).toISOString())

const said = (
  seq: number,
  author: Message["author"],
  body: string | null,
  minutes: number,
  more: Partial<Message> = {},
): Item => ({
  _tag: "Message",
  message: {
    id: MessageId.make(uuid(100 + seq)),
    conversation,
    seq: Seq.make(seq),
    author,
    body: body === null ? null : Body.make(body),
    rev: Seq.make(seq),
    postedAt: stamp(minutes),
    editedAt: null,
    deletedAt: null,
    ...unmarked,
    ...more,
  },
})

const outgoing = (number: number, body: string, status: OutboxEntry["status"]): Item => ({
  _tag: "Outgoing",
  entry: { id: MessageId.make(uuid(number)), account: ann.id, conversation, body: Body.make(body), at: noon, status },
})

const options: TimelineOptions = {
  columns: 50,
  links: true,
  me: ann,
  nameOf: (id) => [ann, bob, eve].find((one) => one.id === id)?.username,
  quoteOf: () => undefined,
  isFolded: ({ author }) => author.id === eve.id,
}

const rowsOf = (timeline: Timeline) =>
  Array.from({ length: timeline.length }, (_, index) => timeline.rowsAt(index)).flat()
const shown = (items: ReadonlyArray<Item>, more: Partial<TimelineOptions> = {}) =>
  rowsOf(makeTimeline(items, { ...options, ...more })).map((row) => textOf(row).trimEnd())

const rule = (text: string, columns = 50) => `── ${text} `.padEnd(columns, "─")
const today = rule(`Friday ${localDate(noon)}`)
const at = (minutes: number) => localTime(noon + minutes * 60_000)

describe("a timeline", () => {
  it("has a head for what one author says within some minutes, and a line for each day", () => {
    const items = [said(1, bob, "one", 0), said(2, bob, "two", 4), said(3, bob, "three", 20), said(4, ann, "four", 21)]
    assert.deepStrictEqual(shown([...items, said(5, ann, "five", 1_440)]), [
      today,
      `${at(0)} bob`,
      "      one",
      "    · two",
      `${at(20)} bob`,
      "      three",
      `${at(21)} ann`,
      "      four",
      rule(`Saturday ${localDate(noon + 86_400_000)}`),
      `${at(0)} ann`,
      "      five",
    ])
    const midnight = [said(1, bob, "one", 719), said(2, bob, "two", 721)]
    assert.deepStrictEqual(shown(midnight).slice(3), [
      rule(`Saturday ${localDate(noon + 86_400_000)}`),
      `${at(721)} bob`,
      "      two",
    ])
  })

  it("says of a message what it answers, whether it was changed, and what others put on it", () => {
    const first = said(1, bob, "one **two**\nthree", 0)
    const message = said(2, ann, "yes", 1, {
      replyTo: Seq.make(1),
      editedAt: stamp(2),
      pinned: { at: stamp(2), by: bob },
      reactions: [
        { emoji: Emoji.make("👍"), count: 3, mine: true },
        { emoji: Emoji.make("🎉"), count: 1, mine: false },
      ],
      replies: 2,
    })
    const quoteOf = () => (first._tag === "Message" ? first.message : undefined)
    assert.deepStrictEqual(shown([first, message], { quoteOf }).slice(4), [
      `${at(1)} ann`,
      "      ┌ bob one **two** three",
      "      yes (edited) (pinned)",
      "      [👍 3]  🎉 1",
      "      └ 2 messages in its thread",
    ])
    assert.include(shown([first, message]), "      ┌ message 1")
    assert.deepStrictEqual(shown([said(3, bob, null, 0), said(4, bob, null, 0, { hidden: true })]).slice(2), [
      "      (deleted)",
      "    · (deleted for you)",
    ])
    assert.deepStrictEqual(shown([said(3, bob, "x", 0, { thread: Seq.make(1) })]).slice(2), [
      "      in the thread of message 1",
      "      x",
    ])
  })

  it("says how far a message on its way has come", () => {
    const failure = { tag: "TooLarge", message: "too long" }
    assert.deepStrictEqual(
      shown([
        outgoing(1, "a", { _tag: "Pending", attempted: false }),
        outgoing(2, "b", { _tag: "Sent", seq: Seq.make(1) }),
        outgoing(3, "c", { _tag: "Failed", failure }),
      ]),
      [today, `${at(0)} ann`, "      a (sending)", "    · b", "    · c", "      ! not sent: too long"],
    )
  })

  it("folds what people say whom the reader has blocked", () => {
    const items = [said(1, bob, "a", 0), said(2, eve, "b", 0), said(3, eve, "c", 0), said(4, bob, "d", 0)]
    assert.deepStrictEqual(shown(items).slice(2), [
      "      a",
      `${at(0)} -- 2 messages of people you blocked`,
      `${at(0)} bob`,
      "      d",
    ])
  })

  it("has a line before the first message that is new, which is never one's own", () => {
    const items = [said(1, bob, "a", 0), said(2, ann, "b", 0), said(3, bob, "c", 0), said(4, bob, "d", 0)]
    const line = rule("new since you were here")
    assert.deepStrictEqual(shown(items, { readTo: Seq.make(1) }).indexOf(line), 5)
    assert.notInclude(shown(items, { readTo: Seq.make(4) }), line)
    assert.notInclude(shown(items.slice(0, 2), { readTo: Seq.make(1) }), line)
    assert.include(shown([said(9, eve, "x", 0)], { readTo: Seq.make(1) }), line)
  })

  it("shows what happened besides messages, and names are highlighted whom a text mentions", () => {
    const happening: Item = { _tag: "Happening", key: "x", at: noon, text: "bob left\u001B[2J" }
    assert.deepStrictEqual(shown([happening]).slice(1), [`${at(0)} -- bob left␛[2J`])
    const rows = rowsOf(makeTimeline([said(1, bob, "@ann @bob @eve", 0, { mentions: [ann.id, bob.id] })], options))
    const mentions = rows.flat().flatMap(({ text, style }) => (text.startsWith("@") ? [[text, style.fg]] : []))
    assert.deepStrictEqual(mentions, [
      ["@ann", "mentionMe"],
      ["@bob", "mention"],
    ])
  })

  it("leaves out the times before the texts where there is little room", () => {
    assert.deepStrictEqual(shown([said(1, bob, "a b", 0)], { columns: 30 }), [
      rule(`Friday ${localDate(noon)}`, 30),
      `bob ${at(0)}`,
      "  a b",
    ])
  })
})

/** Messages as they may come, with texts that somebody made to break something. */
const hostileItem: Arbitrary.Arbitrary<Item> = Arbitrary.map(
  Arbitrary.all([
    Arbitraries.message,
    Arbitrary.schema(HostileText),
    Arbitrary.schema(Schema.Literals([ann, bob, eve].map(({ username }) => username))),
  ]),
  ([message, text, name]) => ({
    _tag: "Message",
    message: {
      ...message,
      body: message.body === null ? null : Body.make(`x${text.join("").replaceAll("\u0000", "").toWellFormed()}`),
      author: [ann, bob, eve].find(({ username }) => username === name) ?? bob,
    },
  }),
)

const Size = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 60 }))

describe("on the screen", () => {
  const items = Arbitrary.array(hostileItem, { maxLength: 12 })
  it.prop("no row is wider than asked", [items, Size], ([items, columns]) => {
    for (const row of rowsOf(makeTimeline(items, { ...options, columns }))) {
      assert.isAtMost(lineWidth(row), columns)
      assert.notMatch(textOf(row), /[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/u)
    }
  })

  const Scrolls = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: -30, maximum: 30 }))).check(
    Schema.isMaxLength(6),
  )
  it.prop(
    "is always a part of all rows, moved by as many as was scrolled",
    [items, Size, Scrolls],
    ([items, height, scrolls]) => {
      const timeline = makeTimeline(items, options)
      const all = rowsOf(timeline)
      const most = Math.max(0, all.length - height)
      let position: Position = "end"
      let offset = 0
      for (const rows of [0, ...scrolls]) {
        position = scrolled(timeline, position, height, rows)
        offset = Math.max(0, Math.min(most, offset + rows))
        const end = all.length - offset
        const visible = visibleRows(timeline, position, height).map(({ line }) => line)
        assert.deepStrictEqual(visible, all.slice(Math.max(0, end - height), end))
      }
    },
  )

  it.prop("stays what it is when something comes below it", [items, hostileItem, Size], ([items, item, height]) => {
    const isFolded = () => false
    const make = (all: ReadonlyArray<Item>) => makeTimeline(all, { ...options, isFolded })
    const position = scrolled(make(items), "end", height, 3)
    if (position === "end") return
    assert.deepStrictEqual(
      visibleRows(make([...items, item]), position, height),
      visibleRows(make(items), position, height),
    )
  })

  it("is where somebody wants to look", () => {
    const items = Array.from({ length: 100 }, (_, index) => said(index + 1, bob, `text ${index}`, index * 10))
    const timeline = makeTimeline(items, options)
    for (const index of [0, 50, 99]) {
      const rows = visibleRows(timeline, showing(timeline, uuid(101 + index), 10), 10)
      assert.lengthOf(rows, 10)
      assert.include(
        rows.map(({ line }) => textOf(line).trim()),
        `text ${index}`,
      )
    }
  })
})
