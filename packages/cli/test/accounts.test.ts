import { assert, describe, it } from "@effect/vitest"
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { objects, password, until, withServer } from "./support/program.ts"

const { chat, done, signUp, directory } = withServer()
const fresh = "blue lantern over water"

describe("an account", () => {
  it("shows to others what its owner wants", async () => {
    await signUp("ann")
    await signUp("bob")
    await done("ann", [
      "profile",
      "set",
      "--name",
      "Ann Lee",
      "--bio",
      "Gardener",
      "--status",
      "out",
      "--for",
      "2 hours",
    ])
    assert.match(await done("bob", ["profile", "show", "@ann"]), /^@ann \(Ann Lee\)\nout until .*\nGardener\n$/u)
    await done("ann", ["profile", "set", "--status", ""])
    const [profile] = objects(await done("bob", ["profile", "show", "ann", "--json"]))
    assert.deepInclude(profile, { username: "ann", name: "Ann Lee", bio: "Gardener", rev: 1 })
    assert.notProperty(profile, "status")
    assert.strictEqual((await chat("ann", ["profile", "set"])).code, 2)
  })

  it("changes its name, address and password", async () => {
    await done("ann", ["account", "username", "anna"])
    await done("ann", ["account", "email", "anna@example.org", "--password-stdin"], { input: password })
    assert.match(await done("ann", ["whoami"]), /^@anna <anna@example.org>/u)
    const kept = objects(readFileSync(join(directory, "state", "chat", "profiles", "ann", "tokens.json"), "utf8"))
    assert.deepInclude(kept[0]?.["account"], { username: "anna", email: "anna@example.org" })
    const wrong = await chat("ann", ["passwd", "--password-stdin"], { input: `nonsense\n${fresh}` })
    assert.deepStrictEqual([wrong.code, wrong.stderr], [1, "chat: The password of your account is wrong\n"])
    await done("tablet", ["login", "anna", "--password-stdin"], { input: password })
    await done("ann", ["passwd", "--password-stdin"], { input: `${password}\n${fresh}\n` })
    assert.strictEqual((await chat("tablet", ["whoami"])).code, 3)
    assert.strictEqual((await chat("ann", ["whoami"])).code, 0)
    await done("tablet", ["login", "anna@example.org", "--password-stdin"], { input: fresh })
  })
})

describe("an export", () => {
  it("is lines of JSON, and the last one vouches for those before", async () => {
    await done("ann", ["send", "general", "take me along"])
    const text = await done("ann", ["export"])
    const lines = objects(text)
    const [end] = lines.slice(-1)
    const before = text.slice(0, text.lastIndexOf("\n", text.length - 2) + 1)
    const sha256 = createHash("sha256").update(before).digest("hex")
    assert.deepStrictEqual(end, { type: "end", data: { lines: lines.length - 1, sha256 } })
    assert.include(before, "take me along")
  })
})

describe("a deleted account", () => {
  it("is nobody's, and what was written with --erase is gone", async () => {
    await signUp("eve")
    await done("eve", ["send", "general", "forget me"])
    const refused = await chat("eve", ["account", "delete", "--password-stdin"], { input: "nonsense" })
    assert.strictEqual(refused.code, 1)
    await done("eve", ["account", "delete", "--erase", "--password-stdin"], { input: password })
    assert.strictEqual((await chat("eve", ["whoami"])).code, 3)
    assert.strictEqual((await chat("eve", ["login", "eve", "--password-stdin"], { input: password })).code, 1)
    const isGone = async () => {
      const [last] = objects(await done("bob", ["history", "general", "--json"])).slice(-1)
      return last?.["body"] === null ? last : undefined
    }
    const last = await until("the message to go", isGone)
    assert.deepInclude(last["author"], { deleted: true })
  })
})

describe("an admin", () => {
  it("is whom the configuration names, and whom they make one", async () => {
    assert.strictEqual(
      (await chat("bob", ["admin", "accounts"])).stderr,
      "chat: Only admins of this server may do that\n",
    )
    await signUp("root")
    const accounts = objects(await done("root", ["admin", "accounts", "--json"]))
    assert.deepStrictEqual(
      accounts.map(({ role, state }) => [role, state]),
      [
        ["member", "active"],
        ["member", "active"],
        ["member", "deleted"],
        ["admin", "active"],
      ],
    )
    await done("root", ["admin", "role", "anna", "admin"])
    assert.match(await done("ann", ["admin", "accounts", "bob"]), /^@bob <bob@example.com> {2}member, active, since /u)
  })

  it("lets somebody in who has lost their password, and somebody else not", async () => {
    const token = await done("root", ["admin", "reset", "@bob"])
    await done("bob", ["passwd", "--reset", "--password-stdin"], { input: `${token.trim()}\n${fresh}` })
    assert.strictEqual((await chat("bob", ["whoami"])).code, 3)
    const login = () => chat("bob", ["login", "bob", "--password-stdin"], { input: fresh })
    assert.strictEqual((await login()).code, 0)
    const [notice] = objects(await done("root", ["admin", "notice", "Back at six", "--until", "2100-01-01", "--json"]))
    assert.match(await done("bob", ["notices"]), /Back at six \(until 2100-01-01 \d\d:\d\d\)\n$/u)
    await done("root", ["admin", "withdraw", String(notice?.["id"])])
    assert.strictEqual(await done("bob", ["notices"]), "")

    await done("root", ["admin", "deactivate", "bob"])
    const { code, stderr } = await login()
    assert.deepStrictEqual([code, stderr], [1, "chat: This account is deactivated: ask an admin of the server\n"])
    await done("root", ["admin", "reactivate", "bob"])
    assert.strictEqual((await login()).code, 0)
    await done("root", ["admin", "signout", "bob"])
    assert.strictEqual((await chat("bob", ["whoami"])).code, 3)
    const audit = objects(await done("root", ["admin", "audit", "--user", "bob", "--limit", "4", "--json"]))
    assert.deepStrictEqual(
      audit.map(({ action }) => action),
      ["deactivation", "reactivation", "login", "sessions-ended"],
    )
    assert.match(await done("root", ["admin", "audit", "--action", "deactivation"]), /deactivation @bob by @root/u)
  })

  it("sees what was reported, as it was", async () => {
    await done("bob", ["login", "bob", "--password-stdin"], { input: fresh })
    await done("bob", ["send", "general", "buy this"])
    const [said] = objects(await done("ann", ["history", "general", "--limit", "1", "--json"]))
    await done("ann", ["report", "message", "general", String(said?.["seq"]), "--reason", "An advertisement"])
    await done("bob", ["delete", "general", "last"])
    assert.match(await done("root", ["report", "list"]), /@bob, by @anna.*: An advertisement\n {4}"buy this"\n$/u)
    const [open] = objects(await done("root", ["report", "list", "--json"]))
    await done("root", ["report", "close", String(open?.["number"]), "--note", "Talked to them"])
    assert.strictEqual(await done("root", ["report", "list"]), "")
    assert.strictEqual(
      (await chat("bob", ["report", "list"])).stderr,
      "chat: Only moderators of this server may do that\n",
    )
  })
})
