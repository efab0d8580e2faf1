// The plans of the queries that people wait for, on a large database, with the statements that the server sends.
//
//   node bench/explain/main.ts [embedded | postgres] [messages]
import { ConversationId, UserId } from "@chat/domain/Ids"
import { Seq } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Statement from "effect/sql/Statement"
import { ConversationReader } from "../../packages/server/src/conversations/ConversationReader.ts"
import { Hub } from "../../packages/server/src/hub/Hub.ts"
import { LogReader } from "../../packages/server/src/logs/LogReader.ts"
import { History } from "../../packages/server/src/messages/History.ts"
import { Search } from "../../packages/server/src/search/Search.ts"
import { config, layerCore } from "../../packages/server/test/support/core.ts"
import { embedded, postgres } from "../../packages/server/test/support/databases.ts"
import { fill, ids } from "./fill.ts"

const [kind = "postgres", messages = "1000000"] = process.argv.slice(2)

/** Prints the plan of each statement that an effect sends. */
const explained = <A, E, R>(name: string, effect: Effect.Effect<A, E, R>) => {
  const transform: Statement.Transformer = Effect.fnUntraced(function* (statement, sql) {
    const [text, params] = statement.compile()
    if (!text.includes("messages") && !text.includes("events")) return statement
    const plan = yield* Effect.orDie(
      sql.unsafe(`EXPLAIN (ANALYZE, COSTS OFF, BUFFERS OFF, TIMING OFF) ${text}`, params),
    ).pipe(Effect.provideService(Statement.CurrentTransformer, undefined))
    console.log(`\n### ${name}\n\n\`\`\``)
    for (const row of plan) console.log(Object.values(row as object).join(""))
    console.log("```")
    return statement
  })
  return Effect.provideService(effect, Statement.CurrentTransformer, transform)
}

const program = Effect.gen(function* () {
  const started = performance.now()
  yield* fill({ users: 1_000, rooms: 100, messages: Number(messages) })
  console.log(`\n## ${kind}: ${messages} messages, filled in ${((performance.now() - started) / 1_000).toFixed(0)} s`)
  const { reader, room } = yield* ids
  const account = UserId.make(reader)
  const conversation = ConversationId.make(room)
  const [history, search, conversations, logs] = [
    yield* History,
    yield* Search,
    yield* ConversationReader,
    yield* LogReader,
  ]
  const find = (query: string, order: "time" | "relevance" = "time") =>
    explained(`search ${query} (${order})`, search.messages(account, { query, order, after: undefined, limit: 20 }))
  yield* explained("history: the newest page", history.page(account, { conversation, limit: 50 }))
  yield* explained(
    "history: in the middle",
    history.page(account, { conversation, before: Seq.make(100_000), limit: 50 }),
  )
  yield* explained("unread: the list of conversations", conversations.page(account, { after: undefined, limit: 20 }))
  yield* explained(
    "unread: one conversation, after reading",
    logs.read(account, [{ log: conversation as string as never, after: 1, limit: 1 }], { positions: true }),
  )
  yield* find("w40000")
  yield* find("w1")
  yield* find("w1 w2 w3")
  yield* find("w1", "relevance")
  yield* find('"w1 w2"')
  yield* find("w1234*")
  yield* find("from:@user.900 w1")
  yield* find("in:#room-50 w7")
})

const database = kind === "embedded" ? embedded : postgres
const layer = Search.layer.pipe(
  Layer.provideMerge(layerCore),
  Layer.provideMerge(Layer.mergeAll(database, Hub.layerMemory, config())),
  Layer.provide(Logger.layer([])),
)
await Effect.runPromise(Effect.scoped(Effect.provide(program, layer)))
