import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

/** More that stands beside the logs: drafts, how far threads have been read, and notices to everybody. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  // Of the conversation itself where thread is 0. One that was removed keeps its row, without a text, and so its rev.
  // They go with the membership, whatever ends it.
  yield* sql`CREATE TABLE drafts (
    account_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    thread bigint NOT NULL,
    body text,
    at timestamptz NOT NULL,
    rev bigint NOT NULL DEFAULT 1,
    changed xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (account_id, conversation_id, thread),
    FOREIGN KEY (conversation_id, account_id) REFERENCES members ON DELETE CASCADE
  )`
  yield* sql`CREATE INDEX drafts_changed ON drafts (changed)`

  yield* sql`ALTER TABLE thread_positions ADD changed xid8 NOT NULL DEFAULT pg_current_xact_id()`
  yield* sql`CREATE INDEX thread_positions_changed ON thread_positions (changed)`

  // In force until then, unless withdrawn; "until" NULL: without an end.
  yield* sql`CREATE TABLE notices (
    id uuid PRIMARY KEY,
    body text NOT NULL,
    at timestamptz NOT NULL,
    until timestamptz,
    by_id uuid NOT NULL REFERENCES users,
    withdrawn_at timestamptz,
    rev bigint NOT NULL DEFAULT 1,
    changed xid8 NOT NULL DEFAULT pg_current_xact_id()
  )`
  yield* sql`CREATE INDEX notices_changed ON notices (changed)`
})
