// Starts the server as a newcomer would (`npm start`), lets two people talk through the real `chat` program, stops the
// server with SIGTERM, starts it again and looks whether everything is still there.
import { spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"

const root = join(import.meta.dirname, "..")
const directory = mkdtempSync(join(tmpdir(), "chat-smoke-"))

const freePort = async () => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  if (address === null || typeof address === "string") throw new Error("no port")
  return address.port
}

const check = (condition: boolean, message: string) => {
  if (!condition) throw new Error(message)
}

const port = await freePort()
const url = `http://127.0.0.1:${port}`
const plain = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(CHAT_|npm_(?!config_))/.test(name)))

const start = async () => {
  const started = performance.now()
  const env = { ...plain, CHAT_PORT: String(port), CHAT_DATA_DIR: join(directory, "data") }
  const server = spawn("npm", ["start"], { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] })
  while (true) {
    check(server.exitCode === null && server.signalCode === null, "`npm start` ended before the server was ready")
    check(performance.now() - started < 120_000, "the server was not ready within two minutes")
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    if (answer?.ok === true) break
    await delay(20)
  }
  console.log(`ready after ${Math.round(performance.now() - started)} ms`)
  return server
}

const stop = async (server: ChildProcess) => {
  const ended = once(server, "exit")
  server.kill("SIGTERM")
  const [code] = await ended
  check(code === 0, `SIGTERM: the exit code is ${code}, not 0`)
  const answer = await fetch(`${url}/healthz`).catch(() => undefined)
  check(answer === undefined, "after SIGTERM something still listens on the port")
}

/** Runs `chat` as one person, with settings and credentials of their own; answers what it wrote to stdout. */
const chat = async (person: string, args: ReadonlyArray<string>, input = "") => {
  const env = {
    ...plain,
    CHAT_SERVER: url,
    CHAT_PROFILE: person,
    XDG_CONFIG_HOME: join(directory, "config"),
    XDG_STATE_HOME: join(directory, "state"),
    CHAT_CREDENTIALS: "file",
  }
  const child = spawn(join(root, "node_modules", ".bin", "chat"), args, { env, stdio: ["pipe", "pipe", "inherit"] })
  const ended = once(child, "close")
  let output = ""
  child.stdout.setEncoding("utf8").on("data", (part: string) => (output += part))
  // a program that ends without reading its input is judged by its exit code
  child.stdin.on("error", () => undefined).end(input)
  const [code] = await ended
  check(code === 0, `\`chat ${args.join(" ")}\` ended with ${code}`)
  return output
}

const texts = [
  ["ann", "hello, bob: \u{1F44B} «\u00FC\u0301» 'quoted' $HOME"],
  ["bob", "hello, ann"],
] as const

const historyHasAll = async (person: string) => {
  const lines = (await chat(person, ["history", "#general", "--json"])).trimEnd().split("\n")
  for (const line of lines) JSON.parse(line)
  for (const [, text] of texts) {
    const count = lines.filter((line) => line.includes(JSON.stringify(text))).length
    check(count === 1, `${person} sees ${count} times, not once: ${text}`)
  }
}

let server: ChildProcess | undefined
try {
  server = await start()
  for (const [person] of texts) {
    const args = ["signup", person, "--email", `${person}@example.com`, "--password-stdin"]
    await chat(person, args, "a long and rare passphrase 7\n")
  }
  for (const [person, text] of texts) await chat(person, ["send", "#general", text])
  for (const [person] of texts) await historyHasAll(person)
  await stop(server)

  server = await start()
  for (const [person] of texts) await historyHasAll(person)
  await stop(server)
  console.log("smoke: two people talked, the server restarted, nothing was lost")
} finally {
  if (server?.exitCode === null) {
    server.kill("SIGTERM")
    await once(server, "exit")
  }
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
}
