import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as PrometheusMetrics from "effect/observability/PrometheusMetrics"
import * as Redacted from "effect/Redacted"
import { createHash, timingSafeEqual } from "node:crypto"
import type { IncomingMessage } from "node:http"
import { ServerConfig } from "../config/ServerConfig.ts"
import { clientAddress, isLocal } from "../limits/ClientAddress.ts"
import { Meters } from "../meters/Meters.ts"

const lookEvery = 50

/** Looks how late timers run, which is how long whatever else there is has to wait. */
const watchLoop = Effect.gen(function* () {
  const { loopDelay } = yield* Meters
  let due = performance.now() + lookEvery
  const look = () => {
    const now = performance.now()
    loopDelay.observe(Math.max(0, now - due) / 1_000)
    due = now + lookEvery
  }
  yield* Effect.acquireRelease(
    Effect.sync(() => setInterval(look, lookEvery).unref()),
    (timer) => Effect.sync(() => clearInterval(timer)),
  )
})

const isSame = (one: string, other: string): boolean =>
  timingSafeEqual(createHash("sha256").update(one).digest(), createHash("sha256").update(other).digest())

// A proxy on this machine that is not known as one makes everybody look local, but says that it is a proxy.
const isRelayed = ({ headers }: Pick<IncomingMessage, "headers">): boolean =>
  headers["x-forwarded-for"] !== undefined || headers["forwarded"] !== undefined

const refusal = (status: 401 | 403, text: string) =>
  HttpServerResponse.text(text, { status, ...(status === 401 && { headers: { "www-authenticate": "Bearer" } }) })

const metrics = HttpRouter.add(
  "GET",
  "/metrics",
  Effect.gen(function* () {
    const { metricsToken, trustedProxies } = yield* ServerConfig
    const { context } = yield* Meters
    const request = yield* HttpServerRequest.HttpServerRequest
    if (metricsToken === undefined) {
      const incoming = NodeHttpServerRequest.toIncomingMessage(request)
      if (isRelayed(incoming) || !isLocal(clientAddress(incoming, trustedProxies))) {
        return refusal(403, "Only for this machine, unless CHAT_METRICS_TOKEN is set\n")
      }
    } else {
      const given = /^Bearer +(?<token>\S+)$/iu.exec(request.headers["authorization"] ?? "")?.groups?.["token"]
      if (given === undefined || !isSame(given, Redacted.value(metricsToken))) return refusal(401, "Not the token\n")
    }
    return HttpServerResponse.text(PrometheusMetrics.formatUnsafe(context), {
      contentType: "text/plain; version=0.0.4; charset=utf-8",
    })
  }),
)

/** What the node has counted, for Prometheus. */
export const layerMetricsRoute = Layer.mergeAll(metrics, Layer.effectDiscard(watchLoop))
