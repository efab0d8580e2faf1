import { assert, describe, it } from "@effect/vitest"
import { BoundedMap } from "../../src/limits/BoundedMap.ts"

describe("BoundedMap", () => {
  it("forgets what was asked for longest ago", () => {
    const map = new BoundedMap<string, number>(2)
    map.set("a", 1)
    map.set("b", 2)
    assert.strictEqual(map.get("a"), 1)
    map.set("c", 3)
    assert.deepStrictEqual(map.all(), [
      ["a", 1],
      ["c", 3],
    ])
    map.set("a", 4)
    map.set("d", 5)
    assert.deepStrictEqual(map.all(), [
      ["a", 4],
      ["d", 5],
    ])
    assert.strictEqual(map.get("b"), undefined)
  })
})
