// A process that writes to the embedded database of a directory until it is killed, and says what is acknowledged.
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { Database } from "../../src/storage/Database.ts"

const [, , directory = ""] = process.argv

const write = Effect.gen(function* () {
  const { write } = yield* Database
  yield* write`CREATE TABLE things (id int PRIMARY KEY)`
  for (let id = 1; ; id++) {
    yield* write`INSERT INTO things VALUES (${id})`
    process.stdout.write(`${id}\n`)
  }
})

const database = Database.layerEmbedded(directory).pipe(Layer.provide(Logger.layer([])))

await Effect.runPromise(Effect.provide(write, database))
