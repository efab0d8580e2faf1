import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

/** Where somebody's text was forwarded to, so that those there learn what they are called now. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`CREATE INDEX messages_forwarded ON messages (forwarded, conversation_id) WHERE forwarded IS NOT NULL`
})
