// A process that stays: it has loaded the program once, and runs one command after another as if each had a process of
// its own, with its own settings, input and output.
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import { PassThrough, Writable } from "node:stream"
import { run } from "../../src/program.ts"

export interface Request {
  readonly args: ReadonlyArray<string>
  readonly env: Record<string, string>
  readonly input: string | Uint8Array
}

export interface Answer {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Stands where a stream of the process was, and keeps what is written. */
const collected = (name: "stdout" | "stderr") => {
  const parts: Array<Buffer> = []
  const stream = new Writable({
    write: (part: Buffer, _encoding, done) => {
      parts.push(part)
      done()
    },
  })
  Object.defineProperty(process, name, { value: stream })
  return () => Buffer.concat(parts.splice(0)).toString("utf8")
}

const stdout = collected("stdout")
const stderr = collected("stderr")

const answer = async ({ args, env, input }: Request): Promise<Answer> => {
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
  Object.defineProperty(process, "stdin", { value: new PassThrough().end(input), configurable: true })
  // the variables are read once for a process, unless they are given
  const variables = ConfigProvider.fromEnv({ env })
  const code = await Effect.runPromise(Effect.provideService(run(args), ConfigProvider.ConfigProvider, variables))
  return { code, stdout: stdout(), stderr: stderr() }
}

process.on("message", (request: Request) => void answer(request).then((ended) => process.send?.(ended)))
process.on("disconnect", () => process.exit())
