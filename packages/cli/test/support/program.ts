/** The built program as people run it, with settings and credentials of their own, and a real server. */
import { fork, spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { cp, mkdir, rename } from "node:fs/promises"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { afterAll, assert, beforeAll, inject } from "vitest"
import { rolldown } from "rolldown"
import config from "../../rolldown.config.ts"
import type { Answer, Request } from "./resident.ts"

const repository = join(import.meta.dirname, "..", "..", "..", "..")
export const password = "a long and rare passphrase 7"

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Options {
  readonly input?: string | Buffer
  readonly env?: Record<string, string>
}

export const freePort = async () => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  if (address === null || typeof address === "string") throw new Error("no port")
  return address.port
}

/** Waits until something is so; a test that waits in vain ends with what there was instead. */
export const until = async <A>(
  what: string | (() => string),
  find: () => A | undefined | Promise<A | undefined>,
  seconds = 90,
): Promise<A> => {
  for (const end = performance.now() + seconds * 1_000; performance.now() < end; await delay(20)) {
    const found = await find()
    if (found !== undefined) return found
  }
  return assert.fail(`waited in vain for ${typeof what === "string" ? what : what()}`)
}

const serve = (port: number, data: string) =>
  spawn(process.execPath, [join(repository, "packages", "server", "src", "main.ts")], {
    env: {
      PATH: process.env["PATH"] ?? "",
      CHAT_PORT: String(port),
      CHAT_DATA_DIR: data,
      CHAT_ADMINS: "root",
      CHAT_ARGON2_MEMORY: "8",
      CHAT_ARGON2_PASSES: "1",
      // Tests write faster than people.
      CHAT_RATE_MESSAGES_BURST: "10000",
    },
    stdio: "pipe",
  })

const listens = async (child: ChildProcessWithoutNullStreams, port: number) => {
  let log = ""
  child.stdout.on("data", (part: Buffer) => (log += part))
  child.stderr.on("data", (part: Buffer) => (log += part))
  await until(
    () => `the server; it said ${log}`,
    async () => {
      if (child.exitCode !== null) assert.fail(`the server ended: ${log}`)
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
      return answer?.ok === true ? true : undefined
    },
    120,
  )
}

/** Made by the first process of this run that needs it, for all of them. */
const madeOnce = async (name: string, make: (directory: string) => Promise<void>): Promise<string> => {
  const directory = join(inject("shared"), name)
  const isFirst = await mkdir(`${directory}.lock`).then(
    () => true,
    () => false,
  )
  if (isFirst) {
    await make(`${directory}.draft`)
    await rename(`${directory}.draft`, directory)
  }
  await until(`${name}, which another process makes`, () => (existsSync(directory) ? true : undefined), 180)
  return directory
}

/** The program, and what runs its commands without starting it anew for each. */
const built = () =>
  madeOnce("program", async (directory) => {
    const input = { chat: "src/main.ts", resident: "test/support/resident.ts" }
    const bundle = await rolldown({ ...config, input, cwd: join(import.meta.dirname, "..", "..") })
    await bundle.write({ ...config.output, dir: directory })
    await bundle.close()
  })

/** The data of a server that has just been started for the first time, which takes several times as long as the second. */
const begun = () =>
  madeOnce("data", async (directory) => {
    const port = await freePort()
    const child = serve(port, directory)
    await listens(child, port)
    const ended = once(child, "exit")
    child.kill("SIGTERM")
    await ended
  })

const idle: Array<ChildProcess> = []

/** Runs one command in a process that stays. */
const inResident = async (request: Request): Promise<Ended> => {
  const child =
    idle.pop() ??
    fork(join(await built(), "resident.js"), { execArgv: [], serialization: "advanced", stdio: "inherit" })
  child.ref()
  const ended = await new Promise<Ended>((resolve) => {
    const onMessage = (answer: Answer) => {
      child.off("exit", onExit)
      idle.push(child)
      resolve({ ...answer, signal: null })
    }
    const onExit = (code: number | null, signal: NodeJS.Signals | null) => {
      child.off("message", onMessage)
      resolve({ code, signal, stdout: "", stderr: "the process that runs commands has ended" })
    }
    child.once("message", onMessage).once("exit", onExit)
    child.send(request)
  })
  // it is gone with this process, and keeps it from nothing
  child.unref()
  child.channel?.unref()
  return ended
}

/** The program, and a server unless none is needed, for one file of tests. */
export const withServer = ({ server: needed = true }: { readonly server?: boolean } = {}) => {
  const directory = mkdtempSync(join(tmpdir(), "chat-cli-"))
  const file = join(directory, "program", "chat.js")
  const running = new Set<ChildProcessWithoutNullStreams>()
  let server: ChildProcessWithoutNullStreams | undefined
  let port = 0

  /** Nothing of the surroundings but what a process needs. */
  const environment = (person: string, env: Record<string, string> = {}) => ({
    PATH: process.env["PATH"] ?? "",
    HOME: directory,
    XDG_STATE_HOME: join(directory, "state"),
    CHAT_SERVER: `http://127.0.0.1:${port}`,
    CHAT_PROFILE: person,
    // whoever runs the tests may have a keyring, which is not for them
    CHAT_CREDENTIALS: "file",
    ...env,
  })

  const startServer = async () => {
    const data = join(directory, "data")
    if (!existsSync(data)) await cp(await begun(), data, { recursive: true })
    server = serve(port, data)
    await listens(server, port)
  }

  const stopServer = async (signal: NodeJS.Signals = "SIGTERM") => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return
    const ended = once(server, "exit")
    server.kill(signal)
    await ended
  }

  const start = (person: string, args: ReadonlyArray<string>, env?: Record<string, string>) => {
    const child = spawn(process.execPath, [file, ...args], { env: environment(person, env), stdio: "pipe" })
    running.add(child)
    child.once("exit", () => running.delete(child))
    // a program that ends without reading its input is judged by its exit code
    child.stdin.on("error", () => undefined)
    return child
  }

  const end = async (child: ChildProcessWithoutNullStreams): Promise<Ended> => {
    let [stdout, stderr] = ["", ""]
    child.stdout.setEncoding("utf8").on("data", (part: string) => (stdout += part))
    child.stderr.setEncoding("utf8").on("data", (part: string) => (stderr += part))
    const [code, signal] = await once(child, "close")
    return { code, signal, stdout, stderr }
  }

  /** Runs the program to its end as a process of its own, for what is about pipes, signals and exit codes. */
  const launch = (person: string, args: ReadonlyArray<string>, { input = "", env }: Options = {}): Promise<Ended> => {
    const child = start(person, args, env)
    child.stdin.end(input)
    return end(child)
  }

  /** Runs the same code to its end at a tenth of the cost: what a process does but the process. */
  const chat = (person: string, args: ReadonlyArray<string>, { input = "", env }: Options = {}): Promise<Ended> =>
    inResident({ args, env: environment(person, env), input })

  /** Runs a command that has to succeed; what it wrote to stdout. */
  const done = async (person: string, args: ReadonlyArray<string>, options?: Options): Promise<string> => {
    const { code, stdout, stderr } = await chat(person, args, options)
    assert.strictEqual(code, 0, `chat ${args.join(" ")}: ${stderr}`)
    return stdout
  }

  const signUp = (person: string) =>
    done(person, ["signup", person, "--email", `${person}@example.com`, "--password-stdin"], { input: password })

  beforeAll(async () => {
    await cp(await built(), join(directory, "program"), { recursive: true })
    port = await freePort()
    if (needed) await startServer()
  })

  afterAll(async () => {
    for (const child of running) child.kill("SIGKILL")
    await stopServer()
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  })

  return { directory, file, environment, startServer, stopServer, start, end, launch, chat, done, signUp }
}

/** The objects on the lines of an output. */
export const objects = (output: string): ReadonlyArray<Record<string, unknown>> =>
  output
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))
