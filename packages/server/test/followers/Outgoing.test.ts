import { MessagePosted } from "@chat/domain/Event"
import { SyncItem } from "@chat/domain/Sync"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { Outgoing } from "../../src/followers/Outgoing.ts"

const encode = Schema.encodeUnknownSync(Schema.toCodecJson(SyncItem))

describe("the text of an item", () => {
  it.prop("of a post is what its schema says", [MessagePosted], ([event]) => {
    const item = { _tag: "Event", event } as const
    assert.deepStrictEqual(JSON.parse(new Outgoing(item).encoded.text), JSON.parse(JSON.stringify(encode(item))))
  })

  it.prop("is as long as is said, and made once", [SyncItem], ([item]) => {
    const outgoing = new Outgoing(item)
    const { text, bytes } = outgoing.encoded
    assert.strictEqual(bytes, new TextEncoder().encode(text).length)
    assert.strictEqual(outgoing.encoded, outgoing.encoded)
  })
})
