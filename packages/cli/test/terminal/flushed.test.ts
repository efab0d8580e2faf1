import { assert, describe, it } from "@effect/vitest"
import { Writable } from "node:stream"
import { flushed } from "../../src/terminal/flushed.ts"

describe("flushed", () => {
  it("waits for what a slow reader has not taken, however little it is", async () => {
    const takes: Array<() => void> = []
    const taken: Array<string> = []
    const slow = new Writable({
      decodeStrings: false,
      write: (part: string, _, done) => {
        takes.push(() => {
          taken.push(part)
          done()
        })
      },
    })
    slow.write("a few")
    slow.write(" bytes")
    let isFlushed = false
    const wait = flushed(slow).then(() => (isFlushed = true))
    while (taken.length < 2) {
      assert.isFalse(isFlushed)
      takes.shift()?.()
      await Promise.resolve()
    }
    while (takes.length > 0) takes.shift()?.()
    await wait
    assert.deepStrictEqual(taken.slice(0, 2), ["a few", " bytes"])
  })
})
