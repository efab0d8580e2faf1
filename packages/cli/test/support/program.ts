/** The built program as people run it: processes with settings and credentials of their own, and a real server. */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { cp } from "node:fs/promises"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { afterAll, assert, beforeAll, inject } from "vitest"
import { rolldown } from "rolldown"
import config from "../../rolldown.config.ts"

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
  seconds = 30,
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
    60,
  )
}

/** Runs once for all files of this process. */
const lazily = <A>(make: () => Promise<A>) => {
  let made: Promise<A> | undefined
  return () => (made ??= make())
}

const shared = () => mkdtempSync(join(inject("shared"), "made-"))

const built = lazily(async () => {
  const directory = shared()
  const bundle = await rolldown({ ...config, cwd: join(import.meta.dirname, "..", "..") })
  await bundle.write({ ...config.output, dir: directory })
  await bundle.close()
  return directory
})

/** The data of a server that has just been started for the first time, which takes several times as long as the second. */
const begun = lazily(async () => {
  const directory = shared()
  const port = await freePort()
  const child = serve(port, directory)
  await listens(child, port)
  const ended = once(child, "exit")
  child.kill("SIGTERM")
  await ended
  return directory
})

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

  /** Runs the program to its end. */
  const chat = (person: string, args: ReadonlyArray<string>, { input = "", env }: Options = {}): Promise<Ended> => {
    const child = start(person, args, env)
    child.stdin.end(input)
    return end(child)
  }

  /** Runs it where it has to succeed; what it wrote to stdout. */
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

  return { directory, file, environment, startServer, stopServer, start, end, chat, done, signUp }
}

/** The objects on the lines of an output. */
export const objects = (output: string): ReadonlyArray<Record<string, unknown>> =>
  output
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))
