import { MessagePosted } from "@chat/domain/Event"
import { SyncItem } from "@chat/domain/Sync"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { textOf } from "../../src/followers/text.ts"

const encode = Schema.encodeUnknownSync(Schema.toCodecJson(SyncItem))

describe("the text of an item", () => {
  it.prop("of a post is what its schema says", [MessagePosted], ([event]) => {
    const item = { _tag: "Event", event } as const
    assert.deepStrictEqual(JSON.parse(textOf(item).text), JSON.parse(JSON.stringify(encode(item))))
  })

  it.prop("is as long as is said, and made once for an event", [SyncItem], ([item]) => {
    const { text, bytes } = textOf(item)
    assert.strictEqual(bytes, new TextEncoder().encode(text).length)
    if (item._tag === "Event") assert.strictEqual(textOf({ ...item }), textOf(item))
  })
})
