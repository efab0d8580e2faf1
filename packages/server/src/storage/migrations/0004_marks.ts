import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

/** What people put on messages, for everybody or for themselves alone, and what they keep about a conversation. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  // "reacted": there may be rows in "reactions", so that whoever reads a message without any does not look for them.
  yield* sql`ALTER TABLE messages
    ADD reacted boolean NOT NULL DEFAULT false,
    ADD pinned_at timestamptz,
    ADD pinned_by uuid`
  yield* sql`CREATE INDEX messages_pinned ON messages (conversation_id, pinned_at) WHERE pinned_at IS NOT NULL`

  // "seq" is that of the event that says so.
  yield* sql`CREATE TABLE reactions (
    message_id uuid NOT NULL REFERENCES messages,
    account_id uuid NOT NULL REFERENCES users,
    emoji text NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (message_id, account_id, emoji)
  )`

  // Messages that somebody has deleted for themselves.
  yield* sql`CREATE TABLE hidden_messages (
    account_id uuid NOT NULL REFERENCES users,
    message_id uuid NOT NULL REFERENCES messages,
    PRIMARY KEY (account_id, message_id)
  )`

  // "seq" is the place in the account's log that says so, and since when.
  yield* sql`CREATE TABLE stars (
    account_id uuid NOT NULL REFERENCES users,
    message_id uuid NOT NULL REFERENCES messages,
    seq bigint NOT NULL,
    PRIMARY KEY (account_id, message_id)
  )`
  yield* sql`CREATE UNIQUE INDEX stars_order ON stars (account_id, seq)`

  // What an account wants to be told of a conversation; "notify_until" NULL: without an end.
  yield* sql`ALTER TABLE positions
    ADD notify text NOT NULL DEFAULT 'all' CHECK (notify IN ('all', 'mentions', 'none')),
    ADD notify_until timestamptz`
})
