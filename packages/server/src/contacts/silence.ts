import { ConversationId, conversationLog, type UserId } from "@chat/domain/Ids"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Hub } from "../hub/Hub.ts"
import { Database } from "../storage/Database.ts"

const Moved = Schema.Array(Schema.Struct({ conversation: ConversationId }))

/**
 * What a block does to what people see of each other without a word: called in the transaction of the command, under the
 * locks of both.
 */
export const makeSilence = Effect.gen(function* () {
  const { write: sql } = yield* Database
  const hub = yield* Hub

  const tell = (account: UserId, user: UserId) =>
    sql.afterCommit(hub.publish({ _tag: "RelationChanged", account, user }))

  /** From now on the marks of an account stand still for somebody, who cannot tell it from silence. */
  const begin = Effect.fnUntraced(function* (account: UserId, user: UserId) {
    yield* sql`INSERT INTO silent_marks (viewer_id, account_id, conversation_id, delivered, read, rev, changed)
      SELECT m.account_id, k.account_id, k.conversation_id, k.delivered, k.read, k.rev, k.changed
      FROM read_marks k JOIN members m ON m.conversation_id = k.conversation_id AND m.account_id = ${user}
      WHERE k.account_id = ${account}`
    yield* tell(account, user)
  })

  /** What moved in the meantime counts as moved now, so that it is told. */
  const end = Effect.fnUntraced(function* (account: UserId, user: UserId) {
    const rows = yield* sql`UPDATE read_marks k SET rev = k.rev + 1, changed = pg_current_xact_id()
      WHERE k.account_id = ${account}
        AND EXISTS (SELECT FROM members m WHERE m.conversation_id = k.conversation_id AND m.account_id = ${user})
        AND NOT EXISTS (SELECT FROM silent_marks s WHERE s.viewer_id = ${user} AND s.account_id = k.account_id
          AND s.conversation_id = k.conversation_id AND s.rev = k.rev)
      RETURNING k.conversation_id AS conversation`
    yield* sql`DELETE FROM silent_marks WHERE viewer_id = ${user} AND account_id = ${account}`
    for (const { conversation } of yield* Schema.decodeUnknownEffect(Moved)(rows)) {
      yield* sql.afterCommit(hub.publish({ _tag: "MarkMoved", log: conversationLog(conversation), account }))
    }
    yield* tell(account, user)
  })

  return { begin, end }
})
