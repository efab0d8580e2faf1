/**
 * What version 1 of the contract wrote, every later version reads, and writes again to the byte. The examples are
 * frozen: with `CHAT_TEST_GOLDEN=write` those that are missing are added, and none is ever changed.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { codecOf, wire } from "./wire.ts"

const folder = new URL("golden/v1/", import.meta.url)
const writes = process.env["CHAT_TEST_GOLDEN"] === "write"

const kinds = [...new Set(wire.map(([name]) => name.slice(0, name.indexOf("."))))]

for (const kind of kinds) {
  const file = new URL(`${kind}.json`, folder)
  const examples: Record<string, unknown> = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {}
  const schemas = wire.filter(([name]) => name.startsWith(`${kind}.`))

  if (writes) {
    for (const [name, schema] of schemas) {
      const sample = Arbitrary.sampleEffect(Arbitrary.schema(schema), { count: 1, size: 12, seed: name })
      const [value] = Effect.runSync(sample)
      examples[name] ??= JSON.parse(codecOf(schema).encode(value))
    }
    writeFileSync(file, `${JSON.stringify(examples, undefined, 2)}\n`)
  }

  describe(`a golden ${kind}`, () => {
    for (const [name, schema] of schemas) {
      it(`of ${name}`, () => {
        assert.property(examples, name, "there is no example of it")
        const json = JSON.stringify(examples[name])
        const { decode, encode } = codecOf(schema)
        assert.strictEqual(encode(decode(json)), json)
      })
    }

    it("is of something that still exists", () => {
      const known = new Set(schemas.map(([name]) => name))
      assert.deepStrictEqual(
        Object.keys(examples).filter((name) => !known.has(name)),
        [],
      )
    })
  })
}
