import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { Message } from "@chat/domain/Message"
import { fold } from "../../src/messages/folding.ts"

describe("folding", () => {
  it.prop("leaves every message in its place", [Schema.Array(Message)], ([messages]) => {
    const isFolded = ({ seq }: Message) => seq % 2 === 0
    const shown = fold(messages, isFolded)
    assert.deepStrictEqual(
      shown.flatMap((one) => ("message" in one ? [one.message] : one.folded)),
      messages,
    )
    for (const [index, one] of shown.entries()) {
      if ("message" in one) assert.isFalse(isFolded(one.message))
      else {
        assert.isTrue(one.folded.length > 0 && one.folded.every(isFolded))
        const next = shown[index + 1]
        assert.isTrue(next === undefined || "message" in next)
      }
    }
  })
})
