import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

/**
 * New words go into a list beside their index, and whoever makes the list too long sorts all of it in: with 4 MB, as it
 * comes, that is every fifteen thousandth post, for which everybody waits up to a second. A short list is sorted in at once.
 */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`ALTER INDEX messages_words SET (gin_pending_list_limit = 128)`
})
