import { assert, describe, it } from "@effect/vitest"
import { keyHelp, keymapOf } from "../../src/screen/keymap.ts"
import { many, read, screenOf } from "./pressing.ts"
import { conversation, me, said, stateOf, viewOf } from "./views.ts"

describe("Tab", () => {
  it("completes who is meant, and goes on to the next with every further Tab", () => {
    const messages = [...many(2), said(1, 3, "hi", { author: me })]
    const screen = screenOf(viewOf(stateOf(conversation(1, messages, read(3)), conversation(2, [], { unread: 0 }))))
    screen.open(1)
    screen.type("hello @b")
    screen.press("Tab")
    assert.include(screen.text(), "> hello @bob")
    screen.type("see #room")
    screen.press("Tab", "Tab")
    assert.include(screen.text(), "> hello @bob see #room2")
    screen.press("S-Tab")
    assert.include(screen.text(), "> hello @bob see #room1")
    screen.press("C-u")
    screen.type("/rea")
    screen.press("Tab")
    assert.include(screen.text(), "> /react")
  })

  it("asks for the names of emoji when they are needed", () => {
    const chat = viewOf(stateOf(conversation(1, many(2), read(3))))
    const screen = screenOf(chat)
    screen.open(1)
    screen.type("good :thumbs")
    screen.press("Tab")
    assert.deepStrictEqual(screen.asked("LoadEmoji"), [{ _tag: "LoadEmoji" }])
    screen.change({ ...chat, emoji: [{ emoji: "👍", names: ["thumbs_up"] }] })
    screen.give({ _tag: "EmojiLoaded" })
    assert.include(screen.text(), "> good 👍")
    screen.press("C-s")
    screen.type("+")
    screen.type("thumb")
    screen.press("Enter")
    assert.deepInclude(screen.asked("Run")[0], { command: { name: "react", rest: "2 👍" } })
  })
})

describe("keys of one's own", () => {
  it("are taken from what has them usually, and help says so", () => {
    const rebound = { nextUnread: ["F1"], help: ["M-h"] }
    const keys = keymapOf(rebound)
    assert.deepStrictEqual([keys.anywhere.get("F1"), keys.anywhere.get("M-h")], ["nextUnread", "help"])
    assert.isUndefined(keys.anywhere.get("M-a"))
    const shown = keyHelp(rebound).flatMap(({ rows }) => rows.map((row) => row.keys))
    assert.includeMembers(shown, ["Alt-H", "F1"])
  })

  it("are no two of one place", () => {
    for (const { rows } of keyHelp()) {
      const all = rows.flatMap(({ keys }) => keys.split(", "))
      assert.strictEqual(new Set(all).size, all.length, all.join())
    }
  })
})
