import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { Receipt } from "@chat/domain/Conversation"
import { Message } from "@chat/domain/Message"
import { Account } from "@chat/domain/User"
import { objects, withServer } from "./support/program.ts"

const { chat, done, launch, signUp, directory } = withServer()
const bodies = (output: string) => objects(output).map(({ body }) => body)

describe("two people at two terminals", () => {
  it("sign up, and are who they say they are", async () => {
    const [account] = objects(
      await done("ann", ["--json", "signup", "ann", "--email", "ann@example.com", "--password-stdin"], {
        input: "a long and rare passphrase 7\n",
      }),
    )
    assert.strictEqual(Schema.decodeUnknownSync(Account)(account).username, "ann")
    await signUp("bob")
    assert.match(await done("ann", ["whoami"]), /^@ann <ann@example.com>/u)
    assert.strictEqual(objects(await done("bob", ["whoami", "--json"]))[0]?.["username"], "bob")
  })

  it("keep their credentials to themselves", () => {
    const profile = join(directory, "state", "chat", "profiles", "ann")
    assert.strictEqual(statSync(profile).mode & 0o777, 0o700)
    const files = readdirSync(profile)
    assert.include(files, "tokens.json")
    for (const file of files) assert.strictEqual(statSync(join(profile, file)).mode & 0o777, 0o600, file)
  })

  it("talk in a room and one to one, and both see the same", async () => {
    await done("ann", ["rooms", "create", "kitchen", "--topic", "What is for lunch"])
    await done("bob", ["rooms", "join", "#kitchen"])
    await done("ann", ["send", "#kitchen", "soup? \u{1F372} «ü\u0301» 'quoted' $HOME"])
    await done("bob", ["send", "kitchen", "yes"])
    await done("bob", ["send", "@ann", "between us"])
    const seen = await done("ann", ["history", "kitchen", "--json"])
    assert.deepStrictEqual(bodies(seen), ["soup? \u{1F372} «ü\u0301» 'quoted' $HOME", "yes"])
    assert.strictEqual(await done("bob", ["history", "#kitchen", "--json"]), seen)
    for (const message of objects(seen)) Schema.decodeUnknownSync(Message)(message)
    assert.deepStrictEqual(bodies(await done("ann", ["history", "bob", "--json"])), ["between us"])
    assert.match(await done("ann", ["history", "@bob"]), /^\s+2 {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}bob: between us\n$/u)
  })

  it("find each other and the room", async () => {
    assert.deepStrictEqual(
      objects(await done("ann", ["users", "search", "@bo", "--json"])).map(({ username }) => username),
      ["bob"],
    )
    assert.match(await done("bob", ["rooms", "list", "kitch"]), /^#kitchen {2}2 members, yours, What is for lunch\n$/u)
    assert.strictEqual(await done("bob", ["rooms", "members", "kitchen"]), "@ann  owner\n@bob\n")
  })

  it("change and delete what they said, and nothing of the other", async () => {
    await done("bob", ["edit", "kitchen", "last", "yes, please"])
    assert.deepStrictEqual(bodies(await done("ann", ["history", "kitchen", "--json"])).at(-1), "yes, please")
    const refused = await chat("bob", ["delete", "kitchen", "3"])
    assert.deepStrictEqual([refused.code, refused.stderr], [1, "chat: Only its author may change a message\n"])
    await done("bob", ["delete", "kitchen", "4", "--json"])
    assert.deepStrictEqual(bodies(await done("ann", ["history", "kitchen", "--json"])).at(-1), null)
    assert.match(await done("ann", ["history", "kitchen"]), /bob: \(deleted\)\n$/u)
  })

  it("choose how they are seen, and what they tell", async () => {
    await done("bob", ["status", "invisible"])
    assert.strictEqual(await done("ann", ["online"]), "")
    await done("bob", ["receipts", "off", "on"])
    assert.deepStrictEqual(objects(await done("bob", ["marks", "@ann", "--json"])), [])
    assert.strictEqual((await chat("bob", ["status", "asleep"])).code, 2)
  })

  it("leave a room, and are not in it", async () => {
    await done("ann", ["rooms", "create", "away"])
    await done("bob", ["rooms", "join", "away"])
    await done("bob", ["rooms", "leave", "away"])
    assert.strictEqual(await done("ann", ["rooms", "members", "away"]), "@ann  owner\n")
    const { code, stderr } = await chat("bob", ["send", "away", "still here?"])
    assert.deepStrictEqual([code, stderr], [1, "chat: You are not a member of this conversation\n"])
  })

  it("keep order in a room of their own, which others do not see", async () => {
    const stdin = { input: "tulip meadow ladder" }
    await done("ann", ["rooms", "create", "board", "--private"])
    assert.strictEqual((await chat("bob", ["rooms", "join", "board"])).code, 1)
    assert.strictEqual(await done("bob", ["rooms", "list", "board"]), "")
    await done("ann", ["rooms", "set", "board", "--password-stdin", "--topic", "Plans", "--slow-mode", "60"], stdin)
    const required = await chat("bob", ["rooms", "join", "board"])
    assert.deepStrictEqual([required.code, required.stderr], [1, "chat: This room has a password\n"])
    await done("bob", ["rooms", "join", "board", "--password-stdin"], stdin)
    assert.match(
      await done("bob", ["rooms", "list", "board"]),
      /^#board {2}2 members, yours, with a password, Plans\n$/u,
    )
    await done("ann", ["rooms", "role", "board", "bob", "moderator"])
    assert.strictEqual(await done("bob", ["rooms", "members", "board"]), "@ann  owner\n@bob  moderator\n")
    const forbidden = await chat("bob", ["rooms", "kick", "board", "ann"])
    assert.deepStrictEqual(forbidden.code, 1)
    await done("ann", ["rooms", "ban", "board", "@bob", "--reason", "noise"])
    assert.match(await done("ann", ["rooms", "bans", "board"]), /^@bob {2}by @ann, noise\n$/u)
    const banned = await chat("bob", ["rooms", "join", "board", "--password-stdin"], stdin)
    assert.strictEqual(banned.stderr, "chat: You are banned from this room: noise\n")
    await done("ann", ["rooms", "unban", "board", "bob"])
    await done("ann", ["rooms", "archive", "board"])
    assert.strictEqual((await chat("ann", ["send", "#board", "?"])).stderr, "chat: This room is archived\n")
    await done("ann", ["rooms", "delete", "board"])
    assert.strictEqual((await chat("ann", ["history", "#board"])).code, 1)
  })

  it("let somebody into a private room with a link", async () => {
    await done("ann", ["rooms", "create", "attic", "--private"])
    const link = (await done("ann", ["rooms", "invite-link", "attic", "--uses", "2", "--expires", "2 days"])).trim()
    await done("bob", ["rooms", "join", "--link", link])
    assert.strictEqual(await done("bob", ["rooms", "members", "attic"]), "@ann  owner\n@bob\n")
    const [, number = ""] =
      /^(\d+) {2}by @ann, 1 of 2 came, until .*\n$/u.exec(await done("ann", ["rooms", "invite-links", "attic"])) ?? []
    await done("ann", ["rooms", "revoke-link", "attic", number])
    await done("bob", ["rooms", "leave", "attic"])
    const refused = await chat("bob", ["rooms", "join", "--link", link])
    assert.strictEqual(refused.stderr, "chat: This invitation lets nobody in, or not any more: ask for another\n")
    assert.strictEqual((await chat("bob", ["rooms", "join", "attic", "--link", link])).code, 2)
  })

  it("invite somebody into a private room", async () => {
    await done("ann", ["rooms", "create", "cellar", "--private", "--topic", "Apples"])
    await done("ann", ["invite", "@bob", "#cellar"])
    assert.strictEqual(await done("bob", ["invitations"]), "#cellar  @ann invites you, 1 member, Apples\n")
    assert.strictEqual(await done("ann", ["invitations", "--room", "cellar"]), "@bob  by @ann\n")
    await done("bob", ["invitations", "decline", "cellar"])
    assert.strictEqual((await chat("bob", ["rooms", "join", "cellar"])).stderr, "chat: There is no room #cellar\n")
    await done("ann", ["invite", "bob", "cellar"])
    await done("ann", ["invitations", "revoke", "bob", "cellar"])
    assert.deepStrictEqual(objects(await done("bob", ["invitations", "--json"])), [])
    await done("ann", ["invite", "bob", "cellar"])
    const [invitation] = objects(await done("bob", ["invitations", "--json"]))
    assert.deepInclude(invitation, { name: "cellar", topic: "Apples", memberCount: 1 })
    await done("bob", ["rooms", "join", "cellar"])
    assert.strictEqual(await done("bob", ["rooms", "members", "cellar"]), "@ann  owner\n@bob\n")
    const again = await chat("ann", ["invite", "bob", "cellar"])
    assert.deepStrictEqual([again.code, again.stderr], [1, "chat: They are in the room already\n"])
  })

  it("talk in a group, which goes by who is in it", async () => {
    for (const person of ["dan", "fay"]) await signUp(person)
    await done("ann", ["group", "@bob", "@dan"])
    assert.strictEqual(await done("dan", ["groups", "list"]), "@ann,@bob\n")
    await done("bob", ["send", "@ann,@dan", "just us"])
    assert.match(await done("dan", ["history", "bob,ann"]), /bob: just us\n$/u)
    await done("dan", ["groups", "add", "@ann,@bob", "fay"])
    assert.match(await done("fay", ["history", "@ann,@bob,@dan"]), /bob: just us\n$/u)
    await done("bob", ["groups", "leave", "@ann,@dan,@fay"])
    assert.strictEqual(await done("bob", ["groups", "list"]), "")
    const [group] = objects(await done("ann", ["groups", "list", "--json"]))
    assert.deepInclude(group, { kind: "group", memberCount: 3, name: null })
    const none = await chat("bob", ["send", "@ann,@dan", "hello?"])
    assert.deepStrictEqual(
      [none.code, none.stderr],
      [1, "chat: You are in no group with @ann @dan alone: chat group @ann @dan begins one\n"],
    )
    assert.strictEqual((await chat("ann", ["group", "@bob"])).code, 2)
  })

  it("sign out of a lost laptop from here, and out of here", async () => {
    await signUp("eve")
    const login = ["login", "eve@example.com", "--password-stdin"]
    await done("laptop", login, { input: "a long and rare passphrase 7" })
    const all = objects(await done("eve", ["sessions", "--json"]))
    const other = all.find(({ current }) => current === false)
    assert.strictEqual(all.length, 2)
    await done("eve", ["sessions", "revoke", String(other?.["id"])])
    assert.strictEqual((await chat("laptop", ["whoami"])).code, 3)
    assert.strictEqual(objects(await done("eve", ["sessions", "--json"])).length, 1)
    await done("eve", ["logout"])
    assert.strictEqual((await chat("eve", ["whoami"])).code, 3)
  })
})

describe("send", () => {
  it("takes a text from a pipe exactly as it is, but for one final newline", async () => {
    const text = "  two\n\tlines \r\n\n"
    await launch("ann", ["send", "@bob", "-"], { input: `${text}\n` })
    await launch("ann", ["send", "@bob"], { input: "\uFEFFwithout a dash" })
    const last = objects(await done("bob", ["history", "@ann", "--limit", "2", "--json"]))
    assert.deepStrictEqual(
      last.map(({ body }) => body),
      [text, "\uFEFFwithout a dash"],
    )
  })

  it("sends one message, however often it is repeated with an id", async () => {
    const id = "0193b2c4-5d6e-4f80-9a1b-2c3d4e5f6071"
    const send = ["send", "@bob", "--id", id, "once", "--json"]
    const [first, second] = [await done("ann", send), await done("ann", send)]
    assert.strictEqual(first, second)
    const [receipt] = objects(first)
    assert.strictEqual(receipt?.["id"], id)
    Schema.decodeUnknownSync(Receipt)(receipt)
    const seen = bodies(await done("bob", ["history", "@ann", "--json"]))
    assert.strictEqual(seen.filter((body) => body === "once").length, 1)
  })

  it("refuses a text that is too long, and sends it in parts if asked to, once", async () => {
    const text = Array.from({ length: 1_500 }, (_, line) => `line ${line}\n`).join("")
    const refused = await chat("ann", ["send", "@bob", "-"], { input: text })
    assert.strictEqual(refused.code, 1)
    assert.match(refused.stderr, /^chat: The message is too long: \d+, and 4000 is the limit\n$/u)
    const send = ["send", "@bob", "--split", "--id", "0193b2c4-5d6e-4f80-9a1b-2c3d4e5f6072", "--json"]
    const parts = objects(await done("ann", send, { input: `${text}\n` }))
    assert.isAbove(parts.length, 1)
    assert.deepStrictEqual(objects(await done("ann", send, { input: `${text}\n` })), parts)
    const seen = bodies(await done("bob", ["history", "@ann", "--limit", String(parts.length), "--json"]))
    assert.strictEqual(seen.join(""), text)
  })

  it("refuses what is not text", async () => {
    const binary = await launch("ann", ["send", "@bob", "-"], { input: Buffer.from([0xff, 0xfe, 0x00]) })
    assert.deepStrictEqual([binary.code, binary.stderr], [2, "chat: what is on stdin is not UTF-8 text\n"])
    assert.strictEqual((await chat("ann", ["send", "@bob", "  "])).code, 1)
    assert.strictEqual((await chat("ann", ["send", "@bob", "-"], { input: "a\u0000b" })).code, 1)
  })
})

describe("what others write", () => {
  it("cannot reach the terminal as anything but text", async () => {
    const hostile = "\u001B]0;title\u0007\u001B[2J\u009B31m\u202Eevil\r\nann: fake"
    await done("bob", ["send", "@ann", "-"], { input: hostile })
    const shown = await done("ann", ["history", "@bob", "--limit", "1"])
    assert.match(shown, /bob: ␛\]0;title␇␛\[2J<U\+009B>31m<U\+202E>evil\n {4}ann: fake\n$/u)
    const json = await done("ann", ["history", "@bob", "--limit", "1", "--json"])
    assert.notMatch(json, /[^\P{Cc}\n]|\u202E/u)
    assert.deepStrictEqual(bodies(json), [hostile])
  })
})

describe("history", () => {
  it("goes back by pages, oldest first, beyond what one page holds", async () => {
    await done("ann", ["rooms", "create", "long"])
    const text = Array.from({ length: 110 }, (_, line) => `${String(line).padStart(3, "0")} ${"x".repeat(60)}`)
    const input = text.map((line) => line.padEnd(3_999, ".")).join("\n")
    await done("ann", ["send", "long", "--split"], { input })
    const all = objects(await done("ann", ["history", "long", "--limit", "1000", "--json"]))
    assert.strictEqual(all.length, 110)
    assert.deepStrictEqual(
      all.map(({ seq }) => seq),
      Array.from({ length: 110 }, (_, index) => index + 2),
    )
    const before = objects(await done("ann", ["history", "long", "--before", "20", "--limit", "5", "--json"]))
    assert.deepStrictEqual(
      before.map(({ seq }) => seq),
      [15, 16, 17, 18, 19],
    )
    assert.strictEqual(objects(await done("ann", ["history", "long", "--json"])).length, 20)
  })
})
