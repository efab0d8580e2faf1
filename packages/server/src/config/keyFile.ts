import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { randomUUID } from "node:crypto"
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { ServerConfig } from "./ServerConfig.ts"
import { generateSigningKey, signingKey } from "./signingKey.ts"

export class SigningKeyUnusable extends Data.TaggedError("SigningKeyUnusable")<{
  readonly file: string
  readonly reason: string
}> {
  override get message(): string {
    return `The signing key in ${this.file} cannot be used: ${this.reason}`
  }
}

/** The configured key, else the one kept beside the embedded database. */
export const resolveSigningKey = Effect.gen(function* () {
  const { signingKey, dataDirectory } = yield* ServerConfig
  return signingKey ?? (yield* keptIn(dataDirectory))
})

/** The key kept beside the embedded database, made if there is none, readable by its owner only. */
const keptIn = Effect.fn("signingKey.keptIn")(function* (directory: string) {
  const file = join(directory, "keys.json")
  const attempt = <A>(run: () => Promise<A>) =>
    Effect.tryPromise({
      try: run,
      catch: (cause) =>
        new SigningKeyUnusable({ file, reason: cause instanceof Error ? cause.message : String(cause) }),
    })
  const existing = yield* attempt(() => readFile(file, "utf8").catch(unlessMissing))
  if (existing === undefined) yield* attempt(() => create(directory, file))
  const text = existing ?? (yield* attempt(() => readFile(file, "utf8")))
  const key = signingKey.parse(text)
  if (Option.isNone(key)) {
    return yield* new SigningKeyUnusable({ file, reason: `it does not hold ${signingKey.allowed}` })
  }
  return Redacted.make(key.value)
})

// Whole or not at all, and never in the place of another: a lost key signs everybody out.
const create = async (directory: string, file: string): Promise<void> => {
  const draft = join(directory, `keys.${randomUUID()}.json`)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await writeFile(draft, `${JSON.stringify(generateSigningKey())}\n`, { mode: 0o600, flush: true })
  try {
    await link(draft, file)
  } catch (cause) {
    if (codeOf(cause) !== "EEXIST") throw cause
  } finally {
    await rm(draft)
  }
}

const codeOf = (cause: unknown): unknown => (cause instanceof Error && "code" in cause ? cause.code : undefined)

const unlessMissing = (cause: unknown): undefined => {
  if (codeOf(cause) === "ENOENT") return undefined
  throw cause
}
