import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

/**
 * Accounts, sessions, logs, conversations and messages.
 *
 * `events` has no foreign keys: it is the hot table, its rows are only ever inserted under the lock of their `logs` row,
 * and nothing that they name is ever deleted.
 */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`CREATE EXTENSION IF NOT EXISTS pg_trgm`

  yield* sql`CREATE TABLE users (
    id uuid PRIMARY KEY,
    username text NOT NULL UNIQUE CHECK (username = lower(username)),
    email text NOT NULL,
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL
  )`
  yield* sql`CREATE UNIQUE INDEX users_email ON users (lower(email))`
  yield* sql`CREATE INDEX users_username_trgm ON users USING gin (username gin_trgm_ops)`

  yield* sql`CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users,
    device text NOT NULL,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text
  )`
  yield* sql`CREATE INDEX sessions_user ON sessions (user_id) WHERE ended_at IS NULL`
  yield* sql`CREATE INDEX sessions_idle ON sessions (last_seen_at) WHERE ended_at IS NULL`

  // A token that was presented keeps the hash of its successor: presented again it gets the same one, or is a reuse.
  yield* sql`CREATE TABLE refresh_tokens (
    hash bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    used_at timestamptz,
    successor bytea
  )`
  yield* sql`CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id)`
  yield* sql`CREATE INDEX refresh_tokens_used ON refresh_tokens (used_at) WHERE used_at IS NOT NULL`

  // A log's seq is only ever taken by UPDATE of its row, whose lock is held to the commit. access_rev is raised by
  // whatever changes who may do what there.
  yield* sql`CREATE TABLE logs (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('account', 'conversation')),
    seq bigint NOT NULL DEFAULT 0,
    access_rev bigint NOT NULL DEFAULT 0,
    at timestamptz NOT NULL DEFAULT '-infinity'
  )`

  yield* sql`CREATE TABLE events (
    log_id uuid NOT NULL,
    seq bigint NOT NULL,
    mark bytea NOT NULL,
    at timestamptz NOT NULL,
    actor_id uuid,
    command_id uuid,
    type text NOT NULL,
    version smallint NOT NULL,
    message_id uuid,
    message_seq bigint,
    data jsonb NOT NULL,
    PRIMARY KEY (log_id, seq)
  )`
  yield* sql`CREATE UNIQUE INDEX events_command ON events (actor_id, command_id) WHERE command_id IS NOT NULL`

  // Commands that changed nothing and so have no event: a repeat is known by them, whatever has changed since.
  yield* sql`CREATE TABLE idle_commands (
    actor_id uuid NOT NULL,
    command_id uuid NOT NULL,
    type text NOT NULL,
    log_id uuid NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (actor_id, command_id)
  )`

  yield* sql`CREATE TABLE conversations (
    id uuid PRIMARY KEY REFERENCES logs,
    kind text NOT NULL CHECK (kind IN ('direct', 'room', 'group')),
    name text,
    topic text,
    history text NOT NULL CHECK (history IN ('all', 'joined')),
    low_id uuid REFERENCES users,
    high_id uuid REFERENCES users,
    member_count integer NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK (kind <> 'direct' OR low_id < high_id),
    CHECK (kind <> 'room' OR (name IS NOT NULL AND topic IS NOT NULL))
  )`
  yield* sql`CREATE UNIQUE INDEX conversations_pair ON conversations (low_id, high_id) WHERE kind = 'direct'`
  yield* sql`CREATE UNIQUE INDEX conversations_name ON conversations (lower(name)) WHERE kind = 'room'`

  yield* sql`CREATE TABLE members (
    conversation_id uuid NOT NULL REFERENCES conversations,
    account_id uuid NOT NULL REFERENCES users,
    joined bigint NOT NULL,
    PRIMARY KEY (conversation_id, account_id)
  )`
  yield* sql`CREATE INDEX members_account ON members (account_id)`
  yield* sql`CREATE INDEX members_order ON members (conversation_id, joined, account_id)`

  // Who may see what: stretches of a log, both ends included; an open end is NULL.
  yield* sql`CREATE TABLE visibility (
    account_id uuid NOT NULL REFERENCES users,
    log_id uuid NOT NULL REFERENCES logs,
    from_seq bigint NOT NULL,
    to_seq bigint,
    PRIMARY KEY (account_id, log_id, from_seq)
  )`
  yield* sql`CREATE UNIQUE INDEX visibility_open ON visibility (account_id, log_id) WHERE to_seq IS NULL`

  // "changed" is the transaction that wrote the row last: on resuming, what changed since the client's stamp is sent.
  yield* sql`CREATE TABLE positions (
    account_id uuid NOT NULL REFERENCES users,
    conversation_id uuid NOT NULL REFERENCES conversations,
    seq bigint NOT NULL,
    rev bigint NOT NULL,
    changed xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (account_id, conversation_id)
  )`

  yield* sql`CREATE TABLE messages (
    id uuid PRIMARY KEY,
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    author_id uuid NOT NULL,
    body text,
    rev bigint NOT NULL,
    posted_at timestamptz NOT NULL,
    edited_at timestamptz,
    deleted_at timestamptz,
    UNIQUE (conversation_id, seq)
  )`

  yield* sql`CREATE INDEX positions_changed ON positions (changed)`

  // The texts that a message had before its edits.
  yield* sql`CREATE TABLE message_revisions (
    message_id uuid NOT NULL REFERENCES messages,
    rev bigint NOT NULL,
    body text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (message_id, rev)
  )`

  yield* sql`CREATE TABLE audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    action text NOT NULL,
    account_id uuid,
    session_id uuid,
    address text,
    detail jsonb NOT NULL DEFAULT '{}'
  )`
  yield* sql`CREATE INDEX audit_account ON audit (account_id, id)`
})
