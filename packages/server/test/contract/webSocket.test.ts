import * as Layer from "effect/Layer"
import { embedded, hasPostgres, postgres } from "../support/databases.ts"
import { node } from "../support/node.ts"
import { contract } from "./suite.ts"
import { overWebSocket } from "./transports.ts"

// The embedded database is met over HTTP: the other two pairs would say the same again.
const database = hasPostgres ? postgres : embedded

contract("over a WebSocket", overWebSocket.pipe(Layer.provideMerge(node(database))))
