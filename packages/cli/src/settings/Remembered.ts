/** What a profile remembers between runs: where it is signed in, and as whom. The tokens are kept apart. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { orAbsent } from "@chat/domain/orAbsent"
import { User } from "@chat/domain/User"
import { Kept } from "../credentials/credentials.ts"
import { Misuse } from "../failure/failures.ts"

export const Remembered = Schema.Struct({ server: Schema.String, user: User, kept: Kept.pipe(orAbsent("file")) })
export type Remembered = typeof Remembered.Type

const RememberedFile = Schema.fromJsonString(Remembered)
/** What is kept of conversations for reading without a server. */
export const stateFile = (directory: string) => join(directory, "state.json")

const fileIn = (directory: string) => join(directory, "profile.json")

const isMissing = (cause: unknown) => cause instanceof Error && "code" in cause && cause.code === "ENOENT"

const attempt = <A>(what: string, run: () => Promise<A>) =>
  Effect.tryPromise({
    try: run,
    catch: (cause) => new Misuse({ detail: `${what}: ${cause instanceof Error ? cause.message : "unknown error"}` }),
  })

export const readRemembered = Effect.fnUntraced(function* (directory: string) {
  const file = fileIn(directory)
  const text = yield* attempt(`${file} cannot be read`, () =>
    readFile(file, "utf8").catch((cause: unknown) => {
      if (isMissing(cause)) return undefined
      throw cause
    }),
  )
  if (text === undefined) return Option.none<Remembered>()
  return yield* Schema.decodeEffect(RememberedFile)(text).pipe(
    Effect.map(Option.some),
    Effect.mapError(() => new Misuse({ detail: `${file} is damaged: remove it and log in again` })),
  )
})

export const writeRemembered = Effect.fnUntraced(function* (directory: string, remembered: Remembered) {
  const text = yield* Schema.encodeEffect(RememberedFile)(remembered).pipe(Effect.orDie)
  const file = fileIn(directory)
  yield* attempt(`${file} cannot be written`, async () => {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    // a reader sees the old file or the new one, never half of one
    const fresh = `${file}.${process.pid}`
    await writeFile(fresh, text, { mode: 0o600 })
    await rename(fresh, file)
  })
})

export const forgetRemembered = (directory: string) =>
  Effect.forEach(
    [stateFile(directory), fileIn(directory)],
    (file) => attempt(`${file} cannot be removed`, () => rm(file, { force: true })),
    { discard: true },
  )
