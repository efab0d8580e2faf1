// What a key costs on the full screen, from what it means to what is written to the terminal, by how much is loaded and
// whether something comes at the same time. The terminal itself and the network are left out.
// Then the program from its start on.
//
//   node bench/screen/main.ts
import type { Message } from "@chat/domain/Message"
import { keymapOf } from "../../packages/cli/src/screen/keymap.ts"
import { type ChatView, initialModel } from "../../packages/cli/src/screen/Model.ts"
import { update } from "../../packages/cli/src/screen/update.ts"
import { view } from "../../packages/cli/src/screen/view.ts"
import { themeOf } from "../../packages/cli/src/text/theme.ts"
import { Painter } from "../../packages/cli/src/tty/Painter.ts"
import { measureStart } from "./start.ts"
import { conversation, idOf, said, stateOf, viewOf } from "../../packages/cli/test/screen/views.ts"

const bodies = [
  "hello there, how are you?",
  "see **this** and `code` at https://example.org/a?b=c, @ann",
  "- first\n- second\n\n> a quote\n\n```\nconst x = 1\n```",
  "a longer text that goes over several rows of the pane, with some emoji 👍🏽 in it, and _emphasis_, 你好",
]
const messageAt = (seq: number) => said(1, seq, bodies[seq % bodies.length] ?? "")
const others = Array.from({ length: 30 }, (_, index) => conversation(index + 2, [said(index + 2, 1, "hello")]))
const chatOf = (messages: ReadonlyArray<Message>): ChatView => viewOf(stateOf(conversation(1, messages), ...others))

const theme = themeOf({ colours: "full", background: "dark" })
const keymap = keymapOf()
const keys = 1_000

/** The milliseconds of each key; `comes`: before each of them there is one message more. */
const pressed = (count: number, comes: boolean): ReadonlyArray<number> => {
  let messages: ReadonlyArray<Message> = Array.from({ length: count }, (_, index) => messageAt(index + 1))
  let chat = chatOf(messages)
  let [model] = update(initialModel({ columns: 120, rows: 40 }), { _tag: "Go", conversation: idOf(1) }, chat, keymap)
  const painter = new Painter()
  const times: Array<number> = []
  for (let key = 0; key < keys; key++) {
    if (comes) {
      messages = [...messages.slice(1), messageAt(count + key + 1)]
      chat = chatOf(messages)
    }
    const from = performance.now()
    const text = String.fromCodePoint(97 + (key % 26))
    ;[model] = update(model, key % 60 === 59 ? { _tag: "Key", key: "C-u" } : { _tag: "Text", text }, chat, keymap)
    painter.paint(view(model, chat).frame, theme)
    times.push(performance.now() - from)
  }
  return times.toSorted((a, b) => a - b)
}

const show = (what: string, run: () => ReadonlyArray<number>) => {
  run()
  const before = process.cpuUsage()
  const times = run()
  const { user, system } = process.cpuUsage(before)
  const at = (part: number) => (times[Math.floor(times.length * part)] ?? 0).toFixed(2).padStart(6)
  const cpu = ((user + system) / 1_000 / keys).toFixed(2)
  console.log(`${what.padEnd(40)} p50 ${at(0.5)} ms  p95 ${at(0.95)} ms  CPU of each, and of making it ${cpu} ms`)
}

show("a key, 100 messages loaded", () => pressed(100, false))
show("a key, 10,000 loaded", () => pressed(10_000, false))
show("a key and a message, 10,000 loaded", () => pressed(10_000, true))
console.log(`memory of this: ${(process.memoryUsage().rss / 1_048_576).toFixed(0)} MiB`)

await measureStart()
