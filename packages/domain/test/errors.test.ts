import { assert, describe, it } from "@effect/vitest"
import { retryable } from "@chat/domain/Errors"
import * as Arbitrary from "effect/Arbitrary"
import { runs } from "./runs.ts"
import { errorSchemas } from "./wire.ts"

const unfit = /undefined|null|\[object|NaN|@chat\/|Error/u

describe("the message of an error", () => {
  for (const [tag, schema] of errorSchemas) {
    it.prop(
      `${tag} is a sentence for a person, whatever its fields hold`,
      [Arbitrary.schema(schema)],
      ([error]) => {
        if (!(error instanceof Error)) throw new Error("That is no error of the contract")
        assert.propertyVal(error, "_tag", tag)
        assert.match(error.message, /^[A-Z][a-z']* /u)
        assert.isAtLeast(error.message.split(" ").length, 4)
        // What the fields hold may be any text.
        const held = Object.values(error).some((field) => unfit.test(String(field)))
        if (!held) assert.notMatch(error.message, unfit)
      },
      runs(30),
    )
  }
})

describe("the tags after which a command is sent again", () => {
  it("are those of errors that there are", () => {
    for (const tag of retryable) assert.isTrue(errorSchemas.has(tag), tag)
  })
})
