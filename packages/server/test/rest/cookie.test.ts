// A web page's refresh token: in a cookie that only the page's own requests can use.
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { emailOf, newName, password } from "../contract/people.ts"
import { embedded } from "../support/databases.ts"
import { address, node } from "../support/node.ts"
import { type Client, makeClient } from "./client.ts"

interface Answer {
  readonly tokens: { readonly accessToken: string; readonly refreshToken?: string }
}

const pageHeaders = Effect.map(address, (at) => ({
  origin: `http://${at}`,
  "sec-fetch-site": "same-origin",
  "x-chat-csrf": "1",
}))

const cookieOf = (headers: Headers) => {
  const [cookie = "", ...more] = headers.getSetCookie()
  assert.lengthOf(more, 0)
  const [pair = "", ...attributes] = cookie.split("; ")
  return { pair, attributes }
}

const signUp = Effect.fnUntraced(function* (call: Client) {
  const headers = yield* pageHeaders
  const username = newName()
  const body = { username, email: emailOf(username), password }
  const answer = yield* call("auth.register", { query: { mode: "cookie" }, headers, body })
  assert.strictEqual(answer.status, 201)
  const { tokens }: Answer = answer.body
  assert.notProperty(tokens, "refreshToken")
  return { username, headers, token: tokens.accessToken, cookie: cookieOf(answer.headers) }
})

layer(node(embedded), { excludeTestServices: true })("The cookie of a page", (it) => {
  it.effect("is for the whole origin, for no script and for no other site", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const { cookie, username, headers } = yield* signUp(call)
      assert.match(cookie.pair, /^__Host-chat_refresh=[\w-]{40,}$/)
      assert.includeMembers(cookie.attributes, ["HttpOnly", "Secure", "SameSite=Strict", "Path=/"])
      assert.isFalse(cookie.attributes.some((attribute) => attribute.startsWith("Domain")))
      const body = { login: username, password }
      const answer = yield* call("auth.login", { query: { mode: "cookie" }, headers, body })
      assert.notProperty((answer.body as Answer).tokens, "refreshToken")
      assert.match(cookieOf(answer.headers).pair, /^__Host-chat_refresh=[\w-]{40,}$/)
      // Whoever does not ask for a cookie gets none.
      const plain = yield* call("auth.login", { body })
      assert.property((plain.body as Answer).tokens, "refreshToken")
      assert.lengthOf(plain.headers.getSetCookie(), 0)
    }),
  )

  it.effect("is changed for new tokens and a new cookie", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const { cookie, headers } = yield* signUp(call)
      const first = yield* call("auth.refresh", { headers: { ...headers, cookie: cookie.pair } })
      assert.hasAllKeys(first.body, ["accessToken", "accessExpiresAt"])
      const next = cookieOf(first.headers).pair
      assert.notStrictEqual(next, cookie.pair)
      assert.strictEqual((yield* call("auth.refresh", { headers: { ...headers, cookie: next } })).status, 200)
    }),
  )

  it.effect("ends its session with a logout, and is taken away", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const { cookie, headers, token } = yield* signUp(call)
      const out = yield* call("auth.logout", { headers: { ...headers, cookie: cookie.pair } })
      assert.strictEqual(out.status, 204)
      const gone = cookieOf(out.headers)
      assert.strictEqual(gone.pair, "__Host-chat_refresh=")
      assert.include(gone.attributes, "Max-Age=0")
      assert.strictEqual((yield* call("users.me", { token })).status, 401)
      assert.strictEqual((yield* call("auth.refresh", { headers: { ...headers, cookie: cookie.pair } })).status, 401)
      const again = yield* call("auth.logout", { headers: { ...headers, cookie: cookie.pair } })
      assert.strictEqual(again.status, 401)
      assert.strictEqual(cookieOf(again.headers).pair, "__Host-chat_refresh=", "a dead cookie is taken away too")
    }),
  )

  it.effect("is of no use to anybody but the page", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const { cookie, headers, username, token } = yield* signUp(call)
      const { origin: _, ...noOrigin } = headers
      const { "x-chat-csrf": __, ...noHeader } = headers
      const asked = [
        ["origin", noOrigin],
        ["origin", { ...headers, origin: "https://evil.example" }],
        ["origin", { ...headers, origin: "null" }],
        ["site", { ...headers, "sec-fetch-site": "cross-site" }],
        ["site", { ...headers, "sec-fetch-site": "none" }],
        ["header", noHeader],
      ] as const
      for (const [reason, wrong] of asked) {
        const body = { login: username, password }
        for (const answer of [
          yield* call("auth.refresh", { headers: { ...wrong, cookie: cookie.pair } }),
          yield* call("auth.logout", { headers: { ...wrong, cookie: cookie.pair } }),
          yield* call("auth.login", { query: { mode: "cookie" }, headers: wrong, body }),
        ]) {
          assert.strictEqual(answer.status, 403)
          assert.deepInclude(answer.body, { tag: "RequestRefused", reason })
          assert.lengthOf(answer.headers.getSetCookie(), 0)
        }
      }
      // None of them has done anything, and the cookie is no access token.
      assert.strictEqual((yield* call("users.me", { token })).status, 200)
      assert.strictEqual((yield* call("users.me", { headers: { ...headers, cookie: cookie.pair } })).status, 401)
      assert.strictEqual((yield* call("auth.refresh", { headers })).status, 401)
      assert.strictEqual((yield* call("auth.refresh", { headers: { ...headers, cookie: cookie.pair } })).status, 200)
    }),
  )
})
