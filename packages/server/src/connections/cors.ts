/** Which pages may make calls over HTTP: those that may open a WebSocket, and no others. */
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type { Configuration } from "../config/settings.ts"
import { isAllowedOrigin } from "./origin.ts"

// For every answer: what one origin is told must not be kept for another.
const vary = { vary: "origin" }

const refused = HttpServerResponse.text("Pages of this origin may not connect\n", { status: 403, headers: vary })

/** What a browser asks before a page's first call. Tokens travel inside calls, so no other header is let through. */
export const preflight = HttpServerResponse.empty({
  status: 204,
  headers: {
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": "content-type",
    "access-control-max-age": "7200",
  },
})

/**
 * Answers only those who may connect. The browser alone would not do: it sends what needs no preflight first, and keeps
 * only the answer from the page.
 */
export const fromAllowedOrigins = <E, R>(
  config: Pick<Configuration, "allowedOrigins" | "publicUrl" | "host" | "port">,
  request: HttpServerRequest.HttpServerRequest,
  answer: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>,
): Effect.Effect<HttpServerResponse.HttpServerResponse, E, R> => {
  const { origin } = request.headers
  const port = NodeHttpServerRequest.toIncomingMessage(request).socket.localPort ?? config.port
  if (!isAllowedOrigin(origin, { ...config, port })) return Effect.succeed(refused)
  const headers = origin === undefined ? vary : { ...vary, "access-control-allow-origin": origin }
  return Effect.map(answer, HttpServerResponse.setHeaders(headers))
}
