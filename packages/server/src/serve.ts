import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Runtime from "effect/Runtime"
import { ServerConfig } from "./config/ServerConfig.ts"
import { explainStart } from "./operations/startFailure.ts"
import { Hub } from "./hub/Hub.ts"
import { layerNode } from "./Node.ts"
import { makeMeters, Meters } from "./meters/Meters.ts"
import { layerTelemetry } from "./operations/telemetry.ts"
import { layerLogging } from "./operations/logging.ts"
import { Database } from "./storage/Database.ts"
import { announce } from "./operations/announce.ts"

const main = announce.pipe(
  Layer.provide(layerNode),
  Layer.provide([Database.layer, Hub.layerMemory]),
  Layer.provide(layerTelemetry),
  Layer.provide(Layer.sync(Meters, makeMeters)),
  Layer.provide(layerLogging),
  Layer.provide(ServerConfig.layer),
)

// A stop that was asked for is no failure.
const teardown: Runtime.Teardown = (exit, onExit) =>
  Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause) ? onExit(0) : Runtime.defaultTeardown(exit, onExit)

NodeRuntime.runMain(explainStart(Layer.launch(main)), { teardown })
