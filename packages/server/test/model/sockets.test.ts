import { describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { emptyPostgres, hasPostgres, postgresAt } from "../support/databases.ts"
import { Hub } from "../../src/hub/Hub.ts"
import { makeCluster } from "./nodes/Cluster.ts"
import { startSocketNode, type Tokens } from "./nodes/Node.ts"
import { programs, settings } from "./suite.ts"

describe.skipIf(!hasPostgres)("PostgreSQL", () => {
  programs({
    name: "Random programs, a whole node over WebSockets",
    shape: { users: 3, devices: [0, 0, 1, 2], nodes: 1 },
    programs: 4,
    // What a connection has to do with; the rest is met without one.
    meets: [
      "retry in flight",
      "retry after a lost answer",
      "removal with posts waiting",
      "cut during catch-up",
      "sync replaced by another",
      "restart in the middle of commands",
      "restart under a Sync",
    ],
    start: () =>
      Effect.gen(function* () {
        const url = yield* emptyPostgres
        const tokens: Tokens = new Map()
        const needs = () => Layer.mergeAll(postgresAt(url), Hub.layerMemory, settings)
        return yield* makeCluster(1, () => startSocketNode(needs(), tokens))
      }),
  })
})
