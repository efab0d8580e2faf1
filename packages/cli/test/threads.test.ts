import { assert, describe, it } from "@effect/vitest"
import { objects, withServer } from "./support/program.ts"

const { chat, done, signUp } = withServer()

describe("answers, threads and what was forwarded", () => {
  it("are shown with what they answer", async () => {
    await signUp("ann")
    await signUp("bob")
    await done("ann", ["rooms", "create", "kitchen"])
    await done("bob", ["rooms", "join", "kitchen"])
    const [{ seq } = {}] = objects(await done("ann", ["send", "kitchen", "soup?\nor bread?", "--json"]))
    await done("bob", ["send", "kitchen", "@ann soup", "--reply-to", String(seq)])
    await done("bob", ["send", "kitchen", "which one?", "--thread", String(seq)])
    const shown = await done("ann", ["history", "kitchen"])
    assert.match(shown, /ann: soup\?\n {4}or bread\? \(1 in its thread\)\n/u)
    assert.match(shown, /bob: > ann: soup\?\.\.\.\n {4}@ann soup\n/u)
    assert.match(shown, /bob: which one\? \(in thread 3\)\n/u)
    // What is answered is not on this page.
    assert.match(await done("ann", ["history", "kitchen", "--limit", "2"]), /bob: > ann: soup\?\.\.\.\n/u)
    const thread = objects(await done("ann", ["history", "kitchen", "--thread", String(seq), "--json"]))
    assert.deepStrictEqual(
      thread.map(({ body }) => body),
      ["soup?\nor bread?", "which one?"],
    )
    assert.strictEqual(await done("ann", ["threads", "kitchen"]), "#kitchen/3  1 reply, 1 new  ann: soup?...\n")
    assert.strictEqual(objects(await done("bob", ["threads", "--json"]))[0]?.["unread"], 0)
    const refused = await chat("ann", ["send", "kitchen", "?", "--reply-to", "99"])
    assert.deepStrictEqual([refused.code, refused.stderr], [1, "chat: There is no such message\n"])
  })

  it("keep the name of who wrote them", async () => {
    await done("bob", ["forward", "kitchen", "3", "@ann"])
    const shown = await done("ann", ["history", "@bob"])
    assert.match(shown, /bob: forwarded, from @ann:\n {4}soup\?\n {4}or bread\?\n$/u)
    assert.strictEqual((await chat("bob", ["forward", "kitchen", "soup", "@ann"])).code, 2)
  })

  it("show their authors what they said before", async () => {
    await done("ann", ["edit", "kitchen", "3", "stew?"])
    const [before] = objects(await done("ann", ["revisions", "kitchen", "3", "--json"]))
    assert.strictEqual(before?.["body"], "soup?\nor bread?")
    assert.strictEqual((await chat("bob", ["revisions", "kitchen", "3"])).code, 1)
  })
})
