/** Keys of one's own, from a file. */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { readFile } from "node:fs/promises"
import { homedir } from "node:os"
import { isAbsolute, join } from "node:path"
import { Misuse } from "../failure/failures.ts"
import { isAction, type Rebound } from "./keymap.ts"

const KeysFile = Schema.fromJsonString(Schema.Record(Schema.String, Schema.Array(Schema.String)))

/** By https://specifications.freedesktop.org/basedir-spec. */
const configHome = Config.String("XDG_CONFIG_HOME").pipe(
  Config.withDefault(""),
  Config.map((directory) => (isAbsolute(directory) ? directory : join(homedir(), ".config"))),
)

const read = (file: string) =>
  Effect.tryPromise({
    try: () =>
      readFile(file, "utf8").catch((cause: unknown) => {
        if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined
        throw cause
      }),
    catch: (cause) => new Misuse({ detail: `${file}: ${cause instanceof Error ? cause.message : "cannot be read"}` }),
  })

/** What the file says; nothing, if there is none. */
export const readKeys = Effect.gen(function* () {
  const file = join(yield* configHome, "chat", "keys.json")
  const text = yield* read(file)
  if (text === undefined) return {}
  const keys = yield* Schema.decodeEffect(KeysFile)(text).pipe(
    Effect.mapError(() => new Misuse({ detail: `${file} is not an object such as {"nextUnread": ["M-a", "F5"]}` })),
  )
  const rebound: { -readonly [Action in keyof Rebound]: Rebound[Action] } = {}
  for (const [action, names] of Object.entries(keys)) {
    if (!isAction(action))
      return yield* new Misuse({ detail: `${file}: nothing is called "${action}"; see docs/terminal.md` })
    rebound[action] = names
  }
  return rebound
})
