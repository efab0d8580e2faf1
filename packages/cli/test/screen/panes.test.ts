import { assert, describe, it } from "@effect/vitest"
import { Seq } from "@chat/domain/Values"
import { many, read, screenOf } from "./pressing.ts"
import { conversation, idOf, person, stateOf, viewOf } from "./views.ts"

describe("the members", () => {
  const people = Array.from({ length: 60 }, (_, index) =>
    person(`member${String(index).padStart(2, "0")}`, 100 + index),
  )
  const list = people.map((user, index) => ({ user, joined: Seq.make(index + 1), role: null }))
  const chat = viewOf(
    stateOf(conversation(1, many(3), { ...read(3), memberCount: 150, members: { list, next: "more" } })),
  )

  it("are scrolled through, and more of them are asked for near the end", () => {
    for (const columns of [120, 60]) {
      const screen = screenOf(chat, columns, 24)
      screen.open(1)
      screen.press("F3")
      assert.include(screen.text(), "member00")
      assert.match(screen.text(), /Members {2}150 {2}↓ \d+ more/u)
      assert.deepStrictEqual(
        screen.asked("LoadMembers").map((job) => ("after" in job ? job.after : "")),
        [null],
      )
      screen.press("M-PageDown")
      assert.notInclude(screen.text(), "member00")
      // where they stand in the place of the timeline, the usual keys do it as well
      screen.press(columns === 60 ? "PageDown" : "M-PageDown")
      assert.deepInclude(screen.asked("LoadMembers").at(-1), { after: "more" })
      screen.press("M-PageDown", "M-PageDown", "M-PageDown", "M-PageDown")
      assert.include(screen.text(), "member59")
      screen.press("M-PageUp")
      assert.notInclude(screen.text(), "member59")
    }
  })

  it("are scrolled by the wheel over them", () => {
    const screen = screenOf(chat, 120, 24)
    screen.open(1)
    screen.press("F3")
    screen.give({ _tag: "Wheel", row: 5, column: 110, by: 1 })
    assert.notInclude(screen.text(), "member02")
    assert.include(screen.text(), "member03")
  })
})

describe("without a connection", () => {
  const connection = { _tag: "Offline", since: 0, retryAt: 1_000, reason: "gone" } as const
  const messages = many(60, 41)
  const window = { from: Seq.make(41), messages }
  const unread = { position: { seq: Seq.make(50), rev: 1 }, unread: 50, window }
  const state = stateOf(conversation(1, messages, unread))

  it("nothing is asked of the server in vain, and what was seen is read once it is there", () => {
    const screen = screenOf(viewOf(state, { connection }))
    screen.open(1)
    assert.include(screen.text(), "offline since")
    screen.press("C-Home")
    screen.draw()
    assert.deepStrictEqual([...screen.asked("LoadOlder"), ...screen.asked("MarkRead")], [])
    screen.change(viewOf(state))
    screen.give({ _tag: "Online" })
    assert.deepStrictEqual(screen.asked("Refill"), [{ _tag: "Refill", conversation: idOf(1) }])
    screen.press("M-u")
    screen.draw()
    assert.isNotEmpty(screen.asked("MarkRead"))
  })

  it("says so, whatever else is to be said", () => {
    const screen = screenOf(viewOf(state))
    screen.open(1)
    screen.give({ _tag: "Notice", text: "online again: nothing was missed", isError: false })
    assert.notInclude(screen.text(), "offline")
    screen.change(viewOf(state, { connection }))
    assert.match(screen.text(), /offline since .* online again: nothing was missed/u)
  })
})
