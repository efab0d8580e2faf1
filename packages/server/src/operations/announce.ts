import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ServerConfig } from "../config/ServerConfig.ts"
import { Listening } from "../connections/HttpServer.ts"
import { Database } from "../storage/Database.ts"

/** Says where the server listens and, to somebody at a terminal, what to do next. */
export const announce = Layer.effectDiscard(
  Effect.gen(function* () {
    const { dataDirectory } = yield* ServerConfig
    const { kind } = yield* Database
    const { host, port } = yield* Listening
    const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`
    yield* Effect.logInfo(`Listening on ${url}`).pipe(
      Effect.annotateLogs({ database: kind === "embedded" ? dataDirectory : "PostgreSQL" }),
    )
    if (!process.stdout.isTTY) return
    yield* Console.log(`\nThe chat server is ready on ${url}. In another terminal:\n\n    npm run chat\n`)
  }),
)
