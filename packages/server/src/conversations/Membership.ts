import { accountLog, type ConversationId, conversationLog, type UserId } from "@chat/domain/Ids"
import type { Role } from "@chat/domain/permissions"
import { Seq } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Schema from "effect/Schema"
import type * as SqlError from "effect/sql/SqlError"
import { Logs } from "../logs/Logs.ts"
import { Database } from "../storage/Database.ts"

interface Beginning {
  readonly joined: Seq
  readonly from: Seq
  readonly read: Seq
  readonly role: Role | null
}

type Failure = SqlError.SqlError | Schema.SchemaError

/**
 * What it is to be a member, in one place: a row, a stretch of the log that can be seen, a read position, and the word of
 * it in the account's own log. Called inside the transaction that holds the locks of both logs.
 */
export class Membership extends Context.Service<
  Membership,
  {
    /**
     * `joined`: the event that says so; `from`: what can be seen from now on; `read`: what counts as read; `role`: what
     * they are to a room.
     */
    readonly add: (conversation: ConversationId, account: UserId, as: Beginning) => Effect.Effect<void, Failure>
    /**
     * One of the two people of a direct conversation, as the other one sees it. They themselves see nothing of it until
     * it is revealed to them.
     */
    readonly addUnseen: (conversation: ConversationId, account: UserId, joined: Seq) => Effect.Effect<void, Failure>
    /** A direct conversation of which a member has seen nothing yet is there for them from now on. */
    readonly reveal: (conversation: ConversationId, account: UserId) => Effect.Effect<void, Failure>
    /** `last`: the event that says so, the last one that they can see; `by`: who did it. */
    readonly remove: (
      conversation: ConversationId,
      account: UserId,
      end: { readonly last: Seq; readonly by: UserId },
    ) => Effect.Effect<void, Failure>
    /** All of them at once: nobody is a member any more. The logs of their accounts are locked too. */
    readonly removeAll: (
      conversation: ConversationId,
      accounts: ReadonlyArray<UserId>,
      end: { readonly last: Seq; readonly by: UserId },
    ) => Effect.Effect<void, Failure>
  }
>()("@chat/server/conversations/Membership") {
  static readonly layer = Layer.effect(
    Membership,
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const logs = yield* Logs

      const count = (conversation: ConversationId, by: number) =>
        sql`UPDATE conversations SET member_count = member_count + ${by} WHERE id = ${conversation}`

      const enter = Effect.fnUntraced(function* (
        conversation: ConversationId,
        account: UserId,
        { joined, role }: Pick<Beginning, "joined" | "role">,
      ) {
        yield* sql`INSERT INTO members (conversation_id, account_id, joined, role)
          VALUES (${conversation}, ${account}, ${joined}, ${role})`
        yield* count(conversation, 1)
      })

      const open = Effect.fnUntraced(function* (
        conversation: ConversationId,
        account: UserId,
        { from, read }: Pick<Beginning, "from" | "read">,
      ) {
        // Stretches never overlap: an earlier one that the new one holds is part of it.
        yield* sql`DELETE FROM visibility
          WHERE account_id = ${account} AND log_id = ${conversation} AND from_seq >= ${from}`
        yield* sql`INSERT INTO visibility (account_id, log_id, from_seq) VALUES (${account}, ${conversation}, ${from})`
        yield* sql`INSERT INTO positions (account_id, conversation_id, seq, rev)
          VALUES (${account}, ${conversation}, ${read}, 1)
          ON CONFLICT (account_id, conversation_id)
          DO UPDATE SET seq = excluded.seq, rev = positions.rev + 1, changed = pg_current_xact_id()`
        yield* logs.raiseAccess(conversationLog(conversation))
        yield* logs.append({
          log: accountLog(account),
          actor: account,
          type: "ConversationAppeared",
          data: { conversation, from },
        })
      })

      const add = (conversation: ConversationId, account: UserId, as: Beginning) =>
        Effect.andThen(enter(conversation, account, as), open(conversation, account, as))

      const addUnseen = (conversation: ConversationId, account: UserId, joined: Seq) =>
        enter(conversation, account, { joined, role: null })

      const reveal = (conversation: ConversationId, account: UserId) =>
        open(conversation, account, { from: Seq.make(1), read: Seq.make(0) })

      const remove = Effect.fnUntraced(function* (
        conversation: ConversationId,
        account: UserId,
        { last, by }: { readonly last: Seq; readonly by: UserId },
      ) {
        yield* sql`DELETE FROM members WHERE conversation_id = ${conversation} AND account_id = ${account}`
        yield* sql`UPDATE visibility SET to_seq = ${last}
          WHERE account_id = ${account} AND log_id = ${conversation} AND to_seq IS NULL`
        yield* count(conversation, -1)
        yield* logs.raiseAccess(conversationLog(conversation))
        yield* logs.append({
          log: accountLog(account),
          actor: by,
          type: "ConversationGone",
          data: { conversation, last },
        })
      })

      const removeAll = Effect.fnUntraced(function* (
        conversation: ConversationId,
        accounts: ReadonlyArray<UserId>,
        { last, by }: { readonly last: Seq; readonly by: UserId },
      ) {
        yield* sql`DELETE FROM members WHERE conversation_id = ${conversation}`
        yield* sql`UPDATE visibility SET to_seq = ${last} WHERE log_id = ${conversation} AND to_seq IS NULL`
        yield* sql`UPDATE conversations SET member_count = 0 WHERE id = ${conversation}`
        yield* logs.raiseAccess(conversationLog(conversation))
        const data = { conversation, last }
        yield* logs.appendToEach(accounts.map(accountLog), { actor: by, type: "ConversationGone", data })
      })

      return Membership.of({ add, addUnseen, reveal, remove, removeAll })
    }),
  )
}
