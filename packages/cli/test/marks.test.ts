import { assert, describe, it } from "@effect/vitest"
import { objects, withServer } from "./support/program.ts"

const { chat, done, signUp } = withServer()
const bodies = (output: string) => objects(output).map(({ body }) => body)

describe("marks on messages", () => {
  it("are for everybody, or for oneself", async () => {
    await signUp("ann")
    await signUp("bob")
    await done("ann", ["rooms", "create", "garden"])
    await done("bob", ["rooms", "join", "garden"])
    await done("ann", ["send", "garden", "tulips"])
    await done("ann", ["send", "garden", "weeds"])

    await done("bob", ["react", "garden", "last", "❤"])
    await done("ann", ["react", "garden", "last", "❤️"])
    await done("ann", ["pin", "garden", "3"])
    assert.match(await done("ann", ["history", "garden"]), /tulips \(pinned\)\n.*weeds ❤️ 2\n$/u)
    assert.deepStrictEqual(bodies(await done("ann", ["pins", "garden", "--json"])), ["tulips"])
    await done("bob", ["unreact", "garden", "last", "❤️"])
    await done("ann", ["unpin", "garden", "3"])
    assert.match(await done("ann", ["history", "garden"]), /tulips\n.*weeds ❤️ 1\n$/u)

    await done("bob", ["star", "garden", "3"])
    await done("bob", ["star", "garden", "last"])
    assert.deepStrictEqual(bodies(await done("bob", ["stars", "--json"])), ["weeds", "tulips"])
    await done("bob", ["unstar", "garden", "3"])
    const [receipt] = objects(await done("bob", ["hide", "garden", "last", "--json"]))
    assert.hasAllKeys(receipt, ["seq", "at"])
    assert.match(await done("bob", ["history", "garden"]), /\(deleted for you\)/u)
    assert.deepStrictEqual(bodies(await done("bob", ["history", "garden", "--json"])), ["tulips", null])
    assert.deepStrictEqual(bodies(await done("ann", ["history", "garden", "--json"])), ["tulips", "weeds"])
    assert.deepStrictEqual(bodies(await done("bob", ["stars", "--json"])), [])

    const [muted] = objects(await done("bob", ["mute", "garden", "--mentions", "--until", "2100-01-01", "--json"]))
    const [unmuted] = objects(await done("bob", ["unmute", "garden", "--json"]))
    assert.strictEqual(Number(unmuted?.["rev"]), Number(muted?.["rev"]) + 1)

    const refused = await chat("bob", ["react", "garden", "3", "good"])
    assert.deepStrictEqual([refused.code, refused.stderr], [2, 'chat: "good" is not one emoji\n'])
  })

  it("are found by a search, as words are", async () => {
    await done("ann", ["rooms", "create", "attic"])
    await done("ann", ["send", "attic", "an old lamp"])
    await done("ann", ["send", "attic", "a new lamp"])
    await done("ann", ["react", "attic", "last", "👍"])
    const found = async (...words: ReadonlyArray<string>) =>
      objects(await done("ann", ["search", ...words, "--json"])).map(({ message }) => Object(message)["body"])
    assert.deepStrictEqual(await found("lamp", "in:#attic"), ["a new lamp", "an old lamp"])
    assert.deepStrictEqual(await found("lamp has:reaction"), ["a new lamp"])
    assert.deepStrictEqual(await found("old lamp", "--best"), ["an old lamp"])
    assert.match(await done("ann", ["search", "old"]), /#attic\/2 ann: an old lamp\n$/u)
    assert.include((await chat("ann", ["search", "before:soon"])).stderr, "before: needs a day")
  })

  it("of a message: that it is to be read again", async () => {
    for (const message of ["2", "last"]) {
      const [position] = objects(await done("ann", ["unread", "attic", message, "--json"]))
      assert.hasAllKeys(position, ["seq", "rev"])
      assert.isBelow(Number(position?.["seq"]), 3)
    }
    assert.strictEqual((await chat("ann", ["unread", "attic", "first"])).code, 2)
  })

  it("of a conversation: what is new there, until it has been read", async () => {
    await done("ann", ["rooms", "create", "shed"])
    await done("bob", ["rooms", "join", "shed"])
    await done("bob", ["send", "shed", "@ann look"])
    const inbox = (...args: ReadonlyArray<string>) => done("ann", ["inbox", ...args])
    assert.include(await inbox(), "#shed  1 new with your name  bob: @ann look\n")
    const shed = objects(await inbox("--json")).find(({ name }) => name === "shed")
    assert.deepStrictEqual([shed?.["unread"], shed?.["mentions"]], [1, 1])
    const { stderr } = await chat("ann", ["read", "shed"])
    assert.match(stderr, /^Read up to message \d+\n$/u)
    assert.notInclude(await inbox(), "#shed")
    assert.include(await inbox("--all"), "#shed  nothing new  bob: @ann look\n")

    const [root] = objects(await done("ann", ["send", "shed", "a question", "--json"]))
    await done("bob", ["send", "shed", "an answer", "--thread", String(root?.["seq"])])
    assert.include(await done("ann", ["threads", "shed"]), "1 new")
    await done("ann", ["read", "shed", "--thread", String(root?.["seq"])])
    assert.notInclude(await done("ann", ["threads", "shed"]), "new")
    assert.strictEqual((await chat("ann", ["read", "shed", "--until", "many"])).code, 2)
  })

  it("under a message: who put them there", async () => {
    await done("ann", ["react", "shed", "last", "👍"])
    await done("bob", ["react", "shed", "last", "❤️"])
    assert.strictEqual(await done("ann", ["reactions", "shed", "last"]), "👍  @ann\n❤️  @bob\n")
    const listed = objects(await done("ann", ["reactions", "shed", "last", "--json"]))
    assert.deepStrictEqual(
      listed.map(({ emoji, user }) => [emoji, Object(user).username]),
      [
        ["👍", "ann"],
        ["❤️", "bob"],
      ],
    )
  })

  it("of a conversation: what it may tell of", async () => {
    for (const args of [
      ["mute", "attic"],
      ["mute", "attic", "--mentions"],
      ["unmute", "attic"],
    ]) {
      const { code, stderr } = await chat("ann", args)
      assert.deepStrictEqual([code, stderr.includes("#attic")], [0, true], stderr)
    }
  })
})
