import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as OtlpLogger from "effect/observability/OtlpLogger"
import * as OtlpMetrics from "effect/observability/OtlpMetrics"
import * as OtlpSerialization from "effect/observability/OtlpSerialization"
import * as OtlpTracer from "effect/observability/OtlpTracer"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import { ServerConfig } from "../config/ServerConfig.ts"
import { Meters } from "../meters/Meters.ts"
import { sampling } from "./sampling.ts"

// A span that goes nowhere would still be made, for every call and every query.
export const withoutTraces = Layer.succeed(References.TracerEnabled, false)

/** Logs, meters and traces to an OpenTelemetry collector, where there is one; without it spans are not even made. */
export const layerTelemetry = Layer.unwrap(
  Effect.gen(function* () {
    const { otlpUrl, otlpAuthorization, traceShare } = yield* ServerConfig
    if (otlpUrl === undefined) return withoutTraces
    const { context } = yield* Meters
    const headers = otlpAuthorization === undefined ? undefined : { authorization: Redacted.value(otlpAuthorization) }
    const to = (signal: string) => ({ url: `${otlpUrl}/v1/${signal}`, headers, resource: { serviceName: "chat" } })
    const metrics = OtlpMetrics.layer(to("metrics")).pipe(
      Layer.provide(Layer.succeed(Metric.MetricRegistry, Context.get(context, Metric.MetricRegistry))),
    )
    const traces =
      traceShare === 0
        ? withoutTraces
        : Layer.effect(
            Tracer.Tracer,
            Effect.map(Tracer.Tracer, (tracer) => sampling(tracer, traceShare)),
          ).pipe(Layer.provide(OtlpTracer.layer(to("traces"))))
    return Layer.mergeAll(OtlpLogger.layer(to("logs")), metrics, traces).pipe(
      // What tells of the work is no work to tell of.
      Layer.provide(FetchHttpClient.layer.pipe(Layer.provide(withoutTraces))),
      Layer.provide(OtlpSerialization.layerJson),
    )
  }),
)
