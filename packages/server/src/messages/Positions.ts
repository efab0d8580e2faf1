import type { Notifications } from "@chat/domain/Conversation"
import type { ReadPosition } from "@chat/domain/ReadPosition"
import { type ConversationNotFound, NotMember, type StorageUnavailable } from "@chat/domain/Errors"
import { type ConversationId, conversationLog, type UserId } from "@chat/domain/Ids"
import { mostMarked } from "@chat/domain/ReadMarks"
import { Seq } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Hub } from "../hub/Hub.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { Int8, int8 } from "../storage/rows.ts"
import { readAccess, requireMember } from "./Access.ts"

const Row = Schema.Array(Schema.Struct({ seq: int8(Seq), rev: Int8 }))
const Moved = Schema.Array(Schema.Struct({ seq: int8(Seq), rev: Int8, told: Schema.Boolean }))

/** How far everybody has read. Beside the logs: only the latest counts. */
export class Positions extends Context.Service<
  Positions,
  {
    /** Never goes back. Beyond the end of the log it means the end. */
    readonly markRead: (
      account: UserId,
      conversation: ConversationId,
      seq: Seq,
    ) => Effect.Effect<ReadPosition, ConversationNotFound | NotMember | StorageUnavailable>
    /** The message at this place, and what follows, is to count as unread again. */
    readonly markUnread: (
      account: UserId,
      conversation: ConversationId,
      seq: Seq,
    ) => Effect.Effect<ReadPosition, ConversationNotFound | NotMember | StorageUnavailable>
    /** What the account wants to be told of there is kept and sent with its position. */
    readonly setNotifications: (
      account: UserId,
      conversation: ConversationId,
      wanted: Notifications,
    ) => Effect.Effect<ReadPosition, ConversationNotFound | NotMember | StorageUnavailable>
  }
>()("@chat/server/messages/Positions") {
  static readonly layer = Layer.effect(
    Positions,
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const hub = yield* Hub

      /** The position that moved; else the one that there is. */
      const answer = Effect.fnUntraced(function* (
        account: UserId,
        conversation: ConversationId,
        moved: ReadonlyArray<unknown>,
      ) {
        const [now] = yield* Schema.decodeUnknownEffect(Moved)(moved)
        if (now !== undefined) {
          const { told, ...position } = now
          const log = conversationLog(conversation)
          yield* hub.publish({ _tag: "PositionMoved", account, log })
          if (told) yield* hub.publish({ _tag: "MarkMoved", account, log })
          return position
        }
        const { standing } = yield* readAccess(sql, conversation, account)
        yield* requireMember(conversation, standing)
        const rows = yield* sql`SELECT seq, rev FROM positions
          WHERE account_id = ${account} AND conversation_id = ${conversation}`
        const [same] = yield* Schema.decodeUnknownEffect(Row)(rows)
        return same ?? (yield* new NotMember({ conversation }))
      })

      const markRead = Effect.fn("Positions.markRead")(function* (
        account: UserId,
        conversation: ConversationId,
        seq: Seq,
      ) {
        const moved = yield* sql`WITH moved AS (
            UPDATE positions p
            SET seq = least(${seq}, l.seq), rev = p.rev + 1, changed = pg_current_xact_id()
            FROM logs l
            WHERE p.account_id = ${account} AND p.conversation_id = ${conversation} AND l.id = p.conversation_id
              AND p.seq < least(${seq}, l.seq)
              AND EXISTS (SELECT FROM members m WHERE m.conversation_id = l.id AND m.account_id = ${account})
            RETURNING p.seq, p.rev
          ), told AS (
            INSERT INTO read_marks (conversation_id, account_id, delivered, read)
            SELECT c.id, u.id, moved.seq, moved.seq
            FROM moved, conversations c, users u
            WHERE c.id = ${conversation} AND c.member_count <= ${mostMarked} AND u.id = ${account} AND u.read_receipts
            ON CONFLICT (conversation_id, account_id) DO UPDATE
              SET read = excluded.read, delivered = greatest(read_marks.delivered, excluded.delivered),
                rev = read_marks.rev + 1, changed = pg_current_xact_id()
              WHERE read_marks.read < excluded.read
            RETURNING read
          )
          SELECT seq, rev, EXISTS (SELECT FROM told) AS told FROM moved`
        return yield* answer(account, conversation, moved)
      }, orUnavailable)

      const markUnread = Effect.fn("Positions.markUnread")(function* (
        account: UserId,
        conversation: ConversationId,
        seq: Seq,
      ) {
        const moved = yield* sql`UPDATE positions p
          SET seq = ${Math.max(0, seq - 1)}, rev = p.rev + 1, changed = pg_current_xact_id()
          WHERE p.account_id = ${account} AND p.conversation_id = ${conversation} AND p.seq >= ${Math.max(1, seq)}
            AND EXISTS (SELECT FROM members m
              WHERE m.conversation_id = p.conversation_id AND m.account_id = ${account})
          RETURNING p.seq, p.rev, false AS told`
        return yield* answer(account, conversation, moved)
      }, orUnavailable)

      const setNotifications = Effect.fn("Positions.setNotifications")(function* (
        account: UserId,
        conversation: ConversationId,
        { level, until }: Notifications,
      ) {
        const moved = yield* sql`UPDATE positions p
          SET notify = ${level}, notify_until = ${level === "all" ? null : (until ?? null)}::timestamptz,
            rev = p.rev + 1, changed = pg_current_xact_id()
          WHERE p.account_id = ${account} AND p.conversation_id = ${conversation}
            AND EXISTS (SELECT FROM members m
              WHERE m.conversation_id = p.conversation_id AND m.account_id = ${account})
          RETURNING p.seq, p.rev, false AS told`
        return yield* answer(account, conversation, moved)
      }, orUnavailable)

      return Positions.of({ markRead, markUnread, setNotifications })
    }),
  )
}
