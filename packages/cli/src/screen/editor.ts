/** Writing in the editor of one's choice. */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Misuse } from "../failure/failures.ts"

const variable = (name: string) => Config.String(name).pipe(Config.withDefault(""))

const attempt = <A>(run: () => Promise<A>) =>
  Effect.tryPromise({
    try: run,
    catch: (cause) => new Misuse({ detail: cause instanceof Error ? cause.message : "the editor cannot be run" }),
  })

const ended = (command: string, file: string) =>
  new Promise<void>((resolve, reject) => {
    // a shell, because the variable may have arguments in it
    const child = spawn("/bin/sh", ["-c", `${command} "$1"`, "chat", file], { stdio: "inherit" })
    child.once("error", reject)
    child.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`${command} ended with ${code}`))))
  })

/** The text as it was left in the editor, without the line feed that editors put at the end of a file. */
export const editText = Effect.fnUntraced(function* (text: string) {
  const editor = (yield* variable("VISUAL")) || (yield* variable("EDITOR")) || "vi"
  return yield* Effect.acquireUseRelease(
    attempt(() => mkdtemp(join(tmpdir(), "chat-"))),
    (directory) =>
      attempt(async () => {
        const file = join(directory, "message.md")
        await writeFile(file, text, { mode: 0o600 })
        await ended(editor, file)
        return (await readFile(file, "utf8")).replace(/\n$/u, "")
      }),
    (directory) => Effect.promise(() => rm(directory, { recursive: true, force: true })),
  )
})
