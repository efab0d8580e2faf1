import * as Admin from "@chat/domain/Admin"
import * as Conversation from "@chat/domain/Conversation"
import * as Message from "@chat/domain/Message"
import * as Presence from "@chat/domain/Presence"
import { ReadPosition } from "@chat/domain/ReadPosition"
import { NoSuchRoute, WrongMethod } from "@chat/domain/rest/HttpErrors"
import { problem } from "@chat/domain/rest/Problem"
import { RestApi } from "@chat/domain/rest/RestApi"
import * as Report from "@chat/domain/Report"
import * as Room from "@chat/domain/Room"
import * as SearchRpcs from "@chat/domain/SearchRpcs"
import * as Session from "@chat/domain/Session"
import * as User from "@chat/domain/User"
import * as HttpApi from "effect/http-api/HttpApi"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"

/** What has a name in the document, each after what it is made of. */
const named = {
  User: User.User,
  Profile: User.Profile,
  Account: User.Account,
  AccountReceipt: User.AccountReceipt,
  Session: Session.Session,
  ListedSession: Session.ListedSession,
  Message: Message.Message,
  HistoryPage: Message.HistoryPage,
  ThreadPage: Message.ThreadPage,
  SearchHit: SearchRpcs.SearchHit,
  ReadPosition,
  Conversation: Conversation.Conversation,
  Member: Conversation.Member,
  MemberPage: Conversation.MemberPage,
  Room: Conversation.Room,
  Ban: Room.Ban,
  Receipt: Conversation.Receipt,
  OnlineUser: Presence.OnlineUser,
  AccountEntry: Admin.AccountEntry,
  AuditEntry: Admin.AuditEntry,
  Report: Report.Report,
}

type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const rewrite = (value: Json, change: (object: { readonly [key: string]: Json }) => Json): Json => {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, change))
  if (!isObject(value)) return value
  return change(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rewrite(item, change)])))
}

/** A client ignores what it does not know, and so may a server that is newer than the document. */
const open = (value: Json): Json =>
  rewrite(value, ({ additionalProperties, ...rest }) =>
    additionalProperties === undefined || additionalProperties === false ? rest : { additionalProperties, ...rest },
  )

/** Writes a schema once, under its name. */
const hoist = (document: Json, name: string): Json => {
  if (!isObject(document) || !isObject(document["components"])) return document
  const { schemas } = document["components"]
  const schema = isObject(schemas) ? schemas[name] : undefined
  const text = JSON.stringify(schema)
  const reference = { $ref: `#/components/schemas/${name}` }
  const others = rewrite(document, (object) => (JSON.stringify(object) === text ? reference : object))
  return rewrite(others, (object) =>
    isObject(object["schemas"]) ? { ...object, schemas: { ...object["schemas"], [name]: schema ?? null } } : object,
  )
}

/** What a query holds is a number as one thinks of it, though in a URL everything is text. */
const queries = (() => {
  const found = new Map<string, Json>()
  HttpApi.reflect(RestApi, {
    onGroup: () => undefined,
    onEndpoint: ({ group, endpoint }) => {
      if (endpoint.query === undefined) return
      const { properties } = Schema.toJsonSchemaDocument(Schema.toType(endpoint.query)).schema
      // JSON, since it is made to be written as such.
      found.set(`${group.identifier}.${endpoint.identifier}`, (properties ?? {}) as Json)
    },
  })
  return found
})()

const rateHeaders = {
  "RateLimit-Limit": "Requests that one may make in a minute",
  "RateLimit-Remaining": "How many of them are left",
  "RateLimit-Reset": "Seconds until all of them are there again",
}
const headers = { ...rateHeaders, "Retry-After": "Seconds to wait" }

const toHeaders = (names: object): Json =>
  Object.fromEntries(Object.keys(names).map((name) => [name, { $ref: `#/components/headers/${name}` }]))

// To the library, no body is `null`.
const mayBeAbsent = ({ content }: { readonly [key: string]: Json }): boolean =>
  Object.values(isObject(content) ? content : {}).some((media) => {
    const { anyOf } = Object(isObject(media) ? media["schema"] : undefined)
    return Array.isArray(anyOf) && anyOf.some((one) => Object(one).type === "null")
  })

const completed = (operation: { readonly [key: string]: Json }): Json => {
  const { operationId, parameters, responses, security } = operation
  const query = queries.get(String(operationId))
  const signedIn = Array.isArray(security) && security.length > 0 && security.every((way) => "bearer" in Object(way))
  const answers = Object.entries(isObject(responses) ? responses : {}).map(([status, response]) => {
    if (!isObject(response) || !signedIn) return [status, response]
    return [status, { ...response, headers: toHeaders(status === "429" ? headers : rateHeaders) }]
  })
  // What is said by `security` is no parameter.
  const named = (Array.isArray(parameters) ? parameters : []).filter((one) => Object(one).name !== "authorization")
  const asked = named.map((parameter: Json) => {
    if (!isObject(parameter) || parameter["in"] !== "query" || !isObject(query)) return parameter
    return Object.assign(parameter, { schema: query[String(parameter["name"])] ?? null })
  })
  const { requestBody } = operation
  const body = isObject(requestBody) && { requestBody: { ...requestBody, required: !mayBeAbsent(requestBody) } }
  return { ...operation, ...body, parameters: asked, responses: Object.fromEntries(answers) }
}

const described = Object.fromEntries(
  Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: "integer" } }]),
)

const transform = (spec: Json): Json => {
  const whole = rewrite(open(spec), (object) => {
    if ("operationId" in object) return completed(object)
    return "securitySchemes" in object ? { ...object, headers: described } : object
  })
  return Object.keys(named).reduce(hoist, whole)
}

/** The REST API as an OpenAPI 3.1 document. Takes a moment, so it is made when somebody asks. */
export const makeDocument = (): string => {
  const entities = Object.entries(named).map(([identifier, schema]) => schema.annotate({ identifier }))
  const errors = [NoSuchRoute, WrongMethod].map(problem)
  const spec = OpenApi.fromApi(RestApi.annotate(HttpApi.AdditionalSchemas, [...entities, ...errors]))
  // A document is JSON, whatever its type says of its parts.
  return JSON.stringify(transform(JSON.parse(JSON.stringify(spec)) as Json))
}
