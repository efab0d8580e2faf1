import { Validator } from "@seriousme/openapi-schema-validator"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { embedded } from "../support/databases.ts"
import { node } from "../support/node.ts"
import { get, readDocument } from "./client.ts"

layer(node(embedded), { excludeTestServices: true })("The OpenAPI document", (it) => {
  it.effect("is valid OpenAPI 3.1", () =>
    Effect.gen(function* () {
      const document = yield* readDocument
      const validator = new Validator()
      const { valid, errors } = yield* Effect.promise(() => validator.validate({ ...document }))
      assert.isTrue(valid, JSON.stringify(errors))
      assert.strictEqual(validator.version, "3.1")
      // A document that is not valid is found to be so.
      const broken = yield* Effect.promise(() => new Validator().validate({ ...document, paths: { "no-slash": 1 } }))
      assert.isFalse(broken.valid)
    }),
  )

  it.effect("names what it is made of once", () =>
    Effect.gen(function* () {
      const { components } = yield* readDocument
      const { schemas } = components
      assert.containsAllKeys(schemas, ["User", "Message", "Conversation", "Receipt", "BadRequest", "WrongMethod"])
      assert.include(JSON.stringify(schemas), '"author":{"$ref":"#/components/schemas/User"}')
    }),
  )

  it.effect("is a page, which loads nothing from elsewhere and runs no script", () =>
    Effect.gen(function* () {
      const { paths } = yield* readDocument
      const page = yield* get("/docs")
      assert.strictEqual(page.status, 200)
      assert.strictEqual(page.headers.get("content-type"), "text/html; charset=utf-8")
      assert.notInclude(page.headers.get("content-security-policy") ?? "", "unsafe")
      for (const [path, methods] of Object.entries(paths)) {
        for (const [method, { operationId }] of Object.entries(methods)) {
          assert.include(page.text, `${method.toUpperCase()} ${path}<`)
          assert.include(page.text, `id="${operationId}"`)
        }
      }
      assert.notMatch(page.text, /<script|https?:|\bundefined\b|\[object/u)
      const used = [...page.text.matchAll(/(?:href|src)="([^"#]+)/gu)].map(([, target]) => target ?? "")
      for (const target of new Set(used)) assert.strictEqual((yield* get(target)).status, 200, target)
    }),
  )

  it.effect("explains every problem where its type leads", () =>
    Effect.gen(function* () {
      const { components } = yield* readDocument
      const page = yield* get("/docs/errors")
      const tags = Object.entries(components.schemas).filter(([, schema]) => "tag" in Object(schema.properties))
      assert.isAbove(tags.length, 20)
      for (const [tag] of tags) assert.include(page.text, `id="${tag}"`)
      assert.notMatch(page.text, /<script|https?:|\bundefined\b|\[object/u)
    }),
  )
})
