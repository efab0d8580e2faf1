/** The refresh token of a web page, in a cookie that no script reads and no other site can make use of. */
import { RequestRefused } from "@chat/domain/rest/HttpErrors"
import type { Tokens } from "@chat/domain/Session"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Cookies from "effect/http/Cookies"
import * as HttpEffect from "effect/http/HttpEffect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type { Configuration } from "../config/settings.ts"
import { isAllowedOrigin } from "../connections/origin.ts"

/** Only a secure origin sets a cookie of this name, for itself alone (RFC 6265bis, section 4.1.3.2). */
const name = "__Host-chat_refresh"

const attributes: Cookies.Cookie["options"] = { httpOnly: true, secure: true, sameSite: "strict", path: "/" }

const setCookie = (value: string, maxAge: Duration.Duration) =>
  HttpEffect.appendPreResponseHandler((_, response) =>
    Effect.orDie(HttpServerResponse.setCookie(response, name, value, { ...attributes, maxAge })),
  )

/** Moves the refresh token from an answer into the cookie. */
export const intoCookie = ({ refreshToken, ...tokens }: Tokens, { sessionLifetime }: Configuration) =>
  Effect.as(setCookie(refreshToken, sessionLifetime), tokens)

export const dropCookie = setCookie("", Duration.zero)

export const refreshCookie = Effect.map(HttpServerRequest.HttpServerRequest, ({ cookies }) => cookies[name])

interface Csrf {
  readonly "x-chat-csrf"?: string
}

/**
 * Holds whoever sets or sends the cookie to be a page that may: a browser says where a request comes from, and lets no
 * other site send a header of its own. Both are asked for, besides `SameSite`.
 */
export const checkCsrf = Effect.fnUntraced(function* (headers: Csrf, config: Configuration) {
  const request = yield* HttpServerRequest.HttpServerRequest
  const port = NodeHttpServerRequest.toIncomingMessage(request).socket.localPort ?? config.port
  const { origin, "sec-fetch-site": site = "same-origin" } = request.headers
  if (origin === undefined || !isAllowedOrigin(origin, { ...config, port })) {
    return yield* new RequestRefused({ reason: "origin" })
  }
  if (site !== "same-origin" && site !== "same-site") return yield* new RequestRefused({ reason: "site" })
  if (headers["x-chat-csrf"] === undefined) return yield* new RequestRefused({ reason: "header" })
})
