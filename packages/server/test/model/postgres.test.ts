import { describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { emptyPostgres, hasPostgres, postgresAt } from "../support/databases.ts"
import { Hub } from "../../src/hub/Hub.ts"
import { makeCluster } from "./nodes/Cluster.ts"
import { makeFaultyHub } from "./nodes/Hub.faulty.ts"
import { startNode, type Tokens } from "./nodes/Node.ts"
import { rareCases, rareCasesOfNodes } from "./run/Rare.ts"
import { programs, settings } from "./suite.ts"

describe.skipIf(!hasPostgres)("PostgreSQL", () => {
  programs({
    name: "Random programs, one node on PostgreSQL",
    shape: { users: 3, devices: [0, 0, 1, 2], nodes: 1 },
    programs: 5,
    meets: rareCases,
    start: () =>
      Effect.gen(function* () {
        const url = yield* emptyPostgres
        const tokens: Tokens = new Map()
        return yield* makeCluster(1, () =>
          startNode(Layer.mergeAll(postgresAt(url), Hub.layerMemory, settings), tokens),
        )
      }),
  })

  programs({
    name: "Random programs, two nodes on PostgreSQL over a hub that fails",
    shape: { users: 3, devices: [0, 0, 1, 2], nodes: 2 },
    programs: 5,
    meets: [...rareCases, ...rareCasesOfNodes],
    start: (random, rare) =>
      Effect.gen(function* () {
        const url = yield* emptyPostgres
        const tokens: Tokens = new Map()
        const hub = makeFaultyHub(random, rare)
        return yield* makeCluster(
          2,
          (node) => startNode(Layer.mergeAll(postgresAt(url), hub.layer(node), settings), tokens),
          hub,
        )
      }),
  })
})
