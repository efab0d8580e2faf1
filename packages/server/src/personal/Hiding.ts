import { type IdTaken, MessageNotFound, type StorageUnavailable } from "@chat/domain/Errors"
import { type CommandId, conversationLog, type UserId } from "@chat/domain/Ids"
import type { AccountReceipt } from "@chat/domain/User"
import { Seq } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AccountLog } from "../logs/AccountLog.ts"
import { Hub } from "../hub/Hub.ts"
import { canSee, isHidden } from "../logs/visibility.ts"
import type { MessageTarget } from "../messages/visibleMessage.ts"
import { Database } from "../storage/Database.ts"
import { int8 } from "../storage/rows.ts"

const Row = Schema.Array(Schema.Struct({ seq: int8(Seq), hidden: Schema.Boolean }))

/** Messages that somebody deletes for themselves. */
export class Hiding extends Context.Service<
  Hiding,
  {
    readonly hide: (
      actor: UserId,
      command: MessageTarget & { readonly commandId: CommandId },
    ) => Effect.Effect<AccountReceipt, MessageNotFound | IdTaken | StorageUnavailable>
  }
>()("@chat/server/personal/Hiding") {
  static readonly layer = Layer.effect(
    Hiding,
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const own = yield* AccountLog
      const hub = yield* Hub

      const change = Effect.fnUntraced(function* (actor: UserId, { conversation, message }: MessageTarget) {
        const rows = yield* sql`SELECT m.seq, ${isHidden(sql, actor, "m.id")} AS hidden FROM messages m
          WHERE m.id = ${message} AND m.conversation_id = ${conversation} AND m.deleted_at IS NULL
            AND ${canSee(sql, actor, "m.conversation_id", "m.seq", "m.only_for")}`
        const [found] = yield* Schema.decodeUnknownEffect(Row)(rows)
        if (found === undefined) return yield* new MessageNotFound({ messageId: message })
        if (found.hidden) return false
        yield* sql`INSERT INTO hidden_messages (account_id, message_id) VALUES (${actor}, ${message})`
        // It counts as unread no longer: the position brings the count at its place among the events of that log.
        yield* sql`UPDATE positions SET rev = rev + 1, changed = pg_current_xact_id()
          WHERE account_id = ${actor} AND conversation_id = ${conversation}`
        const log = conversationLog(conversation)
        yield* sql.afterCommit(hub.publish({ _tag: "PositionMoved", account: actor, log }))
        return { conversation, messageId: message, seq: found.seq }
      })

      return Hiding.of({
        hide: (actor, { commandId, ...target }) =>
          own.run({ actor, id: commandId, type: "MessageHidden", change: change(actor, target) }),
      })
    }),
  )
}
