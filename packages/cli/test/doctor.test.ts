import { assert, beforeAll, describe, it } from "@effect/vitest"
import { once } from "node:events"
import { chmodSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { onTestFinished } from "vitest"
import { freePort, objects, password, withServer } from "./support/program.ts"

const { chat, launch, done, signUp, directory, environment } = withServer()

const profile = (person: string) => join(directory, "state", "chat", "profiles", person)

/** What is found, by check. */
const examine = async (person: string, args: ReadonlyArray<string> = [], env: Record<string, string> = {}) => {
  const { code, stdout, stderr } = await launch(person, ["doctor", "--json", ...args], { env })
  const found = objects(stdout)
  const wrong = found.filter(({ ok }) => ok === false)
  assert.strictEqual(code, wrong.length === 0 ? 0 : 1, stderr)
  if (wrong.length > 0) assert.deepStrictEqual(JSON.parse(stderr), { _tag: "ChecksFailed", failed: wrong.length })
  for (const { advice, ok } of found) assert.strictEqual(advice === undefined, ok)
  return {
    order: found.map(({ check }) => check),
    wrong: Object.fromEntries(wrong.map(({ check, detail, advice }) => [check, `${detail}: ${advice}`])),
  }
}

/** A server in front of the real one, which changes what comes back and lets no WebSocket through. */
const proxy = async (change: (text: string) => string) => {
  const target = environment("ann").CHAT_SERVER
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const answer = await fetch(`${target}${request.url}`, { method: "POST", body })
    response.writeHead(answer.status).end(change(await answer.text()))
  })
  server.on("upgrade", (_request, socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))
  const port = await freePort()
  await once(server.listen(port, "127.0.0.1"), "listening")
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${port}`
}

beforeAll(() => signUp("ann"))

describe("chat doctor", () => {
  it("finds nothing where all is well, and says so", async () => {
    const { order, wrong } = await examine("ann")
    assert.deepStrictEqual(wrong, {})
    assert.deepStrictEqual(order, ["settings", "server", "version", "calls", "clock", "credentials", "session", "live"])
    const { code, stdout, stderr } = await chat("ann", ["doctor"])
    assert.deepStrictEqual([code, stderr], [0, ""])
    for (const line of stdout.trimEnd().split("\n")) assert.match(line, /^ok {5}[a-z]+ +\S/u)
  })

  it("shows what a server says, and lets it do nothing to the terminal", async () => {
    const error = { _tag: "BadRequest", detail: "\u001B[2Jgone" }
    const exit = { _tag: "Failure", cause: [{ _tag: "Fail", error }] }
    const server = await proxy(() => JSON.stringify({ _tag: "Exit", requestId: "1", exit }))
    const { stdout } = await chat("ann", ["doctor", "--server", server])
    assert.include(stdout, "gone")
    assert.notInclude(stdout, "\u001B")
  })

  it("says what is wrong with the way to the server", async () => {
    const nobody = await examine("ann", ["--server", `http://127.0.0.1:${await freePort()}`])
    assert.deepStrictEqual(nobody.order, ["settings", "server", "credentials"])
    assert.match(nobody.wrong["server"] ?? "", /ECONNREFUSED.*is the server running/u)
    assert.match(nobody.wrong["credentials"] ?? "", /signed in at http/u)

    const unknown = await examine("ann", ["--server", "http://chat.invalid"])
    assert.match(unknown.wrong["server"] ?? "", /is it spelled right/u)

    const other = createServer((_request, response) => void response.writeHead(404).end()).listen(0, "127.0.0.1")
    onTestFinished(() => void other.close())
    await once(other, "listening")
    const address = other.address()
    assert.isObject(address)
    const elsewhere = await examine("ann", ["--server", `http://127.0.0.1:${Object(address).port}`])
    assert.match(elsewhere.wrong["server"] ?? "", /no chat server/u)
  })

  it("says which of the two is to be updated", async () => {
    const server = await proxy((text) => text.replace('"contract":1', '"contract":2'))
    const { wrong } = await examine("ann", ["--server", server])
    assert.match(wrong["version"] ?? "", /contract 2 there, 1 here: update this program/u)
  })

  it("tells a clock that is off", async () => {
    const ahead = join(directory, "ahead.mjs")
    writeFileSync(ahead, "const now = Date.now; Date.now = () => now() + 3_600_000")
    const { wrong } = await examine("ann", [], { NODE_OPTIONS: `--import ${ahead}` })
    assert.match(wrong["clock"] ?? "", /^3600 s ahead of the server's: set the clock/u)
    assert.deepStrictEqual(Object.keys(wrong), ["clock"])
  })

  it("tells credentials that others may read, or that are not there", async () => {
    await signUp("open")
    chmodSync(join(profile("open"), "tokens.json"), 0o644)
    const { wrong } = await examine("open")
    assert.deepStrictEqual(Object.keys(wrong), ["credentials"])
    assert.match(wrong["credentials"] ?? "", /tokens\.json: chmod -R go= "/u)

    writeFileSync(join(profile("open"), "tokens.json"), "{")
    assert.match((await examine("open")).wrong["credentials"] ?? "", /damaged: chat login/u)
    assert.match((await examine("nobody")).wrong["credentials"] ?? "", /nobody is signed in.*: chat login/u)
  })

  it("tells a session that has ended", async () => {
    await signUp("gone")
    await done("elsewhere", ["login", "gone", "--password-stdin"], { input: password })
    const sessions = objects(await done("elsewhere", ["sessions", "--json"]))
    for (const { id, current } of sessions) {
      if (current !== true) await done("elsewhere", ["sessions", "revoke", String(id)])
    }
    const { order, wrong } = await examine("gone")
    assert.match(wrong["session"] ?? "", /: chat login$/u)
    assert.notInclude(order, "live")
  })

  it("tells a proxy that lets no WebSocket through", async () => {
    const server = await proxy((text) => text)
    await done("behind", ["login", "ann", "--password-stdin", "--server", server], { input: password })
    const { wrong } = await examine("behind", ["--server", server])
    assert.deepStrictEqual(Object.keys(wrong), ["live"])
    assert.match(wrong["live"] ?? "", /a proxy in between has to pass on the upgrade/u)
  })
})
