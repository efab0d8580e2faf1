// What surrounds the operations: every refusal is a problem, and says what it has to by HTTP.
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as IpNetwork from "effect/net/IpNetwork"
import { emailOf, newName, password } from "../contract/people.ts"
import { embedded } from "../support/databases.ts"
import { address, node, rates } from "../support/node.ts"
import { get } from "./client.ts"

const allowed = "https://chat.example.org"

const signUp = Effect.gen(function* () {
  const username = newName()
  const { text } = yield* get("/api/v1/auth/register", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username, email: emailOf(username), password }),
  })
  const { tokens }: { readonly tokens: { readonly accessToken: string } } = JSON.parse(text)
  return { authorization: `Bearer ${tokens.accessToken}` }
})

const refused = Effect.fnUntraced(function* (path: string, init: RequestInit, status: number, tag: string) {
  const answer = yield* get(path, init)
  assert.strictEqual(answer.status, status, `${path}: ${answer.text}`)
  assert.strictEqual(answer.headers.get("content-type"), "application/problem+json")
  const problem: Readonly<Record<string, unknown>> = JSON.parse(answer.text)
  assert.deepInclude(problem, { type: `/docs/errors#${tag}`, status, tag })
  assert.match(String(problem["detail"]), /^[A-Z].{10}/)
  assert.match(String(problem["title"]), /^[A-Z]/)
  return { ...answer, problem }
})

const json = { "content-type": "application/json" }

layer(node(embedded, { allowedOrigins: [allowed] }), { excludeTestServices: true })("At the edge of REST", (it) => {
  it.effect("what is nowhere is a problem", () =>
    Effect.gen(function* () {
      for (const path of [
        "/api",
        "/api/v1",
        "/api/v1/nothing",
        "/api/v2/rooms",
        "/api/v1/rooms/",
        "/api/v1/users/a/b",
      ]) {
        yield* refused(path, {}, 404, "NoSuchRoute")
      }
    }),
  )

  it.effect("a wrong method is told the right ones", () =>
    Effect.gen(function* () {
      const { headers, problem } = yield* refused("/api/v1/rooms", { method: "DELETE" }, 405, "WrongMethod")
      assert.strictEqual(headers.get("allow"), "GET, POST")
      assert.deepStrictEqual(problem["allow"], ["GET", "POST"])
      yield* refused("/api/v1/auth/login", {}, 405, "WrongMethod")
    }),
  )

  it.effect("a body that is none, of another type or too large is refused", () =>
    Effect.gen(function* () {
      const post = (body: string, headers: Record<string, string> = json) => ({ method: "POST", body, headers })
      const login = "/api/v1/auth/login"
      for (const body of ["{", "", "null", "[]", '{"login":1,"password":"x"}', '{"login":"ann"}']) {
        yield* refused(login, post(body), 400, "BadRequest")
      }
      const { problem } = yield* refused(login, post('{"login":1,"password":"x"}'), 400, "BadRequest")
      assert.include(problem["detail"], "login")
      yield* refused(login, post("login=ann", { "content-type": "text/plain" }), 415, "WrongMediaType")
      const large = yield* refused(login, post(" ".repeat(1_048_577)), 413, "BodyTooLarge")
      assert.strictEqual(large.problem["limit"], 1_048_576)
      assert.strictEqual((yield* get("/healthz")).status, 200)
    }),
  )

  it.effect("who is not signed in is told how, and looks at nothing", () =>
    Effect.gen(function* () {
      const missing = yield* refused("/api/v1/users/me", {}, 401, "Unauthenticated")
      assert.strictEqual(missing.problem["reason"], "missing")
      assert.strictEqual(missing.headers.get("www-authenticate"), "Bearer")
      const headers = { authorization: "Bearer nonsense" }
      const { problem } = yield* refused("/api/v1/rooms?limit=nonsense", { headers }, 401, "Unauthenticated")
      assert.strictEqual(problem["reason"], "invalid")
      // A token in a URL would be in logs and histories.
      yield* refused("/api/v1/users/me?access_token=nonsense", {}, 401, "Unauthenticated")
    }),
  )

  it.effect("a parameter is held to the contract", () =>
    Effect.gen(function* () {
      const headers = yield* signUp
      for (const path of ["rooms?limit=0", "rooms?limit=101", "rooms?limit=1e9", "users/nobody", "conversations/1"]) {
        yield* refused(`/api/v1/${path}`, { headers }, 400, "BadRequest")
      }
      const long = { ...headers, "idempotency-key": "k".repeat(256) }
      const path = "/api/v1/rooms/00000000-0000-4000-8000-000000000001/members/me"
      yield* refused(path, { method: "PUT", headers: long }, 400, "BadRequest")
    }),
  )

  it.effect("browsers are not told to keep to TLS where there is none", () =>
    Effect.gen(function* () {
      assert.isNull((yield* get("/healthz")).headers.get("strict-transport-security"))
    }),
  )

  it.effect("HEAD is GET without its body", () =>
    Effect.gen(function* () {
      const headers = yield* signUp
      const answer = yield* get("/api/v1/rooms", { method: "HEAD", headers })
      assert.deepStrictEqual([answer.status, answer.text], [200, ""])
    }),
  )

  it.effect("pages of allowed origins are let in, and no others", () =>
    Effect.gen(function* () {
      const headers = yield* signUp
      const own = `http://${yield* address}`
      for (const origin of [allowed, own]) {
        const asked = yield* get("/api/v1/rooms", { method: "OPTIONS", headers: { origin } })
        assert.strictEqual(asked.status, 204)
        assert.strictEqual(asked.headers.get("access-control-allow-methods"), "GET, POST")
        assert.include(asked.headers.get("access-control-allow-headers"), "idempotency-key")
        const answer = yield* get("/api/v1/rooms", { headers: { ...headers, origin } })
        assert.strictEqual(answer.status, 200)
        assert.strictEqual(answer.headers.get("access-control-allow-origin"), origin)
        assert.include(answer.headers.get("access-control-expose-headers"), "ratelimit-remaining")
      }
      for (const origin of ["https://evil.example", "null", `${allowed}.evil.example`]) {
        const { headers: said } = yield* refused(
          "/api/v1/rooms",
          { headers: { ...headers, origin } },
          403,
          "RequestRefused",
        )
        assert.isNull(said.get("access-control-allow-origin"))
        assert.strictEqual(said.get("vary"), "origin")
        yield* refused("/api/v1/rooms", { method: "OPTIONS", headers: { origin } }, 403, "RequestRefused")
      }
    }),
  )
})

const few = {
  publicUrl: "https://chat.example.org",
  trustedProxies: [IpNetwork.fromStringUnsafe("127.0.0.0/8")],
  rates: { ...rates, restPerMinute: 3, signUpsPerAddress: 1 },
}

layer(node(embedded, few), { excludeTestServices: true })("Behind TLS, with a limit that is soon reached", (it) => {
  it.effect("every answer of every route carries the security headers", () =>
    Effect.gen(function* () {
      for (const [path, init] of [
        ["/healthz", {}],
        ["/docs", {}],
        ["/openapi.json", {}],
        ["/nothing", {}],
        ["/api/v1/rooms", {}],
        ["/api/v1/nothing", {}],
        ["/rpc", { method: "POST", body: "{" }],
        ["/rpc", { method: "POST", body: "{", headers: { origin: "https://evil.example" } }],
        ["/.well-known/jwks.json", {}],
      ] as const) {
        const { headers } = yield* get(path, init)
        const policy = headers.get("content-security-policy") ?? ""
        assert.include(policy, "default-src 'none'", path)
        assert.include(policy, "frame-ancestors 'none'", path)
        assert.strictEqual(headers.get("x-content-type-options"), "nosniff", path)
        assert.strictEqual(headers.get("referrer-policy"), "no-referrer", path)
        assert.strictEqual(headers.get("strict-transport-security"), "max-age=31536000", path)
      }
    }),
  )

  it.effect("too many requests are refused until later, and each answer says how many are left", () =>
    Effect.gen(function* () {
      const headers = yield* signUp
      const other = yield* signUp
      for (const left of ["2", "1", "0"]) {
        const { status, headers: said } = yield* get("/api/v1/users/me", { headers })
        assert.strictEqual(status, 200)
        assert.deepStrictEqual([said.get("ratelimit-limit"), said.get("ratelimit-remaining")], ["3", left])
      }
      const over = yield* refused("/api/v1/users/me", { headers }, 429, "RateLimited")
      const wait = Number(over.headers.get("retry-after"))
      assert.isTrue(wait >= 1 && wait <= 20, String(wait))
      assert.isAtLeast(wait * 1_000, Number(over.problem["retryAfter"]))
      assert.strictEqual(over.headers.get("ratelimit-remaining"), "0")
      assert.strictEqual((yield* get("/api/v1/users/me", { headers: other })).status, 200, "another's are another's")
    }),
  )

  it.effect("who is not signed in is known by the address that the trusted proxy says", () =>
    Effect.gen(function* () {
      const from = (address: string) => {
        const username = newName()
        const body = JSON.stringify({ username, email: emailOf(username), password })
        return { method: "POST", headers: { ...json, "x-forwarded-for": address }, body }
      }
      const path = "/api/v1/auth/register"
      assert.strictEqual((yield* get(path, from("203.0.113.7"))).status, 201)
      const over = yield* refused(path, from("198.51.100.1, 203.0.113.7"), 429, "RateLimited")
      assert.isAtLeast(Number(over.headers.get("retry-after")), 1)
      assert.strictEqual((yield* get(path, from("203.0.113.8"))).status, 201)
    }),
  )
})
