import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type { LogLevel } from "effect/LogLevel"
import * as References from "effect/References"
import { ServerConfig } from "../config/ServerConfig.ts"

const levels = {
  debug: "Debug",
  info: "Info",
  warn: "Warn",
  error: "Error",
  none: "None",
} as const satisfies Record<string, LogLevel>

/** On a terminal a log for people, else one JSON object a line. */
export const layerLogging = Layer.unwrap(
  Effect.gen(function* () {
    const { logFormat, logLevel } = yield* ServerConfig
    const pretty = logFormat === "pretty" || (logFormat === "auto" && process.stdout.isTTY)
    return Layer.mergeAll(
      Logger.layer([pretty ? Logger.consolePretty() : Logger.consoleJson]),
      Layer.succeed(References.MinimumLogLevel, levels[logLevel]),
    )
  }),
)
