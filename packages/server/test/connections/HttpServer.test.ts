import { contractVersion } from "@chat/domain/Contract"
import { assert, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as IpNetwork from "effect/net/IpNetwork"
import { commandId, device, emailOf, newName, password } from "../contract/people.ts"
import { embedded } from "../support/databases.ts"
import { address, messagesBurst, node } from "../support/node.ts"
import { hello, request } from "./raw.ts"

const fetching = Effect.fnUntraced(function* (path: string, init: RequestInit = {}) {
  const url = `http://${yield* address}${path}`
  return yield* Effect.promise(async () => {
    const response = await fetch(url, init)
    return { status: response.status, headers: response.headers, text: await response.text() }
  })
})

const post = (body: string, headers: Record<string, string> = {}) =>
  fetching("/rpc", { method: "POST", body, headers: { "content-type": "application/x-ndjson", ...headers } })

const lines = (text: string): ReadonlyArray<{ readonly requestId: string; readonly exit: { readonly _tag: string } }> =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))

layer(node(embedded), { excludeTestServices: true })("HTTP", (it) => {
  it.effect("probes and keys are served", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* fetching("/healthz")).status, 200)
      assert.strictEqual((yield* fetching("/readyz")).status, 200)
      const keys = yield* fetching("/.well-known/jwks.json")
      const [key, ...more] = JSON.parse(keys.text).keys
      assert.lengthOf(more, 0)
      assert.deepStrictEqual([key.kty, key.crv, key.alg, key.use], ["OKP", "Ed25519", "EdDSA", "sig"])
      assert.notProperty(key, "d")
    }),
  )

  it.effect("other paths and methods are not", () =>
    Effect.gen(function* () {
      for (const [method, path] of [
        ["GET", "/"],
        ["GET", "/rpc"],
        ["PUT", "/rpc"],
        ["POST", "/rpc/other"],
        ["POST", "/healthz"],
        ["GET", "/../../etc/passwd"],
        ["GET", "/%00"],
        ["GET", "//"],
      ] as const) {
        const { status } = yield* fetching(path, { method })
        assert.isTrue(status === 404 || status === 405, `${method} ${path}: ${status}`)
      }
    }),
  )

  it.effect("a body is several calls, each with its answer", () =>
    Effect.gen(function* () {
      const calls = [hello("1"), request("2", "Me", null), hello("3")]
      const answer = yield* post(calls.map((call) => `${JSON.stringify(call)}\n`).join(""))
      assert.deepStrictEqual(
        new Map(lines(answer.text).map(({ requestId, exit }) => [requestId, exit._tag])),
        new Map([
          ["1", "Success"],
          ["2", "Failure"],
          ["3", "Success"],
        ]),
      )
    }),
  )

  it.effect("what is not lines of calls is refused", () =>
    Effect.gen(function* () {
      const many = Array.from({ length: 65 }, (_, index) => hello(String(index)))
      for (const body of [
        "{",
        "",
        "\n",
        "null",
        "1",
        '{"_tag":"Request"}',
        JSON.stringify({ ...hello("1"), headers: "none" }),
        JSON.stringify({ ...hello("1"), headers: undefined }),
        JSON.stringify([hello("1"), hello("1")]),
        JSON.stringify({ _tag: "Ack", requestId: "1" }),
        JSON.stringify(many),
      ]) {
        assert.strictEqual((yield* post(body)).status, 400, body.slice(0, 60))
      }
      assert.strictEqual((yield* post(JSON.stringify(many.slice(1)))).status, 200)
    }),
  )

  it.effect("a payload that does not decode is a BadRequest, as everywhere", () =>
    Effect.gen(function* () {
      const answer = yield* post(JSON.stringify(request("1", "Hello", { contract: contractVersion })))
      assert.strictEqual(answer.status, 200)
      assert.include(answer.text, "BadRequest")
    }),
  )

  it.effect("a body has a limit", () =>
    Effect.gen(function* () {
      const padded = (length: number) => JSON.stringify(hello("1")).padEnd(length)
      assert.include((yield* post(padded(1_048_576))).text, "Success")
      assert.strictEqual((yield* post(padded(1_048_577))).status, 413)
      assert.strictEqual((yield* fetching("/healthz")).status, 200)
    }),
  )
})

const signUp = (from: string) => {
  const username = newName()
  const command = { commandId: commandId(), username, email: emailOf(username), password, device }
  return post(JSON.stringify(request("1", "SignUp", command)), { "x-forwarded-for": from })
}

it.live("a call over HTTP comes from whom the trusted proxy says", () =>
  Effect.gen(function* () {
    assert.notInclude((yield* signUp("203.0.113.7")).text, "RateLimited")
    assert.include((yield* signUp("198.51.100.1, 203.0.113.7")).text, "RateLimited", "what comes first is a claim")
    assert.notInclude((yield* signUp("203.0.113.8")).text, "RateLimited")
  }).pipe(
    Effect.provide(
      node(embedded, {
        trustedProxies: [IpNetwork.fromStringUnsafe("127.0.0.0/8")],
        rates: {
          messagesPerSecond: 1,
          messagesBurst,
          callsPerMinute: 600,
          restPerMinute: 600,
          friendRequestsPerMinute: 1_000,
          invitationsPerMinute: 1_000,
          loginsPerAccount: 5,
          loginsPerAddress: 20,
          signUpsPerAddress: 1,
          refreshesPerAddress: 1_000_000,
        },
      }),
    ),
    Effect.scoped,
  ),
)
