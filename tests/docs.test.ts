// What the docs say about the code is what the code says.
import { ChatRpcs } from "@chat/domain/Contract"
import * as Errors from "@chat/domain/Errors"
import { RestApi } from "@chat/domain/rest/RestApi"
import { assert, it } from "@effect/vitest"
import * as HttpApi from "effect/http-api/HttpApi"
import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"

const root = join(import.meta.dirname, "..")
const read = (path: string): string => readFileSync(join(root, path), "utf8")
const pages = globSync("{*.md,docs/**/*.md,packages/*/*.md}", { cwd: root })

// A struct's fields, or those of the members of a union of structs.
const fieldsOf = (schema: object): ReadonlyArray<string> => {
  if ("fields" in schema) return Object.keys(Object(schema.fields))
  return "members" in schema && Array.isArray(schema.members) ? schema.members.flatMap(fieldsOf) : []
}

// The errors that are a call's own; a stream has them beside its items.
const errorsOf = (schema: object): ReadonlyArray<string> => {
  if ("error" in schema && schema.error instanceof Object) return errorsOf(schema.error)
  const members: ReadonlyArray<unknown> = "members" in schema && Array.isArray(schema.members) ? schema.members : []
  const every = new Set<unknown>(Errors.CallError.members)
  return members.flatMap((member) =>
    Object.entries(Errors).flatMap(([name, value]) => (value === member && !every.has(member) ? [name] : [])),
  )
}

const between = (text: string, name: string): string =>
  text.split(`<!-- ${name} -->`)[1]?.split(`<!-- /${name} -->`)[0] ?? ""

it("lists every error, and no other", () => {
  const rows = [...between(read("docs/protocol.md"), "errors").matchAll(/^\| `(\w+)` \|.*\| (\d{3}) \|/gm)]
  const documented = rows.map(([, tag]) => tag)
  const defined = Object.entries(Errors).flatMap(([name, value]) =>
    typeof value === "function" && "identifier" in value ? [name] : [],
  )
  assert.include(defined, "BadRequest")
  assert.sameMembers(documented, defined)
})

it("lists every call, with its payload and its errors", () => {
  const rows = [...between(read("docs/protocol.md"), "calls").matchAll(/^\| `(\w+)` \| (.*) \| (.*) \|(.*)\|$/gm)]
  const named = (cell: string | undefined) => [...(cell ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name ?? "")
  const documented = rows.map(([, tag, payload, , errors]) => ({
    tag,
    payload: named(payload?.replaceAll(/\(.*?\)/g, "")).toSorted(),
    errors: named(errors).toSorted(),
  }))
  const defined = [...ChatRpcs.requests.values()].map(({ _tag, payloadSchema, successSchema, errorSchema }) => ({
    tag: _tag,
    payload: fieldsOf(payloadSchema).toSorted(),
    errors: [...new Set([...errorsOf(errorSchema), ...errorsOf(successSchema)])].toSorted(),
  }))
  assert.isNotEmpty(defined)
  assert.deepStrictEqual(
    documented.toSorted((a, b) => (a.tag ?? "").localeCompare(b.tag ?? "")),
    defined.toSorted((a, b) => a.tag.localeCompare(b.tag)),
  )
})

it("lists every REST operation, and no other", () => {
  const rows = [...between(read("docs/rest.md"), "operations").matchAll(/^\| `(\w+ \S+)` \| \S/gm)]
  const defined: Array<string> = []
  HttpApi.reflect(RestApi, {
    onGroup: () => undefined,
    onEndpoint: ({ endpoint: { method, path } }) =>
      void defined.push(`${method} ${path.replace("/api/v1", "").replaceAll(/:(\w+)/g, "{$1}")}`),
  })
  assert.isNotEmpty(defined)
  assert.sameMembers(
    rows.map(([, operation]) => operation),
    defined,
  )
})

it("has a REST operation for every call, or says why there is none", () => {
  const handlers = globSync("packages/server/src/rest/*.ts", { cwd: root }).map(read).join("\n")
  const called = [...handlers.matchAll(/\b(?:open|signedIn|command)\(\s*"(\w+)"/g)].map(([, tag]) => tag)
  const excused = [...between(read("docs/rest.md"), "rpc-only").matchAll(/^\| `(\w+)` \| \w.+ \|$/gm)].map(
    ([, tag]) => tag,
  )
  assert.isAbove(called.length, 50)
  assert.sameMembers([...new Set(called), ...excused], [...ChatRpcs.requests.keys()])
})

it("links to pages that are there", () => {
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map(([, target]) => target ?? "")
      .filter((target) => !existsSync(join(root, dirname(page), target)))
      .map((target) => `${page}: ${target}`),
  )
  assert.deepStrictEqual(broken, [])
})

it("names scripts that are there", () => {
  const { scripts } = JSON.parse(read("package.json")) as { readonly scripts: Record<string, string> } // our own file
  const named = pages.flatMap((page) =>
    [...read(page).matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => `${page}: ${name}`),
  )
  const missing = named.filter((entry) => scripts[entry.split(": ")[1] ?? ""] === undefined)
  assert.deepStrictEqual(missing, [])
})
