import { assert, describe, it } from "@effect/vitest"
import * as HttpErrors from "@chat/domain/rest/HttpErrors"
import { problem, toProblem } from "@chat/domain/rest/Problem"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import { runs } from "../runs.ts"
import { errorSchemas } from "../wire.ts"

const all = [...errorSchemas, ...Object.entries(HttpErrors)] as const

describe("the problem of an error", () => {
  for (const [tag, error] of all) {
    // Every one of them is a class of a tagged error, which is what a problem is made of.
    const described = problem(error as unknown as Parameters<typeof problem>[0])
    it.prop(
      `${tag} is of its schema, names it and has its fields`,
      [Arbitrary.schema(error)],
      ([value]) => {
        if (!(value instanceof Error && "_tag" in value)) throw new Error("That is no error of the contract")
        const made = toProblem(Object.assign(value, { _tag: tag }))
        const encoded = Schema.encodeSync(described)(made)
        assert.deepStrictEqual(JSON.parse(JSON.stringify(encoded)), JSON.parse(JSON.stringify(made)))
        assert.strictEqual(made.detail, value.message)
        assert.strictEqual(made.type, `/docs/errors#${tag}`)
        assert.isTrue(made.status >= 400 && made.status < 600)
        for (const [name, field] of Object.entries(value)) {
          if (!["_tag", "detail"].includes(name)) assert.deepStrictEqual(made[name], field, name)
        }
      },
      runs(30),
    )
  }
})
