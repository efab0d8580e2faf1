import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

/** Links into rooms. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  // Of the token only the hash is kept. "seq" is that of the event that says that the link was made. One that is used up
  // or revoked is no row any more.
  yield* sql`CREATE TABLE invite_links (
    conversation_id uuid NOT NULL REFERENCES conversations,
    seq bigint NOT NULL,
    hash bytea NOT NULL UNIQUE,
    by_id uuid NOT NULL REFERENCES users,
    at timestamptz NOT NULL,
    expires_at timestamptz,
    uses integer,
    used integer NOT NULL DEFAULT 0,
    PRIMARY KEY (conversation_id, seq)
  )`
})
