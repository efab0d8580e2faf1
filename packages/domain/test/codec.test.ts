import { assert, describe, it } from "@effect/vitest"
import { event, eventSchemas, message } from "@chat/domain/Arbitraries"
import { LogEvent, UnknownEvent } from "@chat/domain/Event"
import { Message } from "@chat/domain/Message"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { runs } from "./runs.ts"
import { codecOf, errorSchemas, wire } from "./wire.ts"

describe("JSON", () => {
  for (const [name, schema] of wire) {
    const { decode, encode } = codecOf(schema)
    const same = Schema.toEquivalence(schema)
    it.prop(
      `gives back every ${name} as it was`,
      [Arbitrary.schema(schema)],
      ([value]) => {
        const json = encode(value)
        const back = decode(json)
        // `toEquivalence`, because JSON has no -0, which for the contract is the same as 0.
        assert.isTrue(same(back, value), `${json} became something else`)
        assert.strictEqual(encode(back), json)
      },
      runs(50),
    )
  }

  it("has every error that a call can end with", () => {
    assert.strictEqual(errorSchemas.size, 41)
  })
})

describe("an event of a type that this version does not know", () => {
  const envelope = {
    log: "00000000-0000-4000-8000-000000000001",
    seq: 7,
    mark: "0123456789abcdef",
    at: "2026-01-01T00:00:00.000Z",
    actor: null,
  }
  const { decode, encode } = codecOf(LogEvent)

  for (const [type, data] of [
    ["PollOpened", { question: "?", options: [1, null, { deep: true }] }],
    ["Unknown", { type: "Unknown", data: 1 }],
    ["constructor", null],
    ["MessagePosted", { message: "in a form of the future" }],
  ] as const) {
    it(`is kept as Unknown and encoded as it came: ${type}`, () => {
      const json = JSON.stringify({ ...envelope, type, data })
      const decoded = decode(json)
      assert.deepStrictEqual(decoded, { ...envelope, type: "Unknown", data: { type, data } })
      assert.deepStrictEqual(JSON.parse(encode(decoded)), JSON.parse(json))
    })
  }

  it("does not hide an event that is none", () => {
    assert.throws(() => decode(JSON.stringify({ ...envelope, seq: -1, type: "PollOpened", data: {} })))
    assert.throws(() => decode(JSON.stringify({ ...envelope, mark: "", type: "PollOpened", data: {} })))
  })

  it.prop(
    "is of no type that this version knows, unless its data are",
    [Arbitrary.schema(UnknownEvent)],
    ([unknown]) => {
      const back = decode(encode(unknown))
      assert.strictEqual(encode(back), encode(unknown))
    },
    runs(),
  )
})

describe("arbitrary messages and events", () => {
  it.prop(
    "agree in themselves",
    [message, event],
    ([message, event]) => {
      const messages = [message, ...("message" in event.data ? [event.data.message] : [])]
      for (const { body, rev, seq, editedAt, deletedAt, reactions, pinned, hidden } of messages) {
        assert.strictEqual(body === null, deletedAt !== null || hidden)
        if (editedAt !== null || deletedAt !== null || pinned !== null || reactions.length > 0) assert.isAbove(rev, seq)
        if (deletedAt !== null) assert.deepStrictEqual([reactions, pinned], [[], null])
      }
      assert.isTrue(Schema.is(Message)(message) && Schema.is(LogEvent)(event))
    },
    runs(),
  )

  it.effect("are of every type", () =>
    Effect.gen(function* () {
      const sample = yield* Arbitrary.sampleEffect(event, { count: 2_000, seed: 1 })
      assert.strictEqual(new Set(sample.map(({ type }) => type)).size, eventSchemas.size)
    }),
  )
})
