import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

/** Answers, threads, mentions and what was forwarded. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  // Of a message that began a thread, replies and last_reply count what is in it and not deleted.
  yield* sql`ALTER TABLE messages
    ADD COLUMN reply_to bigint,
    ADD COLUMN thread bigint,
    ADD COLUMN replies integer NOT NULL DEFAULT 0,
    ADD COLUMN last_reply bigint,
    ADD COLUMN mentions uuid[] NOT NULL DEFAULT '{}',
    ADD COLUMN mentions_room text CHECK (mentions_room IN ('room', 'here')),
    ADD COLUMN forwarded uuid`
  yield* sql`CREATE INDEX messages_thread ON messages (conversation_id, thread, seq) WHERE thread IS NOT NULL`

  // The threads that somebody is in: those that they began, wrote in or are mentioned in.
  yield* sql`CREATE INDEX messages_roots ON messages (author_id) WHERE replies > 0`
  yield* sql`CREATE INDEX messages_replies ON messages (author_id, conversation_id, thread, seq) WHERE thread IS NOT NULL`
  yield* sql`CREATE INDEX messages_thread_mentions ON messages USING gin (mentions)
    WHERE thread IS NOT NULL AND mentions <> '{}'`
  yield* sql`CREATE TABLE thread_positions (
    account_id uuid NOT NULL REFERENCES users,
    conversation_id uuid NOT NULL REFERENCES conversations,
    thread bigint NOT NULL,
    seq bigint NOT NULL,
    rev bigint NOT NULL,
    PRIMARY KEY (account_id, conversation_id, thread)
  )`
})
