import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

/**
 * How far members have got in conversations of few, as they tell it to the others. Beside the logs, and beside
 * `positions`, which are for their owner alone: only what somebody chose to tell is in here.
 */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`ALTER TABLE users
    ADD COLUMN read_receipts boolean NOT NULL DEFAULT true,
    ADD COLUMN delivered_receipts boolean NOT NULL DEFAULT true`

  yield* sql`CREATE TABLE read_marks (
    conversation_id uuid NOT NULL REFERENCES conversations,
    account_id uuid NOT NULL REFERENCES users,
    delivered bigint NOT NULL,
    read bigint NOT NULL CHECK (read <= delivered),
    rev bigint NOT NULL DEFAULT 1,
    changed xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (conversation_id, account_id)
  )`
  yield* sql`CREATE INDEX read_marks_changed ON read_marks (changed)`
})
