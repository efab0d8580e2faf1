/** `chat export`. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { createHash } from "node:crypto"
import { open } from "node:fs/promises"
import { Misuse } from "../failure/failures.ts"
import { Output } from "../terminal/Output.ts"
import { printableJson } from "../text/printable.ts"

/** A line goes out before the next is made, so that a slow reader is waited for. */
const toStdout = (text: string) =>
  Effect.callback<void>((resume) => {
    process.stdout.write(text, () => resume(Effect.void))
  })

const attempt = <A>(file: string, run: () => Promise<A>) =>
  Effect.tryPromise({
    try: run,
    catch: (cause) =>
      new Misuse({ detail: `${file}: ${cause instanceof Error ? cause.message : "cannot be written"}` }),
  })

/** A file that was not there before, and that only its owner can read. */
const toFile = (file: string) =>
  Effect.map(
    Effect.acquireRelease(
      attempt(file, () => open(file, "wx", 0o600)),
      (opened) => Effect.promise(() => opened.close()),
    ),
    (opened) => (text: string) => Effect.asVoid(attempt(file, () => opened.writeFile(text))),
  )

export const exportAll = Command.make(
  "export",
  {
    file: Flag.String("file").pipe(
      Flag.withMetavar("FILE"),
      Flag.withDescription("A new file instead of stdout, which only you can read"),
      Flag.optional,
    ),
  },
  Effect.fn("export")(function* (input) {
    const write = Option.isSome(input.file) ? yield* toFile(input.file.value) : toStdout
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const hash = createHash("sha256")
    let lines = 0
    let after: string | null | undefined
    while (after !== null) {
      const part = yield* rpc("Export", after === undefined ? {} : { after }).pipe(
        // A long export makes many calls.
        Effect.tapError((error) => (error._tag === "RateLimited" ? Effect.sleep(error.retryAfter) : Effect.void)),
        Effect.retry({ while: (error) => error._tag === "RateLimited" }),
      )
      const text = part.items.map((item) => `${printableJson(item)}\n`).join("")
      hash.update(text)
      lines += part.items.length
      yield* write(text)
      after = part.next
    }
    yield* write(`${printableJson({ type: "end", data: { lines, sha256: hash.digest("hex") } })}\n`)
    yield* output.note(`${lines} lines; the last one has the SHA-256 of all before it`)
  }, Effect.scoped),
).pipe(
  Command.withDescription("Write everything that concerns you to stdout, as lines of JSON"),
  Command.withExamples([
    { command: "chat export --file chat.ndjson" },
    { command: "head -n -1 chat.ndjson | sha256sum", description: "Compares with the checksum in the last line" },
  ]),
)
