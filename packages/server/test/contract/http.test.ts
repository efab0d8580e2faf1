import * as Layer from "effect/Layer"
import { embedded } from "../support/databases.ts"
import { node } from "../support/node.ts"
import { contract } from "./suite.ts"
import { overHttp } from "./transports.ts"

contract("over HTTP", overHttp.pipe(Layer.provideMerge(node(embedded))))
