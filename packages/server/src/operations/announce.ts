import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ServerConfig } from "../config/ServerConfig.ts"
import { Listening } from "../connections/HttpServer.ts"
import { Database } from "../storage/Database.ts"

const urlOf = (host: string, port: number) => `http://${host.includes(":") ? `[${host}]` : host}:${port}`

/** What opens a chat with this server on the same machine: told where it is, unless it looks there by itself. */
export const chatCommand = (host: string, port: number): string => {
  const url = urlOf(host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host, port)
  return url === "http://127.0.0.1:8080" ? "npm run chat" : `CHAT_SERVER=${url} npm run chat`
}

/** Says where the server listens and, to somebody at a terminal, what to do next. */
export const announce = Layer.effectDiscard(
  Effect.gen(function* () {
    const { dataDirectory } = yield* ServerConfig
    const { kind } = yield* Database
    const { host, port } = yield* Listening
    const url = urlOf(host, port)
    yield* Effect.logInfo(`Listening on ${url}`).pipe(
      Effect.annotateLogs({ database: kind === "embedded" ? dataDirectory : "PostgreSQL" }),
    )
    if (!process.stdout.isTTY) return
    yield* Console.log(`\nThe chat server is ready on ${url}. In another terminal:\n\n    ${chatCommand(host, port)}\n`)
  }),
)
