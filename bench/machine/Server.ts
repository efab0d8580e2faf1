// A server that is measured: a process of its own, on a core of its own.
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { onServerCore } from "./cores.ts"

const probe = join(import.meta.dirname, "probe.ts")
const running = new Set<ChildProcess>()

export interface Server {
  readonly pid: number
  /** By `performance.now()`. */
  readonly startedAt: number
  readonly port: number
  /** Collects garbage. */
  readonly collect: () => Promise<unknown>
  /** The longest that its event loop was blocked since this was asked last, in milliseconds. */
  readonly longestDelay: () => Promise<number>
  readonly stop: () => Promise<void>
}

/** Starts a program that says on its output where it listens. */
export const startServer = async (script: string, env: Record<string, string>): Promise<Server> => {
  const plain = Object.entries(process.env).filter(([name]) => !name.startsWith("CHAT_"))
  const profile = process.env["BENCH_NODE_OPTIONS"]?.split(" ") ?? []
  const command = onServerCore([process.execPath, "--expose-gc", "--import", probe, ...profile, script])
  const startedAt = performance.now()
  const child = spawn(command[0] ?? "", command.slice(1), {
    env: { ...Object.fromEntries(plain), ...env },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  })
  running.add(child)
  child.once("exit", () => running.delete(child))
  const ask = async (question: string): Promise<number> => {
    const answer = once(child, "message")
    child.send(question)
    return Number(Object((await answer)[0]).answer)
  }
  const stop = async (): Promise<void> => {
    if (!running.has(child)) return
    const ended = once(child, "exit")
    child.kill("SIGTERM")
    const timer = setTimeout(() => child.kill("SIGKILL"), 10_000)
    await ended
    clearTimeout(timer)
  }
  return {
    pid: child.pid ?? 0,
    startedAt,
    port: await portOf(child, script),
    collect: () => ask("collect"),
    longestDelay: () => ask("delay"),
    stop,
  }
}

const portOf = (child: ChildProcess, script: string): Promise<number> =>
  new Promise((resolve, reject) => {
    let output = ""
    child.once("exit", () => reject(new Error(`${script} ended before it listened:\n${output}`)))
    child.stdout?.setEncoding("utf8").on("data", (part: string) => {
      output = (output + part).slice(-10_000)
      const port = /Listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
  })

/** For the end of a run, however it came. */
export const killAll = (): void => {
  for (const child of running) child.kill("SIGKILL")
}
