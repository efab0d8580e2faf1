import { assert, describe, it } from "@effect/vitest"
import { ConversationId } from "@chat/domain/Ids"
import type { Invitation, InvitationOutcome } from "@chat/domain/Invite"
import * as LogHistory from "@chat/domain/LogHistory"
import { apply, applyAll } from "@chat/domain/state/apply"
import { empty, type State } from "@chat/domain/state/State"
import { RoomName, Timestamp, Topic } from "@chat/domain/Values"
import { accountEvent, accountSnapshot } from "./account.ts"

const [, bob, cyd] = LogHistory.people
if (bob === undefined || cyd === undefined) throw new Error("There are too few people")

type What = Parameters<typeof accountEvent>[1]

const after = (...happened: ReadonlyArray<What>): State =>
  applyAll(
    apply(empty, accountSnapshot([])),
    happened.map((what, index) => accountEvent(index + 2, what)),
  )

const room = (number: number) => ConversationId.make(`00000002-0000-4000-8000-00000000000${number}`)
const facts = (number: number, by = bob) => ({
  conversation: room(number),
  name: RoomName.make(`room-${number}`),
  topic: Topic.make(""),
  memberCount: 3,
  by,
})
const received = (number: number, by = bob): What => ({ type: "InvitationReceived", data: facts(number, by) })
const ended = (number: number, outcome: InvitationOutcome): What => ({
  type: "InvitationEnded",
  data: { conversation: room(number), outcome },
})
const namesIn = ({ account }: State) => account?.invitations.map(({ name, by }) => `${name} by ${by.username}`)

describe("the invitations of an account", () => {
  it("are what a snapshot says", () => {
    const invitation: Invitation = { ...facts(1), at: Timestamp.make("2026-01-02T00:00:00.000Z") }
    const state = apply(after(received(2)), { ...accountSnapshot([]), invitations: [invitation] })
    assert.deepStrictEqual(state.account?.invitations, [invitation])
  })

  it("come in the order of time, then of rooms, with when they came", () => {
    const state = after(received(3), received(1), received(2))
    assert.deepStrictEqual(namesIn(state), ["room-1 by bob", "room-2 by bob", "room-3 by bob"])
    assert.strictEqual(state.account?.invitations[0]?.at, "2026-01-01T00:00:00.000Z")
  })

  it("are one to a room, by whoever invited last", () => {
    assert.deepStrictEqual(namesIn(after(received(1), received(1, cyd))), ["room-1 by cyd"])
  })

  it("end, however that is, and only those that are meant", () => {
    for (const outcome of ["joined", "declined", "revoked", "void"] as const) {
      assert.deepStrictEqual(namesIn(after(received(1), received(2), ended(1, outcome))), ["room-2 by bob"])
    }
    assert.deepStrictEqual(namesIn(after(ended(1, "revoked"))), [])
  })

  it("by somebody who is blocked are gone", () => {
    const state = after(received(1), received(2, cyd), { type: "Blocked", data: { user: bob } })
    assert.deepStrictEqual(namesIn(state), ["room-2 by cyd"])
  })
})
