import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

/** How accounts want to be seen, and when they were there last: written at most once a minute. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`ALTER TABLE users
    ADD COLUMN presence text NOT NULL DEFAULT 'online' CHECK (presence IN ('online', 'away', 'dnd', 'invisible')),
    ADD COLUMN last_seen timestamptz`
})
