import { MessageId, UserId } from "@chat/domain/Ids"
import type { Presence, Typist } from "@chat/domain/Presence"
import { apply } from "@chat/domain/state/apply"
import { empty } from "@chat/domain/state/State"
import { presenceOf, typists } from "@chat/domain/state/view"
import { ConversationId } from "@chat/domain/Ids"
import { Timestamp, Username } from "@chat/domain/Values"
import { assert, describe, it } from "@effect/vitest"

const id = (number: number) => `00000007-0000-4000-8000-${String(number).padStart(12, "0")}`
const ann = { id: UserId.make(id(1)), username: Username.make("ann") }
const bob = { id: UserId.make(id(2)), username: Username.make("bob") }
const [here, there] = [ConversationId.make(id(3)), ConversationId.make(id(4))]
const until = Timestamp.make("2026-01-01T00:00:06.000Z")
const seen = (user: UserId, state: Presence["state"]): Presence => ({ user, state, lastSeen: null })
const typing = (typist: Partial<Typist>) =>
  ({ _tag: "TypingChanged", conversation: here, thread: null, user: ann, until, ...typist }) as const

describe("who is in view", () => {
  it("is known from the answer of Watch on, and nobody else", () => {
    const one = apply(empty, { _tag: "Watched", conversations: [here], users: [seen(ann.id, "online")] })
    const two = apply(one, { _tag: "PresenceChanged", users: [seen(bob.id, "dnd"), seen(ann.id, "away")] })
    assert.deepStrictEqual([presenceOf(two, ann.id), presenceOf(two, bob.id)], ["away", "dnd"])
    const three = apply(two, { _tag: "Watched", conversations: [there], users: [seen(bob.id, "online")] })
    assert.deepStrictEqual([presenceOf(three, ann.id), presenceOf(three, bob.id)], ["offline", "online"])
    assert.strictEqual(apply(empty, { _tag: "Watched", conversations: [], users: [] }), empty)
  })
})

describe("who is writing", () => {
  it("is there once per conversation and thread, and gone when nothing more was heard", () => {
    const thread = MessageId.make(id(9))
    const first = apply(empty, typing({}))
    const again = apply(apply(first, typing({ thread })), typing({}))
    assert.deepStrictEqual(
      typists(again, here).map((typist) => typist.thread),
      [thread, null],
    )
    // That of the first time is another: it was said again since then.
    const [old] = first.typing
    assert(old !== undefined)
    assert.strictEqual(apply(again, { _tag: "TypingOver", typist: old }), again)
    const [last] = again.typing.slice(-1)
    assert(last !== undefined)
    assert.lengthOf(apply(again, { _tag: "TypingOver", typist: last }).typing, 1)
  })

  it("is not any more what is out of view", () => {
    const both = apply(apply(empty, typing({})), typing({ conversation: there, user: bob }))
    const left = apply(both, { _tag: "Watched", conversations: [there], users: [] })
    assert.deepStrictEqual(
      left.typing.map(({ user }) => user),
      [bob],
    )
  })
})
