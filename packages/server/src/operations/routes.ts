import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import { layerMetricsRoute } from "./metrics.ts"
import { Readiness } from "./Readiness.ts"

const alive = HttpRouter.add("GET", "/healthz", HttpServerResponse.text("ok\n"))

const ready = HttpRouter.add(
  "GET",
  "/readyz",
  Effect.gen(function* () {
    const readiness = yield* Readiness
    const obstacle = yield* readiness.obstacle
    return obstacle === undefined
      ? HttpServerResponse.text("ready\n")
      : HttpServerResponse.text(`${obstacle}\n`, { status: 503 })
  }),
)

/** What an operator's probes ask: whether the process lives, whether it should be given work, and what it has counted. */
export const layerOperationsRoutes = Layer.mergeAll(alive, ready, layerMetricsRoute)
