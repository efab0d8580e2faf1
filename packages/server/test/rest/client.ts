// A client made from the OpenAPI document alone: it knows the operations by their ids, sends what the document says that
// they take, and holds every answer to what the document says that they give.
import { assert } from "@effect/vitest"
import { Ajv2020 } from "ajv/dist/2020.js"
import * as Effect from "effect/Effect"
import { address } from "../support/node.ts"

interface Operation {
  readonly operationId: string
  readonly parameters: ReadonlyArray<{ readonly name: string; readonly in: string; readonly required: boolean }>
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> }
  readonly responses: Readonly<
    Record<
      string,
      { readonly content?: Readonly<Record<string, { readonly schema: object }>>; readonly headers?: object }
    >
  >
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: object; readonly headers: object }
}

export interface Asked {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | ReadonlyArray<string>>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly token?: string
}

export const get = Effect.fnUntraced(function* (path: string, init: RequestInit = {}) {
  const url = `http://${yield* address}${path}`
  return yield* Effect.promise(async () => {
    const response = await fetch(url, init)
    const text = await response.text()
    return { status: response.status, headers: response.headers, text }
  })
})

export const readDocument = Effect.map(get("/openapi.json"), ({ text }): Document => JSON.parse(text))

/** Every operation that has been answered, by the kind of answer: `messages.post 201`. */
export const met = new Set<string>()

export const makeClient = Effect.gen(function* () {
  const document = yield* readDocument
  const ajv = new Ajv2020({ strict: false }).addSchema(document, "document")
  const operations = new Map(
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [operation.operationId, { path, method, operation }]),
    ),
  )

  const check = (what: string, pointer: string, value: unknown) => {
    const validate = ajv.compile({ $ref: `document#/${pointer}` })
    assert.isTrue(validate(value), `${what}: ${JSON.stringify(validate.errors)} in ${JSON.stringify(value)}`)
  }
  const escaped = (part: string) =>
    part.replaceAll("~", "~0").replaceAll("/", "~1").replaceAll("{", "%7B").replaceAll("}", "%7D")

  return Effect.fnUntraced(function* (id: string, asked: Asked = {}) {
    const found = operations.get(id)
    if (found === undefined) throw new Error(`The document has no ${id}`)
    const { path, method, operation } = found
    for (const { name, in: where, required } of operation.parameters) {
      const given = where === "path" ? asked.path : where === "query" ? asked.query : asked.headers
      if (required) assert.property(given ?? {}, name, `${id} needs it in its ${where}`)
    }
    const target = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(asked.path?.[name] ?? ""))
    const parts = Object.entries(asked.query ?? {}).flatMap(([name, value]) => [value].flat().map((one) => [name, one]))
    const query = parts.length === 0 ? "" : `?${new URLSearchParams(parts).toString()}`
    const { status, headers, text } = yield* get(`${target}${query}`, {
      method: method.toUpperCase(),
      headers: {
        ...(asked.body !== undefined && { "content-type": "application/json" }),
        ...(asked.token !== undefined && { authorization: `Bearer ${asked.token}` }),
        ...asked.headers,
      },
      ...(asked.body !== undefined && { body: JSON.stringify(asked.body) }),
    })
    const response = operation.responses[String(status)]
    assert.isDefined(response, `${id} answers ${status}, which is not in the document: ${text}`)
    const [type] = Object.keys(response?.content ?? {})
    const body: unknown = text === "" ? undefined : JSON.parse(text)
    if (type === undefined) assert.strictEqual(text, "")
    else {
      assert.strictEqual(headers.get("content-type"), type)
      const place = ["paths", path, method, "responses", String(status), "content", type, "schema"]
      check(`${id} ${status}`, place.map(escaped).join("/"), body)
    }
    if (asked.body !== undefined && status < 300) {
      const place = ["paths", path, method, "requestBody", "content", "application/json", "schema"]
      check(`${id} body`, place.map(escaped).join("/"), asked.body)
    }
    met.add(`${id} ${status}`)
    // What is in a body, a test says where it looks at it.
    return { status, headers, body: body as never }
  })
})

export type Client = Effect.Success<typeof makeClient>
