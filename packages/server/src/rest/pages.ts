/** The document as pages for people: from here alone, without a script. */
import { retryable } from "@chat/domain/Errors"

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: ReadonlyArray<unknown>
  readonly anyOf?: ReadonlyArray<Schema>
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: ReadonlyArray<string>
  readonly description?: string
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>

interface Operation {
  readonly tags: ReadonlyArray<string>
  readonly operationId: string
  readonly summary?: string
  readonly security: ReadonlyArray<unknown>
  readonly parameters: ReadonlyArray<{
    readonly name: string
    readonly in: string
    readonly required: boolean
    readonly schema: Schema
  }>
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>
}

/** As much of an OpenAPI document as the pages show. */
export interface Document {
  readonly info: { readonly title: string; readonly description: string }
  readonly tags: ReadonlyArray<{ readonly name: string; readonly description?: string }>
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

const escape = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)?.toString() ?? ""};`)

const nameOf = (reference: string): string => reference.slice(reference.lastIndexOf("/") + 1)

const typeOf = (schema: Schema): string => {
  if (schema.$ref !== undefined) return nameOf(schema.$ref)
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(" | ")
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ")
  if (schema.items !== undefined) return `${typeOf(schema.items)}[]`
  if (schema.properties === undefined) return schema.type ?? "anything"
  const fields = Object.entries(schema.properties).map(
    ([name, field]) => `${name}${schema.required?.includes(name) === true ? "" : "?"}: ${typeOf(field)}`,
  )
  return `{ ${fields.join(", ")} }`
}

const code = (text: string): string => `<code>${escape(text)}</code>`
const isProblem = (schema: Schema): boolean => schema.properties?.["tag"] !== undefined

const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  rows.length === 0
    ? ""
    : `<table><tr>${head.map((cell) => `<th>${cell}</th>`).join("")}</tr>${rows
        .map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`)
        .join("")}</table>`

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)}</title><link rel="stylesheet" href="/docs/style.css"></head><body>${body}</body></html>\n`

const answers = ({ responses }: Operation): string => {
  const rows = Object.entries(responses).map(([status, { description, content = {} }]) => {
    const shown = Object.values(content).map(({ schema }) => {
      const names = (schema.anyOf ?? [schema]).flatMap(({ $ref }) => ($ref === undefined ? [] : [nameOf($ref)]))
      if (Number(status) < 400 || names.length === 0) return code(typeOf(schema))
      return names.map((name) => `<a href="/docs/errors#${escape(name)}">${escape(name)}</a>`).join(", ")
    })
    return [status, shown.join(" ") || escape(description)]
  })
  return table(["status", "answer"], rows)
}

const operation = (path: string, method: string, it: Operation): string => {
  const parameters = it.parameters.map(({ name, in: where, required, schema }) => [
    code(name),
    `${escape(where)}${required ? "" : ", optional"}`,
    code(typeOf(schema)),
    escape(schema.description ?? ""),
  ])
  const bodies = Object.values(it.requestBody?.content ?? {}).map(
    ({ schema }) => `<p>Body: ${code(typeOf(schema))}</p>`,
  )
  return `<section id="${escape(it.operationId)}"><h3>${code(`${method.toUpperCase()} ${path}`)}</h3>
<p>${escape(it.summary ?? "")}.${it.security.length === 0 ? " Needs no access token." : ""}</p>
${table(["parameter", "in", "is", ""], parameters)}${bodies.join("")}${answers(it)}</section>`
}

/** Every operation, with what goes in and what comes out. */
export const operationsPage = ({ info, tags, paths, components }: Document): string => {
  const groups = tags.map(({ name, description }) => {
    const own = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, it]) => (it.tags.includes(name) ? [operation(path, method, it)] : [])),
    )
    return `<h2 id="${escape(name)}">${escape(name)}</h2><p>${escape(description ?? "")}.</p>${own.join("")}`
  })
  const entities = Object.entries(components.schemas).filter(([, schema]) => !isProblem(schema))
  const types = table(
    ["name", "is"],
    entities.map(([name, schema]) => [code(name), code(typeOf(schema))]),
  )
  return page(
    `${info.title}: REST`,
    `<h1>${escape(info.title)}: REST</h1><p>${escape(info.description)}</p>
<p>The access token of a login goes into the header <code>authorization: Bearer ...</code>.
<a href="/openapi.json">The same as an OpenAPI document</a>; <a href="/docs/errors">every error</a>.</p>
<nav>${tags.map(({ name }) => `<a href="#${escape(name)}">${escape(name)}</a>`).join(" ")}</nav>
${groups.join("")}<h2>Types</h2>${types}`,
  )
}

/** Every error: where the `type` of a problem leads. */
export const errorsPage = ({ components }: Document): string => {
  const rows = Object.entries(components.schemas)
    .filter(([, schema]) => isProblem(schema))
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([tag, { properties = {} }]) => {
      const { status, title, type: _, detail: __, tag: ___, ...fields } = properties
      return [
        `<a id="${escape(tag)}"></a>${code(tag)}`,
        escape(String(status?.enum?.[0])),
        escape(String(title?.enum?.[0])),
        Object.entries(fields)
          .map(([name, field]) => code(`${name}: ${typeOf(field)}`))
          .join("<br>"),
        retryable.has(tag) ? "yes, later" : "no",
      ]
    })
  return page(
    "chat: errors",
    `<h1>Errors</h1><p>Each is <code>application/problem+json</code> (RFC 9457) with <code>type</code>,
<code>title</code>, <code>status</code>, <code>detail</code>, <code>tag</code> and what stands in its row.</p>
${table(["tag", "status", "title", "fields", "send the same again?"], rows)}<p><a href="/docs">Every operation</a></p>`,
  )
}

export const style = `body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark }
code { font: 14px/1.4 ui-monospace, monospace; overflow-wrap: anywhere }
table { border-collapse: collapse; margin: 0.5rem 0 1rem; width: 100% }
th, td { text-align: left; vertical-align: top; padding: 0.2rem 0.8rem 0.2rem 0; border-bottom: 1px solid #8884 }
section { margin-bottom: 2.5rem }
nav a { margin-right: 1rem }
`
