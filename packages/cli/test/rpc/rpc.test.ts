import { assert, beforeAll, describe, it } from "@effect/vitest"
import { ChatRpcs } from "@chat/domain/Contract"
import { spawn, spawnSync } from "node:child_process"
import { randomUUID } from "node:crypto"
import { once } from "node:events"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { objects, until, withServer } from "../support/program.ts"

const { chat, launch, done, signUp, start, startServer, stopServer, directory, environment, file } = withServer()
const hasPython = spawnSync("python3", ["--version"]).status === 0

const request = (id: unknown, method: string, params?: unknown) => ({ jsonrpc: "2.0", id, method, params })
const text = (...messages: ReadonlyArray<unknown>) => messages.map((message) => `${JSON.stringify(message)}\n`).join("")

/** What the program says: an answer, or a notification. */
interface Message {
  readonly jsonrpc: string
  readonly id?: unknown
  readonly method?: string
  readonly result?: Readonly<Record<string, unknown>> | null | undefined
  readonly error?: {
    readonly code: number
    readonly message: string
    readonly data?: Readonly<Record<string, unknown>>
  }
  readonly params?: { readonly id: unknown; readonly item: Item }
}

interface Item {
  readonly _tag: string
  readonly event?: {
    readonly log: string
    readonly seq: number
    readonly mark: string
    readonly data: { readonly message?: { readonly body?: string } }
  }
}

const bodyOf = ({ params }: Message) => params?.item.event?.data.message?.body
const isInStep = ({ params }: Message) => params?.item._tag === "CaughtUp"

/** What is answered to these lines, after which nothing more comes. */
const answers = async <A = Message>(input: string | Buffer, person = "ann"): Promise<ReadonlyArray<A>> => {
  const { code, stdout, stderr } = await chat(person, ["rpc"], { input })
  assert.deepStrictEqual([code, stderr], [0, ""])
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))
}

const byId = (found: ReadonlyArray<Message> | undefined, id: unknown) => found?.find((answer) => answer.id === id)

/** The program, which is told something and says something, until it is told that this was all. */
const open = (person: string) => {
  const child = start(person, ["rpc"])
  let output = ""
  child.stdout.setEncoding("utf8").on("data", (part: string) => (output += part))
  const said = (): ReadonlyArray<Message> =>
    output
      .slice(0, output.lastIndexOf("\n") + 1)
      .split("\n")
      .flatMap((line) => (line === "" ? [] : JSON.parse(line)))
  return {
    say: (...messages: ReadonlyArray<unknown>) => void child.stdin.write(text(...messages)),
    said,
    waits: (what: string, is: (message: Message) => boolean) =>
      until(
        () => `${what}: ${output}`,
        () => said().find(is),
      ),
    end: async () => {
      const ended = once(child, "close")
      child.stdin.end()
      const [code] = await ended
      return code
    },
  }
}

let general = ""

beforeAll(async () => {
  for (const person of ["ann", "bob"]) await signUp(person)
  const [room] = objects(await done("ann", ["rooms", "list", "--json"]))
  general = String(Object(room?.["room"] ?? room).id)
})

describe("chat rpc", () => {
  it("answers a call as the contract does, with its id", async () => {
    const found = await answers(text(request(1, "Me"), request("two", "Me", {}), request(null, "Me")))
    const [me] = objects(await done("ann", ["whoami", "--json"]))
    for (const id of [1, "two", null]) {
      assert.deepStrictEqual(byId(found, id), { jsonrpc: "2.0", id, result: me })
    }
    assert.lengthOf(found, 3)
  })

  it("knows every call of the contract, and says what is wrong with params", async () => {
    const tags = [...ChatRpcs.requests.keys()].filter((tag) => tag !== "OfferCursors")
    const found = await answers(text(...tags.map((tag) => request(tag, tag, { nonsense: 1 }))))
    for (const tag of tags) assert.strictEqual(byId(found, tag)?.error?.code, -32602, tag)
    const [wrong] = await answers(text(request(1, "PostMessage", { id: "seven", conversation: general, body: "" })))
    assert.match(wrong?.error?.message ?? "", /\bid\b/u)
  })

  it("says why the contract refuses, by the error's tag", async () => {
    const post = { id: randomUUID(), conversation: randomUUID(), body: "hello" }
    const [refused] = await answers(text(request(1, "PostMessage", post)))
    assert.deepStrictEqual([refused?.error?.code, refused?.error?.data?.["_tag"]], [-32000, "ConversationNotFound"])
    const [nobody] = await answers(text(request(1, "Me")), "stranger")
    assert.deepStrictEqual(nobody?.error?.data, { _tag: "Unauthenticated", reason: "missing" })
  })

  it("tells what is no request, and goes on", async () => {
    const bad = (input: string) => answers(`${input}\n${text(request(7, "Me"))}`)
    for (const [input, code, id] of [
      ["{", -32700, null],
      ['"Me"', -32600, null],
      ["7", -32600, null],
      ["[]", -32600, null],
      ['{"method":"Me","id":5}', -32600, 5],
      ['{"jsonrpc":"2.0","method":7,"id":"six"}', -32600, "six"],
      ['{"jsonrpc":"2.0","method":"Me","id":{}}', -32600, null],
      ['{"jsonrpc":"2.0","method":"Me","params":"none","id":1}', -32600, 1],
      ['{"jsonrpc":"2.0","method":"Nonsense","id":1}', -32601, 1],
      ['{"jsonrpc":"2.0","method":"OfferCursors","params":{"cursors":[]},"id":1}', -32601, 1],
      ['{"jsonrpc":"2.0","method":"Me","params":[1],"id":1}', -32602, 1],
      [`"${"x".repeat(1_100_000)}"`, -32600, null],
    ] as const) {
      const found = await bad(input)
      const wrong = found.find(({ error }) => error !== undefined)
      assert.deepStrictEqual([wrong?.error?.code, wrong?.id], [code, id], input.slice(0, 80))
      assert.isDefined(byId(found, 7)?.result)
    }
    const [latin] = await answers(Buffer.from([0x22, 0xe4, 0x22, 0x0a]))
    assert.strictEqual(latin?.error?.code, -32700)
    assert.deepStrictEqual(await answers("\n \r\n"), [])
  })

  it("answers a batch at once, and a notification not at all", async () => {
    const said = { id: randomUUID(), conversation: general, body: "said by a notification" }
    const silent = { jsonrpc: "2.0", method: "PostMessage", params: said }
    const [batch, ...others] = await answers<ReadonlyArray<Message>>(
      text([request(1, "Me"), silent, request(2, "Nonsense"), 3]),
    )
    assert.deepStrictEqual(others, [])
    assert.lengthOf(batch ?? [], 3)
    assert.isDefined(byId(batch, 1)?.result)
    assert.strictEqual(byId(batch, 2)?.error?.code, -32601)
    assert.strictEqual(byId(batch, null)?.error?.code, -32600)
    assert.deepStrictEqual(await answers(text([silent], silent)), [])
    assert.lengthOf((await done("bob", ["history", "general"])).match(/said by a notification/gu) ?? [], 1)
  })

  it("answers everything that was asked for before the end, also without a last newline", async () => {
    const many = Array.from({ length: 300 }, (_, id) => request(id, "Hello", { client: "many", contract: 1 }))
    const found = await answers(text(...many).trimEnd())
    assert.sameMembers(
      found.map(({ id }) => id),
      many.map(({ id }) => id),
    )
    for (const { result } of found) assert.strictEqual(result?.["contract"], 1)
  })

  it("tells what happens by notifications, from the cursors on, until there is nothing more to read", async () => {
    const bot = open("ann")
    bot.say(request("sync", "Sync", { cursors: [] }))
    await bot.waits("being in step", isInStep)
    await done("bob", ["send", "general", "while it listens"])
    const posted = await bot.waits("the message", (message) => bodyOf(message) === "while it listens")
    assert.deepStrictEqual([posted.method, posted.params?.id], ["Sync", "sync"])
    bot.say(request(1, "Me"))
    await bot.waits("an answer beside it", ({ id }) => id === 1)
    assert.strictEqual(await bot.end(), 0)
    assert.deepStrictEqual(bot.said().at(-1), { jsonrpc: "2.0", id: "sync", result: null })

    await done("bob", ["send", "general", "while it was away"])
    const { log, seq, mark } = posted.params?.item.event ?? {}
    const again = open("ann")
    again.say(request(2, "Sync", { cursors: [{ log, seq, mark }], only: [log] }))
    await again.waits("being in step", isInStep)
    const bodies = again.said().flatMap((message) => bodyOf(message) ?? [])
    assert.deepStrictEqual(bodies, ["while it was away"])
    await again.end()
  })

  it("says that the server has gone, and finds it again", async () => {
    const bot = open("ann")
    bot.say(request("sync", "Sync", { cursors: [] }))
    await bot.waits("being in step", isInStep)
    await stopServer("SIGKILL")
    const { error } = await bot.waits("the end", ({ id }) => id === "sync")
    assert.deepStrictEqual([error?.code, error?.data?.["_tag"]], [-32000, "Disconnected"])
    bot.say(request(1, "Me"))
    assert.strictEqual((await bot.waits("an answer", ({ id }) => id === 1)).error?.data?.["_tag"], "Disconnected")
    await startServer()
    bot.say(request(2, "Me"))
    assert.strictEqual((await bot.waits("an answer", ({ id }) => id === 2)).result?.["username"], "ann")
    await bot.end()
  })

  it("ends without a word when nobody reads", async () => {
    const child = start("ann", ["rpc"])
    const ended = once(child, "exit")
    child.stdout.destroy()
    child.stdin.write(text(request(1, "Me")))
    assert.deepStrictEqual(await ended, [0, null])
    assert.strictEqual((await launch("ann", ["rpc", "too", "much"])).code, 2)
  })
})

describe.skipIf(!hasPython)("the bot of docs/bots.md", () => {
  it("answers each ping once, also those from while the server was away", async () => {
    const page = readFileSync(join(import.meta.dirname, "..", "..", "..", "..", "docs", "bots.md"), "utf8")
    const [, code = ""] = /<!-- bot -->\s+```python\n(.*?)```/su.exec(page) ?? []
    const bin = join(directory, "bin")
    mkdirSync(bin)
    writeFileSync(join(bin, "chat"), `#!/bin/sh\nexec ${process.execPath} ${file} "$@"\n`, { mode: 0o755 })
    const bot = spawn("python3", ["-c", code], {
      env: environment("ann", { PATH: `${bin}:${process.env["PATH"] ?? ""}` }),
      stdio: ["ignore", "pipe", "inherit"],
    })
    onTestFinished(() => void bot.kill())
    const pongs = async () => (await done("bob", ["history", "general"])).match(/ann: pong$/gmu)?.length ?? 0
    const answered = (count: number) => until("an answer", async () => ((await pongs()) >= count ? true : undefined))
    let said = ""
    bot.stdout.setEncoding("utf8").on("data", (part: string) => (said += part))
    // those from before are none of its business
    await until("the bot to be ready", () => (said.includes("ready") ? true : undefined))
    await done("bob", ["send", "general", "ping"])
    await answered(1)
    await stopServer("SIGKILL")
    await startServer()
    await done("bob", ["send", "general", "ping"])
    await answered(2)
    const ended = once(bot, "exit")
    bot.kill()
    await ended
    assert.strictEqual(await pongs(), 2)
  })
})
