import { BadRequest, Internal } from "@chat/domain/Errors"
import { BodyTooLarge, NoSuchRoute, RequestRefused, WrongMediaType, WrongMethod } from "@chat/domain/rest/HttpErrors"
import { toProblem } from "@chat/domain/rest/Problem"
import { RestApi } from "@chat/domain/rest/RestApi"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as HttpApi from "effect/http-api/HttpApi"
import { HttpApiSchemaError } from "effect/http-api/HttpApiError"
import { HttpServerError } from "effect/http/HttpServerError"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type { Configuration } from "../config/settings.ts"
import { isAllowedOrigin } from "../connections/origin.ts"
import { ClientAddress, clientAddress } from "../limits/ClientAddress.ts"

type Request = HttpServerRequest.HttpServerRequest
type Answer<E = never, R = never> = Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>

/** An error that is met before or after an operation, as a response. */
const refusal = (error: Error & { readonly _tag: string }, headers: Record<string, string> = {}) => {
  const problem = toProblem(error)
  const { status } = problem
  return HttpServerResponse.text(JSON.stringify(problem), { status, contentType: "application/problem+json", headers })
}

/** The methods by which each path can be asked. */
const operations = (() => {
  const found: Array<{ readonly path: RegExp; readonly method: string }> = []
  HttpApi.reflect(RestApi, {
    onGroup: () => undefined,
    onEndpoint: ({ endpoint: { path, method } }) =>
      void found.push({ path: new RegExp(`^${path.replaceAll(/:\w+/g, "[^/]+")}$`), method }),
  })
  return found
})()

const methodsOf = (path: string): ReadonlyArray<string> =>
  operations.flatMap((operation) => (operation.path.test(path) ? [operation.method] : []))

/** What a browser asks before a page's request, and what a page may read of the answer. */
const preflight = (methods: ReadonlyArray<string>) =>
  HttpServerResponse.empty({
    status: 204,
    headers: {
      "access-control-allow-methods": methods.join(", "),
      "access-control-allow-headers": "authorization, content-type, idempotency-key, x-chat-csrf",
      "access-control-max-age": "7200",
    },
  })

const readable = (origin: string | undefined) => ({
  vary: "origin",
  "cache-control": "no-store",
  ...(origin !== undefined && {
    "access-control-allow-origin": origin,
    // The cookie goes only where its own rules let it, see `cookie.ts`.
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset",
  }),
})

/** What the library says with a defect or not at all, as problems. */
const fromCause = (cause: Cause.Cause<unknown>, path: string, limit: number): Answer => {
  for (const reason of cause.reasons) {
    const error = reason._tag === "Die" ? reason.defect : reason._tag === "Fail" ? reason.error : undefined
    if (HttpApiSchemaError.is(error) && error.kind !== "Body" && error.kind !== "ResponseHeaders") {
      const detail = `${error.kind.toLowerCase()}: ${error.cause.message.replaceAll(/\n\s*/g, " ")}`
      return Effect.succeed(refusal(new BadRequest({ detail })))
    }
    if (error instanceof HttpServerError && error.reason._tag === "RouteNotFound") {
      // What stands in the place of a parameter is too long to be one, or no text.
      return Effect.succeed(refusal(new NoSuchRoute({ path })))
    }
    if (error instanceof HttpServerError && error.reason._tag === "RequestParseError") {
      // What is left of the body is not read, so nothing can follow it on this connection.
      if (error.reason.reason === "BodyTooLarge") {
        return Effect.succeed(refusal(new BodyTooLarge({ limit }), { connection: "close" }))
      }
      return Effect.succeed(refusal(new BadRequest({ detail: "the body cannot be read" })))
    }
  }
  if (Cause.hasInterruptsOnly(cause)) return Effect.interrupt
  const traceId = crypto.randomUUID()
  return Effect.as(
    Effect.logError("A REST request failed by a fault of the server", cause).pipe(Effect.annotateLogs({ traceId })),
    refusal(new Internal({ traceId })),
  )
}

/**
 * Around every operation: what comes before one and what cannot become one is answered in the same form as its own
 * errors. Pages are let in as they are at `/rpc`.
 */
export const atTheEdge = <E, R>(config: Configuration, request: Request, operation: Answer<E, R>): Answer<never, R> => {
  const incoming = NodeHttpServerRequest.toIncomingMessage(request)
  const { origin } = request.headers
  const port = incoming.socket.localPort ?? config.port
  if (!isAllowedOrigin(origin, { ...config, port })) {
    return Effect.succeed(refusal(new RequestRefused({ reason: "origin" }), { vary: "origin" }))
  }
  const path = URL.parse(request.url, "http://host")?.pathname ?? request.url
  const allow = methodsOf(path)
  const answer = (): Answer<never, R> => {
    const { method } = request
    if (allow.length === 0) return Effect.succeed(refusal(new NoSuchRoute({ path })))
    if (method === "OPTIONS") return Effect.succeed(preflight(allow))
    if (!allow.includes(method === "HEAD" ? "GET" : method)) {
      return Effect.succeed(refusal(new WrongMethod({ method, allow }), { allow: allow.join(", ") }))
    }
    return operation.pipe(
      Effect.map((response) => (response.status === 415 ? refusal(wrongMediaType(request)) : challenged(response))),
      Effect.catchCause((cause) => fromCause(cause, path, config.limits.bodyBytes)),
      Effect.provideService(ClientAddress, clientAddress(incoming, config.trustedProxies)),
    )
  }
  return Effect.map(answer(), HttpServerResponse.setHeaders(readable(origin)))
}

// Whoever is not signed in is told how to say so (RFC 9110, section 11.6.1).
const challenged = (response: HttpServerResponse.HttpServerResponse) =>
  response.status === 401 ? HttpServerResponse.setHeader(response, "www-authenticate", "Bearer") : response

const wrongMediaType = ({ headers }: Request) =>
  new WrongMediaType({ contentType: headers["content-type"]?.split(";")[0]?.trim() ?? "nothing" })
