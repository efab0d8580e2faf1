/** What people type and scripts pipe in. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { WeakPassword } from "@chat/domain/Errors"
import { Misuse } from "../failure/failures.ts"
import { interrupt } from "./interrupt.ts"
import { isInteractive } from "./Output.ts"

const mebibyte = 1_048_576

/** Everything from stdin, as it is; the text of a message or a password, not a file of any size. */
const readAll = Effect.callback<Buffer, Misuse>((resume) => {
  const parts: Array<Buffer> = []
  let size = 0
  const fail = (detail: string) => resume(Effect.fail(new Misuse({ detail })))
  const onData = (part: Buffer) => {
    parts.push(part)
    size += part.length
    if (size > 4 * mebibyte) {
      process.stdin.pause()
      fail("there is more than 4 MiB on stdin")
    }
  }
  const onEnd = () => resume(Effect.succeed(Buffer.concat(parts)))
  const onError = (error: Error) => fail(`stdin cannot be read: ${error.message}`)
  process.stdin.on("data", onData).once("end", onEnd).once("error", onError)
  return Effect.sync(() => process.stdin.off("data", onData).off("end", onEnd).off("error", onError))
})

/** The text on stdin, exactly, but for one final newline, which is the line's end and not the text's. */
export const readText = Effect.gen(function* () {
  const bytes = yield* readAll
  const text = yield* Effect.try({
    // a byte order mark is part of the text as it is
    try: () => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes),
    catch: () => new Misuse({ detail: "what is on stdin is not UTF-8 text" }),
  })
  return text.endsWith("\n") ? text.slice(0, -1) : text
})

/** A line without echo: on a terminal only; the question goes to stderr, so that stdout stays a result. */
export const askHidden = (question: string) =>
  Effect.callback<string, Misuse>((resume) => {
    const { stdin, stderr } = process
    const characters: Array<string> = []
    const finish = () => {
      stdin.off("data", onData).off("end", onEnd).pause()
      stdin.setRawMode(false)
      stderr.write("\n")
    }
    const onEnd = () => {
      finish()
      resume(Effect.fail(new Misuse({ detail: "no password was typed" })))
    }
    const onData = (data: string) => {
      for (const [index, character] of [...data].entries()) {
        if (character === "\r" || character === "\n") {
          finish()
          // what was typed ahead answers the next question
          const ahead = [...data].slice(index + 1).join("")
          if (ahead !== "") stdin.unshift(ahead)
          resume(Effect.succeed(characters.join("")))
          return
        }
        if (character === "\u0003") {
          finish()
          return interrupt()
        }
        if (character === "\u0004" && characters.length === 0) return onEnd()
        if (character === "\u007F" || character === "\b") characters.pop()
        else if (character === "\u0015") characters.length = 0
        else if (character >= " ") characters.push(character)
      }
    }
    stderr.write(question)
    stdin.setRawMode(true)
    stdin.setEncoding("utf8").on("data", onData).once("end", onEnd).resume()
    return Effect.sync(finish)
  })

/** A line with echo. */
export const ask = (question: string) =>
  Effect.gen(function* () {
    const { createInterface } = yield* Effect.promise(() => import("node:readline"))
    return yield* Effect.callback<string, Misuse>((resume) => {
      const readline = createInterface({ input: process.stdin, output: process.stderr })
      const onClose = () => resume(Effect.fail(new Misuse({ detail: "nothing was typed" })))
      readline.once("SIGINT", interrupt)
      readline.once("close", onClose)
      readline.question(question, (text) => {
        // closed first: it pauses stdin, which the next question reads; by its own listener it stops echoing what is typed
        readline.off("close", onClose).close()
        resume(Effect.succeed(text))
      })
      return Effect.sync(() => readline.close())
    })
  })

/** How long a password is, as the server counts it: said before it has to be typed again. */
export const checkLength = (password: string): Effect.Effect<string, WeakPassword> => {
  const length = [...password].length
  if (length < 8) return Effect.fail(new WeakPassword({ reason: "short" }))
  return length > 128 ? Effect.fail(new WeakPassword({ reason: "long" })) : Effect.succeed(password)
}

/** The password: from stdin if asked to, else typed without echo, and twice where a slip would lock somebody out. */
export const readPassword = Effect.fnUntraced(function* (options: {
  readonly stdin: boolean
  readonly twice: boolean
}) {
  if (options.stdin) {
    const text = yield* readText
    if (text === "") return yield* new Misuse({ detail: "there is no password on stdin" })
    return Redacted.make(text.endsWith("\r") ? text.slice(0, -1) : text)
  }
  if (!isInteractive()) {
    return yield* new Misuse({
      detail: "there is no terminal to ask for the password on: pipe it in, with --password-stdin",
    })
  }
  const password = yield* askHidden("Password: ")
  if (options.twice) yield* checkLength(password)
  if (options.twice && (yield* askHidden("The same again: ")) !== password) {
    return yield* new Misuse({ detail: "the two passwords are not the same" })
  }
  return Redacted.make(password)
})
