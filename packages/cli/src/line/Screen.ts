/** A terminal with a line to type on, and everything else above it. */
import * as CliOutput from "effect/cli/CliOutput"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import { createInterface, clearScreenDown, moveCursor, cursorTo } from "node:readline"
import { interrupt } from "../terminal/interrupt.ts"
import { markPastes, PastingInput, unjoined, unmarkPastes } from "./paste.ts"

export interface Screen {
  /** Above the line that is being typed, which stays as it is. */
  readonly print: (text: string) => void
  readonly prompt: (text: string) => void
  /** What was typed, line by line; `undefined`: that was all. */
  readonly nextLine: Effect.Effect<string | undefined>
  /** Runs what may ask for something by itself, with the terminal as it was before. */
  readonly aside: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

export const open = Effect.gen(function* () {
  const { stdin, stdout } = process
  const lines = yield* Queue.unbounded<string | undefined>()
  const input = stdin.pipe(new PastingInput())
  const editor = createInterface({ input, output: stdout, terminal: true, historySize: 200 })
  const restore = () => void stdout.write(unmarkPastes)
  let prompt = ""

  yield* Effect.acquireRelease(
    Effect.sync(() => {
      stdout.write(markPastes)
      process.once("exit", restore)
    }),
    () =>
      Effect.sync(() => {
        process.off("exit", restore)
        restore()
        editor.close()
        stdin.unpipe(input)
        stdin.pause()
      }),
  )

  const rowsOf = (text: string) => Math.floor(CliOutput.displayWidth(text) / Math.max(1, stdout.columns)) + 1

  editor.on("line", (line) => {
    // what was said is shown when it is there, with its time
    moveCursor(stdout, 0, -rowsOf(prompt + line))
    cursorTo(stdout, 0)
    clearScreenDown(stdout)
    Queue.offerUnsafe(lines, unjoined(line))
    editor.prompt()
  })
  editor.on("SIGINT", interrupt)
  editor.on("close", () => void Queue.offerUnsafe(lines, undefined))

  const clearLine = () => {
    moveCursor(stdout, 0, -editor.getCursorPos().rows)
    cursorTo(stdout, 0)
    clearScreenDown(stdout)
  }

  return {
    print: (text: string) => {
      clearLine()
      stdout.write(`${text}\n`)
      editor.prompt(true)
    },
    prompt: (text: string) => {
      prompt = text
      clearLine()
      editor.setPrompt(text)
      editor.prompt(true)
    },
    nextLine: Queue.take(lines),
    aside: (effect) =>
      Effect.acquireUseRelease(
        Effect.sync(() => {
          clearLine()
          restore()
          editor.pause()
          stdin.unpipe(input)
          stdin.setRawMode(false)
        }),
        () => effect,
        () =>
          Effect.sync(() => {
            stdin.setRawMode(true)
            stdin.pipe(input)
            stdout.write(markPastes)
            editor.prompt(true)
          }),
      ),
  } satisfies Screen
})
