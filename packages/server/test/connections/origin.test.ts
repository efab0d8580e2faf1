import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type IncomingHttpHeaders, request } from "node:http"
import { embedded } from "../support/databases.ts"
import { address, node } from "../support/node.ts"
import { hello, open, roundTrip } from "./raw.ts"

const origins = ["https://chat.example.org", "http://localhost:5173"]

// `fetch` sends no `Origin` that it is given.
const overHttp = Effect.fnUntraced(function* (method: "POST" | "OPTIONS", headers: Record<string, string>) {
  const url = `http://${yield* address}/rpc`
  return yield* Effect.callback<{ readonly status: number | undefined; readonly headers: IncomingHttpHeaders }>(
    (resume) => {
      // What a page can send without a preflight.
      const sent = request(url, { method, headers: { "content-type": "text/plain", ...headers } }, (response) => {
        response.resume()
        resume(Effect.succeed({ status: response.statusCode, headers: response.headers }))
      })
      sent.end(method === "POST" ? `${JSON.stringify(hello("1"))}\n` : undefined)
    },
  )
})

it.live("a page connects from an allowed origin, a program from anywhere", () =>
  Effect.gen(function* () {
    const url = `ws://${yield* address}/rpc`
    for (const allowed of [...origins, "https://CHAT.example.org", "https://app.example.org", undefined]) {
      const headers = allowed === undefined ? {} : { origin: allowed }
      yield* roundTrip(yield* open(url, headers))
      const posted = yield* overHttp("POST", headers)
      assert.strictEqual(posted.status, 200, allowed)
      assert.strictEqual(posted.headers["access-control-allow-origin"], allowed)
      assert.strictEqual(posted.headers.vary, "origin")
      const asked = yield* overHttp("OPTIONS", headers)
      assert.strictEqual(asked.status, 204, allowed)
      assert.strictEqual(asked.headers["access-control-allow-origin"], allowed)
      assert.strictEqual(asked.headers["access-control-allow-headers"], "content-type")
      assert.isUndefined(asked.headers["access-control-allow-credentials"])
    }
    for (const foreign of [
      "https://evil.example",
      "null",
      "",
      "https://chat.example.org.evil.example",
      "https://evilchat.example.org",
      "https://example.org",
      "http://chat.example.org",
      "https://chat.example.org:8443",
      "https://chat.example.org@evil.example",
      "https://chat.example.org/path",
      "http://localhost:8080",
      "http://127.0.0.1",
    ]) {
      const refused = yield* Effect.flip(open(url, { headers: { origin: foreign } }))
      assert.strictEqual(refused.status, 403, foreign)
      for (const method of ["POST", "OPTIONS"] as const) {
        const { status, headers } = yield* overHttp(method, { origin: foreign })
        assert.strictEqual(status, 403, `${method} ${foreign}`)
        assert.isUndefined(headers["access-control-allow-origin"])
      }
    }
  }).pipe(
    Effect.provide(node(embedded, { allowedOrigins: origins, publicUrl: "https://app.example.org" })),
    Effect.scoped,
  ),
)

it.live("without a public URL the server's own address is allowed", () =>
  Effect.gen(function* () {
    const where = yield* address
    const url = `ws://${where}/rpc`
    yield* roundTrip(yield* open(url, { origin: `http://${where}` }))
    yield* roundTrip(yield* open(url, { origin: `http://${where.replace("127.0.0.1", "localhost")}` }))
    // What a page sees whose name was made to point here.
    const rebound = { origin: "http://rebound.example", headers: { host: "rebound.example" } }
    assert.strictEqual((yield* Effect.flip(open(url, rebound))).status, 403)
    assert.strictEqual((yield* overHttp("POST", { origin: `http://${where}` })).status, 200)
    assert.strictEqual((yield* overHttp("POST", { ...rebound.headers, origin: rebound.origin })).status, 403)
  }).pipe(Effect.provide(node(embedded)), Effect.scoped),
)
