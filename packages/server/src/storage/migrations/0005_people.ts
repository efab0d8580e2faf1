import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

/** Friends, requests, blocks, and what is only for one account. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  // Two rows for each two people, so that the friends of one are one range.
  yield* sql`CREATE TABLE friends (
    account_id uuid NOT NULL REFERENCES users,
    friend_id uuid NOT NULL REFERENCES users,
    since timestamptz NOT NULL,
    PRIMARY KEY (account_id, friend_id)
  )`
  yield* sql`CREATE INDEX friends_of ON friends (friend_id)`
  yield* sql`CREATE INDEX friends_order ON friends (account_id, since, friend_id)`

  // What was asked of somebody who had blocked the asker has never been received.
  yield* sql`CREATE TABLE friend_requests (
    from_id uuid NOT NULL REFERENCES users,
    to_id uuid NOT NULL REFERENCES users,
    sent_at timestamptz NOT NULL,
    received_at timestamptz,
    PRIMARY KEY (from_id, to_id)
  )`
  yield* sql`CREATE INDEX friend_requests_sent ON friend_requests (from_id, sent_at, to_id)`
  yield* sql`CREATE INDEX friend_requests_received ON friend_requests (to_id, received_at, from_id)`

  yield* sql`CREATE TABLE blocks (
    account_id uuid NOT NULL REFERENCES users,
    blocked_id uuid NOT NULL REFERENCES users,
    since timestamptz NOT NULL,
    PRIMARY KEY (account_id, blocked_id)
  )`
  yield* sql`CREATE INDEX blocks_of ON blocks (blocked_id)`
  yield* sql`CREATE INDEX blocks_order ON blocks (account_id, since, blocked_id)`

  // Who has never set any has no row.
  yield* sql`CREATE TABLE preferences (
    account_id uuid PRIMARY KEY REFERENCES users,
    who_may_write text NOT NULL CHECK (who_may_write IN ('everybody', 'friends'))
  )`

  // What was written to somebody who had blocked the author is for the author alone, for ever. All other rows are for
  // everybody who can see their place in the log.
  yield* sql`ALTER TABLE messages ADD COLUMN only_for uuid`
  yield* sql`ALTER TABLE events ADD COLUMN only_for uuid`

  // "forked": not everybody has it as it stands in its row, but as the events say that are for them.
  yield* sql`ALTER TABLE messages ADD COLUMN forked boolean NOT NULL DEFAULT false`
  yield* sql`CREATE INDEX messages_forked ON messages (conversation_id) WHERE forked`
  yield* sql`CREATE INDEX events_message ON events (message_id, seq)
    WHERE message_id IS NOT NULL AND type <> 'MessagePosted'`
})
