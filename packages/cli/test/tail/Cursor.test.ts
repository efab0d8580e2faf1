import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Cursor } from "@chat/domain/Sync"
import { formatCursor, parseCursor } from "../../src/tail/Cursor.ts"

describe("Cursor", () => {
  it.prop("comes back as it was", [Schema.Array(Cursor)], ([positions]) => {
    const word = formatCursor(positions)
    assert.match(word, /^[\w-]+$/u)
    assert.deepStrictEqual(
      Result.getOrThrow(parseCursor(word)),
      // JSON knows no -0 and neither does a cursor
      positions.map((position) => ({ ...position, seq: (position.seq + 0) as typeof position.seq })),
    )
  })

  it.prop("a word that is not one is refused, not misread", [Schema.String], ([word]) => {
    const cursor = parseCursor(word)
    if (Result.isSuccess(cursor)) assert.strictEqual(formatCursor(cursor.success), word)
  })

  it.prop("a part of a cursor is refused", [Schema.NonEmptyArray(Cursor)], ([positions]) => {
    const word = formatCursor(positions)
    assert.isTrue(Result.isFailure(parseCursor(word.slice(0, -1))))
  })
})
