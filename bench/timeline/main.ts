// What the text of the full screen costs: a frame of a timeline by how much is loaded and whether something came since the
// last one, and reading Markdown. Ratios say more than times, which are those of this machine.
//
//   node bench/timeline/main.ts
import { ConversationId, MessageId, UserId } from "@chat/domain/Ids"
import { type Message, unmarked } from "@chat/domain/Message"
import { Body, Seq, Timestamp, Username } from "@chat/domain/Values"
import { readMarkdown } from "../../packages/cli/src/markdown/read.ts"
import { toAnsi } from "../../packages/cli/src/text/ansi.ts"
import { themeOf } from "../../packages/cli/src/text/theme.ts"
import type { Item } from "../../packages/cli/src/timeline/Item.ts"
import { makeTimeline } from "../../packages/cli/src/timeline/Timeline.ts"
import { visibleRows } from "../../packages/cli/src/timeline/viewport.ts"

const bodies = [
  "hello there, how are you?",
  "see **this** and `code` at https://example.org/a?b=c, @ann",
  "- first\n- second\n  - deeper\n\n> a quote\n> of two lines\n\n```\nconst x = 1\n```",
  "a longer text that goes over several rows of the pane, with some emoji 👍🏽 in it, and _emphasis_ and ~~more~~, 你好",
]

const uuid = (number: number) => `018f0000-0000-7000-8000-${String(number).padStart(12, "0")}`
const conversation = ConversationId.make(uuid(1))
const authors = ["ann", "bob", "eve"].map((name, index) => ({
  id: UserId.make(uuid(10 + index)),
  username: Username.make(name),
}))
const [me = { id: UserId.make(uuid(2)), username: Username.make("me") }] = authors
const began = Date.UTC(2026, 10, 20)

const messageAt = (index: number): Message => ({
  id: MessageId.make(uuid(1_000 + index)),
  conversation,
  seq: Seq.make(index + 1),
  author: authors[Math.floor(index / 3) % authors.length] ?? me,
  body: Body.make(bodies[index % bodies.length] ?? ""),
  rev: Seq.make(index + 1),
  postedAt: Timestamp.make(new Date(began + index * 1_000).toISOString()),
  editedAt: null,
  deletedAt: null,
  ...unmarked,
})

const itemsOf = (count: number): ReadonlyArray<Item> =>
  Array.from({ length: count }, (_, index) => ({ _tag: "Message", message: messageAt(index) }))

const copied = (item: Item): Item => (item._tag === "Message" ? { ...item, message: { ...item.message } } : item)

const options = {
  columns: 80,
  links: true,
  me,
  nameOf: () => undefined,
  quoteOf: () => undefined,
  isFolded: () => false,
}
const theme = themeOf({ colours: "full", background: "dark" })

const frame = (items: ReadonlyArray<Item>): number => {
  let written = 0
  for (const { line } of visibleRows(makeTimeline(items, options), "end", 50)) {
    written += toAnsi(line, theme, 1).length
  }
  return written
}

/** Microseconds each, at best of several runs. */
const time = (times: number, run: (index: number) => unknown): number => {
  let best = Infinity
  for (let round = 0; round < 7; round++) {
    const from = performance.now()
    for (let index = 0; index < times; index++) run(index)
    best = Math.min(best, ((performance.now() - from) / times) * 1_000)
  }
  return best
}

const few = itemsOf(100)
const many = itemsOf(10_000)
const still = { few: time(200, () => frame(few)), many: time(200, () => frame(many)) }

// A message comes before each frame.
let growing = many
const streaming = time(100, (index) => {
  growing = [...growing.slice(1), { _tag: "Message", message: messageAt(10_000 + index) }]
  frame(growing)
})
const copying = time(100, () => {
  growing = [...growing.slice(1), { _tag: "Message", message: messageAt(10_000) }]
})
// rows are kept with the message: others, with the same texts, have none yet
const unseen = Array.from({ length: 7 * 20 }, () => many.slice(0, 60).map(copied))
const anew = time(20, () => frame(unseen.pop() ?? []))
const reading = time(2_000, (index) => readMarkdown(bodies[index % bodies.length] ?? ""))

const line = (what: string, microseconds: number, of?: number) =>
  console.log(
    `${what.padEnd(62)} ${microseconds.toFixed(0).padStart(7)} us${of === undefined ? "" : `  ${(microseconds / of).toFixed(2)} x`}`,
  )

line("a frame of 50 rows, 100 messages loaded", still.few)
line("the same, 10,000 loaded", still.many, still.few)
line("the same, after a message came (without copying the list)", streaming - copying, still.few)
line("a frame of messages that were never shown", anew, still.few)
line("Markdown of one message is read", reading)
console.log(`10,000 messages are read in ${(reading * 10).toFixed(0)} ms`)
