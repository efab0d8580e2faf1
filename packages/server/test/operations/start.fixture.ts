// A program that reads its configuration, opens its database and ends.
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { resolveSigningKey } from "../../src/config/keyFile.ts"
import { ServerConfig } from "../../src/config/ServerConfig.ts"
import { explainStart } from "../../src/operations/startFailure.ts"
import { Database } from "../../src/storage/Database.ts"

const start = Effect.andThen(resolveSigningKey, Database).pipe(
  Effect.provide(Database.layer.pipe(Layer.provideMerge(ServerConfig.layer))),
)

NodeRuntime.runMain(explainStart(start))
