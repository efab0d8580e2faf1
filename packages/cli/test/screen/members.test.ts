import { assert, describe, it } from "@effect/vitest"
import { Seq } from "@chat/domain/Values"
import { many, read, screenOf } from "./pressing.ts"
import { bob, conversation, me, stateOf, viewOf } from "./views.ts"

describe("who is here", () => {
  it("has oneself as one wants to be seen, because the server tells nobody about themselves", () => {
    const list = [me, bob].map((user) => ({ user, joined: Seq.make(1), role: "member" as const }))
    const state = stateOf(conversation(1, many(2), { ...read(2), members: { list, next: null } }))
    const screen = screenOf(viewOf(state), 120)
    screen.open(1)
    screen.press("F3")
    assert.match(screen.text(), /● ann/u)
    assert.match(screen.text(), /○ bob/u)
    screen.change(viewOf({ ...state, account: state.account && { ...state.account, presence: "invisible" } }))
    assert.match(screen.text(), /○ ann/u)
  })
})
