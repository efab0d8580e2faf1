import { KnownEvent } from "@chat/domain/Event"
import { Kept, keptVersion } from "@chat/domain/state/kept"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"

/** Of each version, what is kept and what is known of events. */
const forms: Record<number, string> = { 1: "6a73b7c46d34d633" }

describe("a state that is kept", () => {
  it("has another version when it has another form, or when more is known of events", () => {
    const schemas = [Kept, KnownEvent].map((schema) => Schema.toJsonSchemaDocument(schema))
    const form = createHash("sha256").update(JSON.stringify(schemas)).digest("hex").slice(0, 16)
    assert.strictEqual(form, forms[keptVersion], "raise keptVersion, and write the new form beside it")
  })
})
