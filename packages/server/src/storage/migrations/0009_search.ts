import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

/** Finding messages by their words, whatever the language: without stemming, without regard to case. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`ALTER TABLE messages ADD COLUMN words tsvector
    GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, coalesce(body, ''))) STORED`
  yield* sql`CREATE INDEX messages_words ON messages USING gin (words)`
  // What many messages hold is found newest first without looking at all of them.
  yield* sql`CREATE INDEX messages_posted ON messages (posted_at DESC, seq DESC, id DESC)`
})
