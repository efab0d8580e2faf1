import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Embedded from "../../src/storage/Embedded.ts"
import { dataDirectory } from "../support/databases.ts"
import { Database } from "../../src/storage/Database.ts"
import { Hub } from "../../src/hub/Hub.ts"
import { makeCluster } from "./nodes/Cluster.ts"
import { startNode, type Tokens } from "./nodes/Node.ts"
import { rareCases } from "./run/Rare.ts"
import { programs, settings } from "./suite.ts"

programs({
  name: "Random programs, one node on the embedded database",
  shape: { users: 3, devices: [0, 0, 1, 2], nodes: 1 },
  programs: 6,
  meets: rareCases,
  start: () =>
    Effect.gen(function* () {
      const embedded = yield* Effect.orDie(Embedded.inDirectory(yield* dataDirectory))
      const tokens: Tokens = new Map()
      const needs = () => Layer.mergeAll(Database.layerFrom(embedded), Hub.layerMemory, settings)
      return yield* makeCluster(1, () => startNode(needs(), tokens))
    }),
})
