import * as Layer from "effect/Layer"
import { embedded } from "../support/databases.ts"
import { handlers } from "../support/node.ts"
import { contract } from "./suite.ts"
import { inMemory } from "./transports.ts"

contract("in memory", inMemory.pipe(Layer.provideMerge(handlers(embedded))))
