// Which core does what: the server has the first, the load the second, and PostgreSQL runs where there is room. Where it is
// allowed, all of them go before whatever else the machine is busy with.
import { execFileSync } from "node:child_process"
import { readdirSync, writeFileSync } from "node:fs"
import { availableParallelism, setPriority } from "node:os"

const canPin = process.platform === "linux" && availableParallelism() > 1

const attempt = (change: () => void): void => {
  try {
    change()
  } catch {
    // Without the right to, it stays as it is.
  }
}

/** Lets a process go before others, or not any more; Linux weighs whole sessions against each other, too. */
const setNiceness = (pid: number, niceness: number): void => {
  attempt(() => writeFileSync(`/proc/${pid}/autogroup`, String(niceness)))
  attempt(() => {
    for (const thread of readdirSync(`/proc/${pid}/task`)) setPriority(Number(thread), niceness)
  })
}

export const prefer = (pid: number): void => setNiceness(pid, -10)

/** A command that runs on the server's core alone. */
export const onServerCore = (command: ReadonlyArray<string>): ReadonlyArray<string> =>
  canPin ? ["taskset", "-c", "0", ...command] : command

/** Moves this process to the load's core. What it starts inherits its priority. */
export const pinLoad = (): void => {
  if (canPin) execFileSync("taskset", ["-a", "-p", "-c", "1", String(process.pid)], { stdio: "ignore" })
  else console.warn("This is not Linux, or there is one core: server and load are not kept apart")
  prefer(process.pid)
  // The session goes on without us.
  process.once("exit", () => setNiceness(process.pid, 0))
}
