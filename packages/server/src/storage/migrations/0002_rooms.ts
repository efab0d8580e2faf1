import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

/** Roles, what is set for a room, bans, and rooms that are no more. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`ALTER TABLE conversations
    ADD COLUMN access text NOT NULL DEFAULT 'public' CHECK (access IN ('public', 'password', 'private')),
    ADD COLUMN password_hash text,
    ADD COLUMN slow_mode integer NOT NULL DEFAULT 0 CHECK (slow_mode >= 0),
    ADD COLUMN read_only boolean NOT NULL DEFAULT false,
    ADD COLUMN member_limit integer NOT NULL DEFAULT 0 CHECK (member_limit >= 0),
    ADD COLUMN archived boolean NOT NULL DEFAULT false,
    ADD COLUMN deleted_at timestamptz`
  yield* sql`UPDATE conversations SET access = 'private' WHERE kind <> 'room'`
  yield* sql`ALTER TABLE conversations
    ADD CHECK (kind = 'room' OR access = 'private'),
    ADD CHECK ((access = 'password') = (password_hash IS NOT NULL))`

  // The name of a room that is no more is free again.
  yield* sql`DROP INDEX conversations_name`
  yield* sql`CREATE UNIQUE INDEX conversations_name ON conversations (lower(name))
    WHERE kind = 'room' AND deleted_at IS NULL`

  yield* sql`ALTER TABLE members ADD COLUMN role text CHECK (role IN ('owner', 'moderator', 'member'))`
  // Whoever is a member since the first event made the room. What the server made has no owner.
  yield* sql`UPDATE members m SET role = CASE WHEN m.joined = 1 THEN 'owner' ELSE 'member' END
    FROM conversations c WHERE c.id = m.conversation_id AND c.kind = 'room'`
  yield* sql`CREATE UNIQUE INDEX members_owner ON members (conversation_id) WHERE role = 'owner'`

  yield* sql`CREATE TABLE bans (
    conversation_id uuid NOT NULL REFERENCES conversations,
    account_id uuid NOT NULL REFERENCES users,
    by_id uuid NOT NULL REFERENCES users,
    reason text NOT NULL,
    at timestamptz NOT NULL,
    until timestamptz,
    PRIMARY KEY (conversation_id, account_id)
  )`
  yield* sql`CREATE INDEX bans_order ON bans (conversation_id, at, account_id)`

  // When somebody posted last in a room in slow mode; others need no row.
  yield* sql`CREATE TABLE slow_posts (
    conversation_id uuid NOT NULL REFERENCES conversations,
    account_id uuid NOT NULL REFERENCES users,
    at timestamptz NOT NULL,
    PRIMARY KEY (conversation_id, account_id)
  )`
})
