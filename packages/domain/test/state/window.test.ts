import { append, maxWindow, merge, type Window } from "@chat/domain/state/window"
import { ConversationId, MessageId, UserId } from "@chat/domain/Ids"
import { type Message, unmarked } from "@chat/domain/Message"
import { Body, Seq, Timestamp, Username } from "@chat/domain/Values"
import { assert, describe, it } from "@effect/vitest"

const id = "00000000-0000-4000-8000-000000000000"
const conversation = ConversationId.make(id)
const at = Timestamp.make("2026-01-01T00:00:00.000Z")

const message = (seq: number): Message => ({
  ...unmarked,
  id: MessageId.make(id),
  conversation,
  seq: Seq.make(seq),
  author: { id: UserId.make(id), username: Username.make("ann") },
  body: Body.make("hello"),
  rev: Seq.make(seq),
  postedAt: at,
  editedAt: null,
  deletedAt: null,
  ...unmarked,
})

describe("a window", () => {
  it("lets go of its older half when it is full, which can be fetched again", () => {
    const messages = Array.from({ length: maxWindow }, (_, index) => message(index + 1))
    const full: Window = { from: Seq.make(1), messages }
    const next = append(full, message(maxWindow + 1))
    assert.strictEqual(next.messages.length, maxWindow / 2 + 1)
    assert.strictEqual(next.from, maxWindow / 2 + 1)
    const page = {
      conversation,
      messages: messages.slice(0, next.from - 1),
      from: Seq.make(1),
      to: Seq.make(next.from - 1),
    }
    const again = merge(next, { ...page, asOf: Seq.make(maxWindow + 1), more: false }, Seq.make(maxWindow + 1))
    assert.deepStrictEqual(
      again.messages.map(({ seq }) => seq),
      [...messages.map(({ seq }) => seq), Seq.make(maxWindow + 1)],
    )
    assert.strictEqual(again.from, 1)
  })
})
