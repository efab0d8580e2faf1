import { assert, describe, it } from "@effect/vitest"
import { objects, withServer } from "./support/program.ts"

const { chat, done, signUp } = withServer()

describe("drafts", () => {
  it("are kept by place, shown, sent and taken away", async () => {
    await signUp("ann")
    await done("ann", ["rooms", "create", "garden"])
    await done("ann", ["send", "garden", "tulips"])
    const [kept] = objects(await done("ann", ["draft", "garden", "I think\nthat", "--json"]))
    assert.deepStrictEqual(kept, { rev: 1 })
    await done("ann", ["draft", "garden", "and here", "--thread", "2"])
    assert.strictEqual(await done("ann", ["draft", "garden"]), "I think\nthat\n")
    assert.strictEqual(await done("ann", ["drafts"]), "#garden/2  and here\n#garden  I think\n")

    await done("ann", ["send", "garden", "--draft"])
    await done("ann", ["draft", "garden", "--thread", "2", "--clear"])
    assert.strictEqual(await done("ann", ["drafts", "--json"]), "")
    const said = objects(await done("ann", ["history", "garden", "--json"])).map(({ body }) => body)
    assert.deepStrictEqual(said, ["tulips", "I think\nthat"])

    const none = await chat("ann", ["send", "garden", "--draft"])
    assert.deepStrictEqual([none.code, none.stderr], [2, "chat: nothing has been begun in #garden\n"])
    assert.strictEqual((await chat("ann", ["draft", "garden", "text", "--clear"])).code, 2)
  })
})
