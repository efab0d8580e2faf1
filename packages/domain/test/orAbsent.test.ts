import { assert, describe, it } from "@effect/vitest"
import { orAbsent } from "@chat/domain/orAbsent"
import { Seq } from "@chat/domain/Values"
import * as Schema from "effect/Schema"
import { codecOf } from "./wire.ts"

const Later = Schema.Struct({
  first: Schema.String,
  place: Schema.NullOr(Seq).pipe(orAbsent(null)),
  count: Schema.Int.pipe(orAbsent(0)),
  list: Schema.Array(Seq).pipe(orAbsent([])),
})
const { decode, encode } = codecOf(Later)

describe("a field that may be absent", () => {
  it("has its default where it is absent, and is absent again", () => {
    const old = `{"first":"a"}`
    assert.deepStrictEqual(decode(old), { first: "a", place: null, count: 0, list: [] })
    assert.strictEqual(encode(decode(old)), old)
  })

  it("is there with any other value", () => {
    const full = `{"first":"a","place":7,"count":1,"list":[2]}`
    assert.strictEqual(encode(decode(full)), full)
    assert.deepStrictEqual(decode(full), { first: "a", place: 7, count: 1, list: [2] })
  })

  it("refuses what is none of its values", () => {
    assert.throws(() => decode(`{"first":"a","place":-1}`))
    assert.throws(() => decode(`{"first":"a","list":null}`))
  })
})
