/** A run of the program as a process: signals, broken pipes, the exit code. */
import * as Effect from "effect/Effect"
import { run } from "./program.ts"
import { interrupt } from "./terminal/interrupt.ts"
import { flushed } from "./terminal/flushed.ts"
import { exitCodes, faultText } from "./failure/report.ts"

/** Whoever reads the output has enough of it (`chat tail | head`), or there is no room for it. */
const onOutputError = (error: Error): never => {
  if ("code" in error && error.code === "EPIPE") process.exit(0)
  // no pipe: this may fail for the same reason, and then there is nobody to tell
  process.stderr.write(`chat: the output cannot be written: ${error.message}\n`)
  return process.exit(exitCodes.refused)
}

export const start = async (args: ReadonlyArray<string>): Promise<never> => {
  process.stdout.on("error", onOutputError)
  process.stderr.on("error", () => process.exit(exitCodes.refused))
  process.once("SIGINT", interrupt)
  process.once("SIGTERM", () => process.exit(143))
  process.once("SIGHUP", () => process.exit(129))
  // whoever has changed the terminal has put it back by then
  process.once("uncaughtException", (fault) => {
    process.stderr.write(`${faultText(fault)}\n`)
    process.exit(exitCodes.refused)
  })
  process.once("exit", () => {
    if (process.stdin.isTTY && process.stdin.isRaw) process.stdin.setRawMode(false)
  })
  const code = await Effect.runPromise(run(args))
  // what is written to a pipe may be on its way still
  await flushed(process.stdout)
  process.exit(code)
}
