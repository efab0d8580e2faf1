import { assert, beforeAll, describe, it } from "@effect/vitest"
import { once } from "node:events"
import { mkdirSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { freePort, objects, password, until, withServer } from "./support/program.ts"

const { chat, done, end, launch, signUp, start, stopServer, startServer, directory } = withServer()

beforeAll(async () => {
  await signUp("ann")
})

describe("exit codes", () => {
  it("0: it is done, and nothing is on stderr that a program did not ask for", async () => {
    const { code, stderr } = await launch("ann", ["send", "general", "hello", "--json"])
    assert.deepStrictEqual([code, stderr], [0, ""])
  })

  it("1: the server refuses, for people and for programs", async () => {
    const taken = ["signup", "ann", "--email", "other@example.com", "--password-stdin"]
    const people = await launch("new", taken, { input: password })
    assert.deepStrictEqual([people.code, people.stdout, people.stderr], [1, "", "chat: The name ann is taken\n"])
    const programs = await launch("new", [...taken, "--json"], { input: password })
    assert.deepStrictEqual([programs.code, programs.stdout], [1, ""])
    assert.deepStrictEqual(JSON.parse(programs.stderr), { _tag: "UsernameTaken", username: "ann" })
  })

  it("1: the password is wrong, or there is no such thing", async () => {
    const wrong = await chat("new", ["login", "ann", "--password-stdin"], { input: "not the passphrase" })
    assert.deepStrictEqual([wrong.code, wrong.stderr], [1, "chat: The name or the password is wrong\n"])
    const nobody = await chat("ann", ["send", "@nobody", "hello"])
    assert.deepStrictEqual([nobody.code, nobody.stderr], [1, "chat: There is no user @nobody\n"])
    const nothing = await chat("ann", ["history", "#nowhere", "--json"])
    assert.strictEqual(nothing.code, 1)
    assert.strictEqual(JSON.parse(nothing.stderr)["_tag"], "Unresolved")
  })

  it("2: it cannot be meant like that", async () => {
    const misused = [
      ["bogus"],
      ["send"],
      ["send", "@ann", "two", "words"],
      ["send", "@ann", "hello", "--id", "7"],
      ["send", "two words", "hello"],
      ["history", "general", "--limit", "0"],
      ["history", "general", "--limit", "many"],
      ["tail", "--since", "yesterday"],
      ["tail", "--count", "0"],
      ["edit", "general", "first", "hello"],
      ["signup", "Not A Name", "--email", "a@example.com", "--password-stdin"],
      ["--server", "nowhere", "whoami"],
      ["--server", "http://user:secret@127.0.0.1", "whoami"],
      ["--profile", "../ann", "whoami"],
      ["rooms"],
      [],
    ]
    for (const args of misused) {
      const { code, stdout, stderr } = await chat("ann", args, { input: password })
      assert.deepStrictEqual([code, stdout], [2, ""], `chat ${args.join(" ")}: ${stderr}`)
      assert.match(stderr, /^chat: [^\n]+\n$/u)
    }
    const { code, stderr } = await launch("ann", ["whoami"], { env: { CHAT_SERVER: "ftp://example.com" } })
    assert.deepStrictEqual([code, stderr.includes("CHAT_SERVER")], [2, true])
  })

  it("2: a name that is a user's and a room's has to say which", async () => {
    await signUp("both")
    await done("both", ["rooms", "create", "both"])
    const { code, stderr } = await chat("ann", ["send", "both", "hello"])
    assert.deepStrictEqual([code, stderr.includes("@both") && stderr.includes("#both")], [2, true])
    await done("ann", ["send", "@both", "hello"])
  })

  it("2: the profile is damaged", async () => {
    const profile = join(directory, "state", "chat", "profiles", "damaged")
    mkdirSync(profile, { recursive: true })
    writeFileSync(join(profile, "profile.json"), "{")
    assert.strictEqual((await chat("damaged", ["whoami"])).code, 2)
  })

  it("3: nobody is signed in, not here or not at that server", async () => {
    const { code, stderr } = await launch("stranger", ["history", "general"])
    assert.strictEqual(code, 3)
    assert.include(stderr, "chat login")
    assert.strictEqual((await chat("stranger", ["tail"])).code, 3)
    const json = await chat("stranger", ["send", "general", "hello", "--json"])
    assert.deepStrictEqual([json.code, JSON.parse(json.stderr)], [3, { _tag: "Unauthenticated", reason: "missing" }])
    // a token goes to the server that gave it and to no other
    const other = await chat("ann", ["--server", "http://127.0.0.1:9", "whoami"])
    assert.strictEqual(other.code, 3)
  })

  it("4: the server is not there, or does not speak the contract", async () => {
    const port = await freePort()
    const login = ["--server", `http://127.0.0.1:${port}`, "login", "ann", "--password-stdin"]
    assert.strictEqual((await launch("new", login, { input: password })).code, 4)
    const silent = createServer((socket) => socket.destroy()).listen(port, "127.0.0.1")
    await once(silent, "listening")
    const { code, stderr } = await chat("new", [...login, "--json"], { input: password })
    silent.close()
    assert.strictEqual(code, 4)
    assert.strictEqual(JSON.parse(stderr)["_tag"], "Disconnected")
  })
})

describe("without a terminal", () => {
  it("nothing is asked", async () => {
    for (const args of [
      ["login", "ann"],
      ["login"],
      ["signup", "new", "--email", "n@example.com"],
      ["signup", "new"],
    ]) {
      const { code, stdout, stderr } = await chat("new", args)
      assert.deepStrictEqual([code, stdout], [2, ""])
      assert.match(stderr, /^chat: [^\n]+\n$/u)
    }
  })

  it("nothing is coloured, whatever the environment says", async () => {
    const { stdout } = await launch("ann", ["history", "general"], {
      env: { FORCE_COLOR: "1", TERM: "xterm-256color" },
    })
    assert.include(stdout, "ann: hello")
    assert.notInclude(stdout, "\u001B")
    assert.notInclude(await done("ann", ["--help"], { env: { FORCE_COLOR: "1" } }), "\u001B")
  })

  it("help is a result, with examples", async () => {
    for (const args of [["send"], ["edit"], ["tail"], ["rooms", "create"], ["signup"]]) {
      const help = await done("ann", [...args, "--help"])
      assert.include(help, `chat ${args.join(" ")}`)
      assert.match(help, /EXAMPLES/u)
    }
    assert.match((await launch("ann", ["--version"])).stdout, /^chat \d+\.\d+\.\d+\n$/u)
  })
})

describe("an end from outside", () => {
  it("a reader who has enough ends it without a word", async () => {
    const child = start("ann", ["tail", "--since", "start"])
    const ended = end(child)
    child.stdout.once("data", () => child.stdout.destroy())
    // the next lines find nobody who reads them
    for (let line = 0; child.exitCode === null && line < 30; line++) await done("ann", ["send", "general", "more"])
    const { code, stderr } = await ended
    assert.deepStrictEqual([code, stderr], [0, ""])
  })

  it("SIGINT and SIGTERM end it at once", async () => {
    for (const [signal, expected] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ] as const) {
      const child = start("ann", ["tail", "--since", "start"])
      const ended = end(child)
      await once(child.stdout, "data")
      child.kill(signal)
      assert.strictEqual((await ended).code, expected)
    }
  })
})

describe("a server that goes and comes back", () => {
  it("is waited for by tail, which leaves nothing out", async () => {
    const child = start("ann", ["tail", "general", "--json", "--since", "start", "--count", "1000"])
    let [stdout, stderr] = ["", ""]
    child.stdout.setEncoding("utf8").on("data", (part: string) => (stdout += part))
    child.stderr.setEncoding("utf8").on("data", (part: string) => (stderr += part))
    const seen = () => objects(stdout.slice(0, stdout.lastIndexOf("\n") + 1))
    const isThere = (body: string) => (stdout.includes(JSON.stringify(body)) ? true : undefined)
    await done("ann", ["send", "general", "before the crash"])
    await until("the message before", () => isThere("before the crash"))
    await stopServer("SIGKILL")
    assert.strictEqual((await chat("ann", ["send", "general", "nobody there"])).code, 4)
    await startServer()
    await done("ann", ["send", "general", "after the crash"])
    // the more often it was tried in vain, the longer it may be until the next time
    await until("the message after", () => isThere("after the crash"), 90)
    const seqs = seen().map(({ event }) => Object(event).seq)
    assert.deepStrictEqual(
      seqs,
      seqs.map((_, index) => index + 1),
    )
    assert.strictEqual(stderr, "")
    child.kill("SIGTERM")
    await once(child, "exit")
  })
})
