import * as Layer from "effect/Layer"
import { embedded } from "../support/databases.ts"
import { node } from "../support/node.ts"
import { contract } from "./suite.ts"
import { overWebSocket } from "./transports.ts"

contract("over a WebSocket", overWebSocket.pipe(Layer.provideMerge(node(embedded))))
