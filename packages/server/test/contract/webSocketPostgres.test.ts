import { describe } from "@effect/vitest"
import * as Layer from "effect/Layer"
import { hasPostgres, postgres } from "../support/databases.ts"
import { node } from "../support/node.ts"
import { contract } from "./suite.ts"
import { overWebSocket } from "./transports.ts"

describe.skipIf(!hasPostgres)("PostgreSQL", () =>
  contract("over a WebSocket (PostgreSQL)", overWebSocket.pipe(Layer.provideMerge(node(postgres)))),
)
