import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

/**
 * The marks of whoever blocks, as they stood at that moment: what the blocked one goes on seeing of them, as of somebody
 * who does not tell any more. Gone with the block.
 */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`CREATE TABLE silent_marks (
    viewer_id uuid NOT NULL REFERENCES users,
    account_id uuid NOT NULL REFERENCES users,
    conversation_id uuid NOT NULL REFERENCES conversations,
    delivered bigint NOT NULL,
    read bigint NOT NULL,
    rev bigint NOT NULL,
    changed xid8 NOT NULL,
    PRIMARY KEY (viewer_id, account_id, conversation_id)
  )`
  yield* sql`INSERT INTO silent_marks (viewer_id, account_id, conversation_id, delivered, read, rev, changed)
    SELECT b.blocked_id, b.account_id, k.conversation_id, k.delivered, k.read, k.rev, k.changed
    FROM blocks b JOIN read_marks k ON k.account_id = b.account_id
    JOIN members m ON m.conversation_id = k.conversation_id AND m.account_id = b.blocked_id`
})
