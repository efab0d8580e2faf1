// What it keeps, and how tabs share it, is tried in a browser: see browser.test.ts.
import { afterEach, assert, describe, it, vi } from "vitest"
import { localTokenStore } from "../../src/browser/LocalTokenStore.ts"

describe("LocalTokenStore", () => {
  afterEach(() => void vi.unstubAllGlobals())

  it("lets one tab at a time", async () => {
    let inside = 0
    const most: Array<number> = []
    await Promise.all(
      Array.from({ length: 10 }, () =>
        localTokenStore().withLock(async () => {
          most.push(++inside)
          await new Promise((resolve) => setImmediate(resolve))
          inside--
        }),
      ),
    )
    assert.deepStrictEqual(new Set(most), new Set([1]))
  })

  it("does without Web Locks where a browser has none", async () => {
    vi.stubGlobal("navigator", {})
    assert.strictEqual(await localTokenStore().withLock(async () => "done"), "done")
  })
})
