// A whole node on a free port, as a person would start it, but with cheap passwords and generous rates.
import { Username } from "@chat/domain/Values"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ServerConfig } from "../../src/config/ServerConfig.ts"
import type { Configuration } from "../../src/config/settings.ts"
import { Listening } from "../../src/connections/HttpServer.ts"
import { Hub } from "../../src/hub/Hub.ts"
import { makeMeters, Meters } from "../../src/meters/Meters.ts"
import { layerHandlers, layerNode } from "../../src/Node.ts"
import { withoutTraces } from "../../src/operations/telemetry.ts"
import type { Database } from "../../src/storage/Database.ts"
import type { DatabaseStartError } from "../../src/storage/errors.ts"

/** So many messages somebody can send at once before it is too fast. */
export const messagesBurst = 50

/** Names that make an admin of whoever signs up with one. */
export const adminNames = ["one", "two", "three", "four", "five", "six", "seven"].map((name) =>
  Username.make(`admin.${name}`),
)

/** More than any test takes. */
export const rates: Configuration["rates"] = {
  messagesPerSecond: 1,
  messagesBurst,
  callsPerMinute: 1_000_000,
  restPerMinute: 1_000_000,
  friendRequestsPerMinute: 1_000_000,
  invitationsPerMinute: 1_000_000,
  loginsPerAccount: 100_000,
  loginsPerAddress: 100_000,
  signUpsPerAddress: 100_000,
  refreshesPerAddress: 1_000_000,
}

const generous: Partial<Configuration> = {
  admins: adminNames,
  port: 0,
  // Few, so that the end of a list is met.
  contacts: 3,
  invitations: 3,
  argon2: { memory: 8, passes: 1, parallelism: 1, concurrency: 8 },
  rates,
  // What the hub brings is looked at; the comparison of heads would say some of it again, at any moment.
  headCheck: Duration.hours(1),
}

const beneath = (database: Layer.Layer<Database, DatabaseStartError>, overrides: Partial<Configuration>) =>
  Layer.mergeAll(
    database,
    Hub.layerMemory,
    Layer.sync(Meters, makeMeters),
    ServerConfig.layerTest({ ...generous, ...overrides }),
    withoutTraces,
  )

/** A node that listens, with its database, its hub and its configuration within reach. */
export const node = (database: Layer.Layer<Database, DatabaseStartError>, overrides: Partial<Configuration> = {}) =>
  layerNode.pipe(Layer.provideMerge(beneath(database, overrides)))

/** What answers the calls, without anything that listens. */
export const handlers = (database: Layer.Layer<Database, DatabaseStartError>, overrides: Partial<Configuration> = {}) =>
  layerHandlers.pipe(Layer.provideMerge(beneath(database, overrides)))

/** Where a node listens, without the protocol: `127.0.0.1:49152`. */
export const address = Effect.map(Listening, ({ host, port }) => `${host}:${port}`)
