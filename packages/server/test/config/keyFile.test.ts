import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { readdir, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { resolveSigningKey } from "../../src/config/keyFile.ts"
import { ServerConfig } from "../../src/config/ServerConfig.ts"
import { generateSigningKey } from "../../src/config/signingKey.ts"
import { temporaryDirectory } from "../support/databases.ts"

const resolveIn = (dataDirectory: string) =>
  Effect.map(
    Effect.provide(resolveSigningKey, ServerConfig.layerTest({ dataDirectory, signingKey: undefined })),
    Redacted.value,
  )

describe("resolveSigningKey", () => {
  it.effect("makes a key once, whoever asks first, readable by its owner only", () =>
    Effect.gen(function* () {
      const directory = join(yield* temporaryDirectory, "chat")
      const keys = yield* Effect.replicateEffect(resolveIn(directory), 8, { concurrency: "unbounded" })
      for (const key of keys) assert.deepStrictEqual(key, keys[0])
      assert.deepStrictEqual(yield* resolveIn(directory), keys[0])
      assert.deepStrictEqual(yield* Effect.promise(() => readdir(directory)), ["keys.json"])
      const { mode } = yield* Effect.promise(() => stat(join(directory, "keys.json")))
      assert.strictEqual(mode & 0o777, 0o600)
    }),
  )

  it.effect("prefers the configured key and then leaves no file", () =>
    Effect.gen(function* () {
      const dataDirectory = yield* temporaryDirectory
      const signingKey = Redacted.make(generateSigningKey())
      const key = yield* Effect.provide(resolveSigningKey, ServerConfig.layerTest({ dataDirectory, signingKey }))
      assert.strictEqual(key, signingKey)
      assert.deepStrictEqual(yield* Effect.promise(() => readdir(dataDirectory)), [])
    }),
  )

  it.effect("refuses a file that holds no key, and does not replace it", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      yield* Effect.promise(() => writeFile(join(directory, "keys.json"), "a secret"))
      for (const _ of [1, 2]) {
        const error = yield* Effect.flip(resolveIn(directory))
        assert.include(error.message, join(directory, "keys.json"))
        assert.notInclude(error.message, "a secret")
      }
    }),
  )
})
