import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

/** Ways into rooms: links, and invitations of people. */
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

  // Who has been invited, until they come or it ends. "received" is what they know of it: nothing, if whoever invited them
  // is blocked by them. Name, topic and number of members are as of then.
  yield* sql`CREATE TABLE invitations (
    conversation_id uuid NOT NULL REFERENCES conversations,
    account_id uuid NOT NULL REFERENCES users,
    by_id uuid NOT NULL REFERENCES users,
    at timestamptz NOT NULL,
    received_by uuid REFERENCES users,
    received_at timestamptz,
    name text NOT NULL,
    topic text NOT NULL,
    member_count integer NOT NULL,
    PRIMARY KEY (conversation_id, account_id),
    CHECK ((received_by IS NULL) = (received_at IS NULL))
  )`
  yield* sql`CREATE INDEX invitations_order ON invitations (conversation_id, at, account_id)`
  yield* sql`CREATE INDEX invitations_of ON invitations (account_id, received_at, conversation_id)`
  yield* sql`CREATE INDEX invitations_by ON invitations (received_by) WHERE received_by IS NOT NULL`
})
