import * as S from "./setting.ts"

/** What whoever runs a server sets, and nobody who uses it notices. */
export const operations = {
  drainTimeout: S.setting(
    "CHAT_DRAIN_TIMEOUT",
    S.duration("0 seconds", "10 minutes"),
    "10 seconds",
    "How long a stop waits for what is under way",
  ),

  metricsToken: S.secret(
    "CHAT_METRICS_TOKEN",
    S.bearerToken,
    "whoever asks from this machine, and nobody else",
    "What /metrics asks for as a bearer token, from wherever",
  ),

  otlpUrl: S.optional(
    "CHAT_OTLP_URL",
    S.baseUrl,
    "nothing is exported",
    "An OpenTelemetry collector, which gets logs, meters and traces over OTLP/HTTP in JSON",
  ),
  otlpAuthorization: S.secret(
    "CHAT_OTLP_AUTHORIZATION",
    S.text,
    "none",
    "The Authorization header that the collector asks for",
  ),
  traceShare: S.setting(
    "CHAT_TRACE_SHARE",
    S.share,
    "0",
    "How much of what happens is traced, with CHAT_OTLP_URL; 0: nothing, and tracing costs nothing",
  ),

  logLevel: S.setting(
    "CHAT_LOG_LEVEL",
    S.oneOf("debug", "info", "warn", "error", "none"),
    "info",
    "The least that is logged",
  ),
  logFormat: S.setting(
    "CHAT_LOG_FORMAT",
    S.oneOf("auto", "pretty", "json"),
    "auto",
    "The form of the log; auto is pretty on a terminal, else JSON",
  ),
} as const
