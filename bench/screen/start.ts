// The program from its start on, on a terminal of its own and with a server on this machine: when something is seen, when
// messages are, and what it takes. Started as people start it, with what was kept of the run before.
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"

const repository = join(import.meta.dirname, "..", "..")
const program = join(repository, "packages", "cli", "bundle", "chat.js")
const conversations = 10
const messages = 4
const runs = 7
const last = `message ${messages} in room-${conversations}`

const freePort = async () => {
  const server = createServer().listen(0, "127.0.0.1")
  await new Promise((resolve) => server.once("listening", resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === "string") throw new Error("no port")
  return address.port
}

const startServer = async (port: number, data: string): Promise<ChildProcess> => {
  const env = {
    PATH: process.env["PATH"],
    CHAT_PORT: String(port),
    CHAT_DATA_DIR: data,
    CHAT_RATE_MESSAGES_BURST: "10000",
  }
  const child = spawn(process.execPath, [join(repository, "packages", "server", "src", "main.ts")], {
    env,
    stdio: "ignore",
  })
  for (let tries = 0; tries < 600; tries++) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    if (answer?.ok === true) return child
    await delay(100)
  }
  throw new Error("the server does not start")
}

interface Run {
  /** Milliseconds from the start. */
  readonly painted: number
  readonly shown: number
  readonly cpuPainted: number
  readonly cpuShown: number
  readonly memory: number
}

/** The process of the program, below those of `script` and its shell. */
const programBelow = (pid: number): number => {
  const [child] = execFileSync("pgrep", ["-P", String(pid)], { encoding: "utf8" }).split("\n")
  const command = readFileSync(`/proc/${child}/cmdline`, "utf8")
  return command.includes("chat.js") && command.startsWith(process.execPath)
    ? Number(child)
    : programBelow(Number(child))
}

const ticks = 100
const usageOf = (pid: number) => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? []
  const memory = /VmRSS:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]
  return { cpu: ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticks, memory: Number(memory) / 1_024 }
}

const once = async (env: NodeJS.ProcessEnv): Promise<Run> => {
  const from = performance.now()
  const command = `stty cols 120 rows 40; exec ${process.execPath} ${program}`
  const child = spawn("script", ["-qfec", command, "/dev/null"], { env, stdio: ["pipe", "pipe", "ignore"] })
  let [text, painted, shown, cpuPainted] = ["", 0, 0, 0]
  const seen = new Promise<void>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      text += part
      if (painted === 0 && text.includes("\u001B[?2026h")) {
        painted = performance.now() - from
        cpuPainted = usageOf(programBelow(child.pid ?? 0)).cpu
      }
      if (shown === 0 && text.includes(last) && text.includes("online")) {
        shown = performance.now() - from
        resolve()
      }
    })
  })
  await seen
  const { cpu: cpuShown } = usageOf(programBelow(child.pid ?? 0))
  // what is loaded behind the first screen is loaded by now
  await delay(2_000)
  const { memory } = usageOf(programBelow(child.pid ?? 0))
  const ended = new Promise((resolve) => child.once("exit", resolve))
  child.stdin.write("\u0011")
  await ended
  return { painted, shown, cpuPainted, cpuShown, memory }
}

const median = (values: ReadonlyArray<number>) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

export const measureStart = async (): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), "chat-start-"))
  const port = await freePort()
  const server = await startServer(port, join(directory, "data"))
  const env = {
    PATH: process.env["PATH"],
    HOME: directory,
    TERM: "xterm-256color",
    XDG_STATE_HOME: join(directory, "state"),
    CHAT_SERVER: `http://127.0.0.1:${port}`,
    CHAT_CREDENTIALS: "file",
  }
  const chat = (args: ReadonlyArray<string>, input = "") =>
    execFileSync(process.execPath, [program, ...args], { env, input, stdio: ["pipe", "ignore", "pipe"] })
  try {
    chat(["signup", "ann", "--email", "ann@example.com", "--password-stdin"], "a long and rare passphrase 7")
    for (let room = 1; room <= conversations; room++) {
      chat(["rooms", "create", `room-${room}`])
      for (let message = 1; message <= messages; message++) {
        chat(["send", `#room-${room}`, `message ${message} in room-${room}`])
      }
    }
    await once(env)
    const all: Array<Run> = []
    for (let run = 0; run < runs; run++) all.push(await once(env))
    const show = (what: string, of: (run: Run) => number, unit: string) => {
      const values = all.map(of)
      console.log(`${what.padEnd(40)} ${median(values).toFixed(0)} ${unit}, ${Math.min(...values).toFixed(0)} at best`)
    }
    show("from the start to the first paint", ({ painted }) => painted, "ms")
    show("CPU until then", ({ cpuPainted }) => cpuPainted, "ms")
    show("from the start to messages, online", ({ shown }) => shown, "ms")
    show("CPU until then", ({ cpuShown }) => cpuShown, "ms")
    show("memory", ({ memory }) => memory, "MiB")
    const kept = join(directory, "state", "chat", "profiles", "default")
    console.log(`kept: ${readdirSync(kept).join(" ")}, ${readFileSync(join(kept, "state.json")).length} bytes of state`)
  } finally {
    const ended = new Promise((resolve) => server.once("exit", resolve))
    server.kill("SIGTERM")
    await ended
    rmSync(directory, { recursive: true, force: true })
  }
}
