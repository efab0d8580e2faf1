import { assert, describe, it } from "@effect/vitest"
import { many, read, screenOf } from "./pressing.ts"
import { conversation, stateOf, viewOf } from "./views.ts"

describe("help", () => {
  it("begins with what it is asked about", () => {
    const screen = screenOf(viewOf(stateOf(conversation(1, many(2), read(2)))))
    const first = () => screen.draw()[1]
    screen.open(1)
    screen.press("F1")
    assert.include(first(), "Everywhere")
    screen.press("Esc", "C-s")
    screen.type("?")
    assert.include(first(), "With a message selected")
    screen.press("Esc", "Esc")
    screen.type("/help")
    screen.press("Enter")
    assert.include(first(), "Commands")
    screen.press("Esc")
    screen.type("/help mute")
    screen.press("Enter")
    assert.include(first(), "/mute")
  })
})
