// What docs/terminal.md says of keys, the mouse, notifications and messages that were not taken.
import { assert, describe, it } from "@effect/vitest"
import type { OutboxEntry } from "@chat/client/outbox/OutboxEntry"
import { Body, Seq } from "@chat/domain/Values"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { readKeys } from "../../src/screen/keysFile.ts"
import { type Notification, notifier } from "../../src/screen/notify.ts"
import { many, read, screenOf } from "./pressing.ts"
import { conversation, idOf, me, said, stateOf, viewOf } from "./views.ts"

const rooms = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    conversation(index + 1, [said(index + 1, 1, `hello ${index + 1}`)], read(1)),
  )

describe("keys", () => {
  it("of digits go to what stands in the list, arrows to its neighbours", () => {
    const screen = screenOf(viewOf(stateOf(...rooms(10))))
    screen.open(1)
    const listed = screen.draw().flatMap((line) => /^(\d) +#room(\d+)/u.exec(line)?.slice(1, 3) ?? [])
    assert.strictEqual(listed.length, 18)
    for (let at = 0; at < listed.length; at += 2) {
      screen.press(`M-${listed[at]}`)
      assert.strictEqual(screen.model().current, idOf(Number(listed[at + 1])))
    }
    screen.press("M-1", "M-Down")
    assert.strictEqual(screen.model().current, idOf(Number(listed[3])))
    screen.press("M-Up")
    assert.strictEqual(screen.model().current, idOf(Number(listed[1])))
  })

  it("for help show every key and every command, also while a message is selected, and can be paged through", () => {
    const screen = screenOf(viewOf(stateOf(conversation(1, many(3), read(3)))))
    screen.open(1)
    screen.press("F1")
    let all = ""
    for (let page = 0; page < 20; page++) {
      all += screen.text()
      screen.press("PageDown")
    }
    for (const text of ["Alt-A", "Ctrl-K", "/react", "/export", "With a message selected"]) assert.include(all, text)
    screen.press("Esc", "C-s")
    screen.type("?")
    assert.include(screen.text(), "Keys and commands")
  })

  it("for the end of a line go to a conversation only where there is nothing to cut out", () => {
    const screen = screenOf(viewOf(stateOf(...rooms(2))))
    screen.open(1)
    screen.type("some text")
    screen.press("C-a", "C-k")
    assert.strictEqual(screen.model().overlay._tag, "None")
    assert.notInclude(screen.text(), "some text")
    screen.press("C-k")
    assert.strictEqual(screen.model().overlay._tag, "Switcher")
  })

  it.effect("of one's own come from a file, which says what is wrong with it", () =>
    Effect.gen(function* () {
      const directory = mkdtempSync(join(tmpdir(), "chat-keys-"))
      yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(directory, { recursive: true })))
      const config = ConfigProvider.layer(ConfigProvider.fromUnknown({ XDG_CONFIG_HOME: directory }))
      const keys = Effect.provide(readKeys, config)
      assert.deepStrictEqual(yield* keys, {})
      mkdirSync(join(directory, "chat"))
      const file = join(directory, "chat", "keys.json")
      writeFileSync(file, '{"nextUnread": ["F5"]}')
      assert.deepStrictEqual(yield* keys, { nextUnread: ["F5"] })
      for (const [text, why] of [
        ['{"nextUnraed": ["F5"]}', 'nothing is called "nextUnraed"'],
        ['["F5"]', "is not an object"],
      ] as const) {
        writeFileSync(file, text)
        assert.include((yield* Effect.flip(keys)).message, why)
      }
    }),
  )
})

describe("the mouse", () => {
  it("selects the message that is clicked, and scrolls what is under the wheel", () => {
    const screen = screenOf(viewOf(stateOf(conversation(1, many(60), read(60)))))
    screen.open(1)
    const before = screen.draw()
    const row = before.findIndex((line) => line.includes("message number 50"))
    screen.give({ _tag: "Click", row, column: 30 })
    screen.type("r")
    assert.deepInclude(screen.model().places.get(idOf(1))?.writing, { to: Seq.make(50) })
    screen.give({ _tag: "Wheel", row: 5, column: 30, by: -1 })
    assert.include(screen.draw().join(), "↓ 3 more")
    screen.press("F1")
    screen.give({ _tag: "Wheel", row: 5, column: 30, by: 1 })
    assert.deepInclude(screen.model().overlay, { _tag: "Help", top: 3 })
  })
})

describe("a message that was not taken", () => {
  it("says why, is tried again with R, and taken back with d", () => {
    const failed: OutboxEntry = {
      id: said(9, 1, "x").id,
      account: me.id,
      conversation: idOf(1),
      body: Body.make("mine"),
      at: 0,
      status: { _tag: "Failed", failure: { tag: "ReadOnly", message: "Only moderators write here now" } },
    }
    const screen = screenOf(viewOf(stateOf(conversation(1, many(3), read(3))), { outbox: [failed] }))
    screen.open(1)
    assert.include(screen.text(), "not sent: Only moderators write here now")
    assert.include(screen.text(), "1 not sent")
    screen.press("C-s")
    screen.type("R")
    assert.deepStrictEqual(screen.asked("Retry"), [{ _tag: "Retry", message: failed.id }])
    screen.press("C-s")
    screen.type("d")
    assert.deepStrictEqual(screen.asked("TakeBack"), [{ _tag: "TakeBack", message: failed.id }])
  })
})

describe("a notification", () => {
  const notification: Notification = {
    conversation: idOf(1),
    place: "#room;1",
    author: "bob",
    text: "one\n\u001B]0;evil\u0007two",
    mention: true,
  }
  it.effect("goes out in the ways that were chosen, and obeys nobody", () =>
    Effect.gen(function* () {
      const sent = Effect.fnUntraced(function* (variables: Record<string, string>) {
        const notify = yield* Effect.provide(
          notifier,
          ConfigProvider.layer(ConfigProvider.fromUnknown({ CHAT_NOTIFY_COMMAND: "", ...variables })),
        )
        let all = ""
        notify(notification, (text) => (all += text))
        return all
      })
      const said = "bob in #room;1: one ␛]0;evil␇two"
      assert.strictEqual(yield* sent({}), `\u0007\u001B]9;${said}\u0007`)
      assert.strictEqual(
        yield* sent({ CHAT_NOTIFY: "osc777" }),
        `\u001B]777;notify;#room,1;${said.replaceAll(";", ",")}\u0007`,
      )
      assert.strictEqual(yield* sent({ CHAT_NOTIFY: "none" }), "")
    }),
  )
})
