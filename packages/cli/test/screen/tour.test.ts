// The screens and the keys in docs/terminal.md are made here: `npm run tour` writes them anew.
import { afterAll, assert, describe, it } from "@effect/vitest"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { OutboxEntry } from "@chat/client/outbox/OutboxEntry"
import { Body, Emoji, RoomName, Seq, Topic } from "@chat/domain/Values"
import { begin, type Input } from "../../src/entry/Form.ts"
import { update as fillIn } from "../../src/entry/update.ts"
import { view as entryView } from "../../src/entry/view.ts"
import { keyHelp } from "../../src/screen/keymap.ts"
import { textOf } from "../../src/text/styled.ts"
import { many, read, screenOf } from "./pressing.ts"
import { bob, conversation, idOf, me, person, said, stateOf, viewOf } from "./views.ts"

const file = join(import.meta.dirname, "..", "..", "..", "..", "docs", "terminal.md")

// times are shown as they are where somebody sits
const zone = process.env["TZ"]
process.env["TZ"] = "UTC"
afterAll(() => {
  if (zone === undefined) delete process.env["TZ"]
  else process.env["TZ"] = zone
})

const eve = person("eve", 3)
const by = (who: typeof bob) => ({ author: who })

const garden = [
  said(1, 1, "The tulips are out!", by(eve)),
  said(1, 2, "All of them? I was away for **two days** only.", by(me)),
  said(1, 3, "All of them. And the 桜 over there, look: https://example.org/photos/42", {
    ...by(eve),
    reactions: [{ emoji: Emoji.make("🌷"), count: 2, mine: true }],
    replies: 2,
  }),
  said(1, 4, "Water them before ten:\n\n```sh\ngarden water --beds 1-4 --minutes 10\n```", {
    editedAt: said(1, 5, "x").postedAt,
  }),
  said(1, 5, "@ann can you do beds 3 and 4? I am not there on Sunday.", { replyTo: Seq.make(2), mentions: [me.id] }),
]
const inThread = [
  said(1, 6, "Which camera is this?", { ...by(bob), thread: Seq.make(3) }),
  said(1, 7, "My telephone.", { ...by(eve), thread: Seq.make(3) }),
]

const direct = { kind: "direct", name: null, topic: null } as const

const chat = viewOf({
  ...stateOf(
    conversation(1, [...garden, ...inThread], {
      name: RoomName.make("garden"),
      topic: Topic.make("What grows, and who waters it"),
      memberCount: 3,
      position: { seq: Seq.make(3), rev: 1 },
      unread: 2,
      mentions: 1,
    }),
    conversation(2, many(1), { ...read(1), ...direct, peer: bob }),
    conversation(3, [said(3, 1, "?")], { ...direct, peer: eve, unread: 1 }),
    conversation(4, many(2), { ...read(2), name: RoomName.make("general") }),
  ),
  presence: new Map([
    [bob.id, { user: bob.id, state: "online", lastSeen: null }],
    [eve.id, { user: eve.id, state: "away", lastSeen: null }],
  ]),
})

const opened = (columns: number, rows: number) => {
  const screen = screenOf(chat, columns, rows)
  screen.open(1)
  return screen
}

const pressed = (columns: number, rows: number, keys: ReadonlyArray<string>, text = "") => {
  const screen = opened(columns, rows)
  screen.press(...keys)
  if (text !== "") screen.type(text)
  return screen.text()
}

const tableOfKeys = () =>
  keyHelp()
    .map(({ title, rows }) => {
      const lines = rows.map(({ keys, says, action }) => `| ${keys} | \`${action}\` | ${says} |`)
      return [`### ${title}`, "", "| key | name | |", "| --- | --- | --- |", ...lines].join("\n")
    })
    .join("\n\n")

/** Somebody signs up, and the name is taken. */
const firstRun = () => {
  const [first] = begin({ server: "http://127.0.0.1:8080", profile: "default", asksServer: true })
  const typed = [
    "Enter",
    "Enter",
    "ann",
    "Enter",
    "ann@example.com",
    "Enter",
    "correct horse",
    "Enter",
    "correct horse",
  ]
  const inputs: ReadonlyArray<Input> = [
    { _tag: "Resize", size: { columns: 80, rows: 16 } },
    { _tag: "Checked", server: "http://127.0.0.1:8080", problem: null },
    ...typed.map((text) =>
      text === "Enter" ? ({ _tag: "Key", key: text } as const) : ({ _tag: "Text", text } as const),
    ),
    { _tag: "Refused", problems: { name: "The name ann is taken" } },
  ]
  const form = inputs.reduce((form, input) => fillIn(form, input)[0], first)
  return entryView(form)
    .rows.map((line) => textOf(line).trimEnd())
    .join("\n")
    .trimEnd()
}

const search = () => {
  const screen = opened(80, 12)
  screen.press("C-f")
  screen.type("beds from:@bob")
  screen.press("Enter")
  const hits = garden.filter(({ author }) => author === bob).map((message) => ({ message }))
  screen.give({ _tag: "Found", query: "beds from:@bob", hits })
  screen.press("Down")
  return screen.text()
}

/** Two messages wait, and one was not taken. */
const offline = () => {
  const screen = screenOf(chat, 80, 18)
  screen.open(1)
  const entry = (number: number, body: string, status: OutboxEntry["status"]): OutboxEntry => ({
    id: said(9, number, "x").id,
    account: me.id,
    conversation: garden[0]?.conversation ?? idOf(1),
    body: Body.make(body),
    at: Date.UTC(2026, 10, 20, 12, 6 + number),
    status,
  })
  const waits = { _tag: "Pending", attempted: false } as const
  const refused = { _tag: "Failed", failure: { tag: "ReadOnly", message: "Only moderators write here now" } } as const
  screen.change({
    ...chat,
    connection: { _tag: "Offline", since: Date.UTC(2026, 10, 20, 12, 6), retryAt: chat.now + 7_000, reason: "gone" },
    outbox: [
      entry(1, "All right, on Sunday", refused),
      entry(2, "I am on the train", waits),
      entry(3, "Later!", waits),
    ],
  })
  screen.press("C-End")
  return screen.text()
}

const parts: Record<string, () => string> = {
  entry: firstRun,
  "80x24": () => opened(80, 24).text(),
  "60x15": () => opened(60, 15).text(),
  "120x40": () => {
    const screen = opened(120, 30)
    screen.press("C-s", "Up", "Up")
    screen.type("t")
    screen.type("A good one!")
    return screen.text()
  },
  selecting: () => pressed(80, 24, ["C-s", "Up"]),
  search,
  offline,
  switcher: () => pressed(80, 12, ["C-k"], "ge"),
  keys: tableOfKeys,
}

const written = (name: string, text: string) =>
  name === "keys"
    ? text
    : [
        "```text",
        text
          .split("\n")
          .map((line) => line.trimEnd())
          .join("\n"),
        "```",
      ].join("\n")

describe("docs/terminal.md", () => {
  it("shows the screens and the keys as they are", () => {
    const before = readFileSync(file, "utf8")
    let after = before
    for (const [name, make] of Object.entries(parts)) {
      const pattern = new RegExp(`(<!-- ${name} -->\n)[^]*?(\n<!-- /${name} -->)`, "u")
      assert.match(before, pattern, name)
      after = after.replace(pattern, (_, begin: string, end: string) => `${begin}\n${written(name, make())}\n${end}`)
    }
    if (process.env["CHAT_TEST_WRITE"] === "1") writeFileSync(file, after)
    else assert.strictEqual(before, after, "npm run tour writes them anew")
  })
})
