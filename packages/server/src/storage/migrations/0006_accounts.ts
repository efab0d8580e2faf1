import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

/** Profiles, the life of an account, roles on the server, reports and notices. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  // "rev" counts the changes that others see, and "changed" is the transaction of the last of them: on resuming, who
  // changed since the client's stamp is sent.
  yield* sql`ALTER TABLE users
    ADD COLUMN name text,
    ADD COLUMN bio text NOT NULL DEFAULT '',
    ADD COLUMN status text NOT NULL DEFAULT '',
    ADD COLUMN status_until timestamptz,
    ADD COLUMN role text NOT NULL DEFAULT 'member' CHECK (role IN ('member', 'moderator', 'admin')),
    ADD COLUMN rev bigint NOT NULL DEFAULT 0,
    ADD COLUMN changed xid8 NOT NULL DEFAULT '0',
    ADD COLUMN deactivated_at timestamptz,
    ADD COLUMN deleted_at timestamptz`
  yield* sql`CREATE INDEX users_admins ON users (id) WHERE role <> 'member'`
  yield* sql`ALTER TABLE audit ADD COLUMN actor_id uuid`
  yield* sql`CREATE INDEX audit_actor ON audit (actor_id, id) WHERE actor_id IS NOT NULL`
  yield* sql`CREATE INDEX audit_action ON audit (action, id)`

  // Of the token only the hash is kept. One of an account at a time.
  yield* sql`CREATE TABLE reset_links (
    account_id uuid PRIMARY KEY REFERENCES users,
    hash bytea NOT NULL UNIQUE,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
  )`
  // What is left to do for accounts that were deleted.
  yield* sql`CREATE TABLE deletions (
    account_id uuid PRIMARY KEY REFERENCES users,
    erase boolean NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz
  )`
  yield* sql`CREATE INDEX deletions_left ON deletions (at) WHERE done_at IS NULL`
  // "body" is what the message said when it was reported.
  yield* sql`CREATE TABLE reports (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    by_id uuid NOT NULL REFERENCES users,
    about_id uuid NOT NULL REFERENCES users,
    conversation_id uuid,
    message_id uuid,
    message_seq bigint,
    body text,
    reason text NOT NULL,
    closed_at timestamptz,
    closed_by uuid REFERENCES users,
    note text
  )`
  yield* sql`CREATE INDEX reports_open ON reports (number) WHERE closed_at IS NULL`
  yield* sql`CREATE INDEX users_changed ON users (changed) WHERE rev > 0`
})
