import { type ConversationNotFound, NotMember, type StorageUnavailable } from "@chat/domain/Errors"
import { ConversationId, conversationLog, UserId } from "@chat/domain/Ids"
import { mostMarked, type ReadMarksPage } from "@chat/domain/ReadMarks"
import { Seq } from "@chat/domain/Values"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Hub } from "../hub/Hub.ts"
import { sees } from "../logs/visibility.ts"
import { readAccess, requireMember } from "../messages/Access.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { gather } from "../storage/gather.ts"
import { int8 } from "../storage/rows.ts"
import { MarkColumns, visibleMarks } from "./marksReader.ts"

export interface Reached {
  readonly conversation: ConversationId
  readonly seq: Seq
}

interface Told extends Reached {
  readonly account: UserId
}

const Moved = Schema.Array(Schema.Struct({ conversation: ConversationId, account: UserId }))

const Head = Schema.Struct({
  member: Schema.Boolean,
  sendsRead: Schema.Boolean,
  sendsDelivered: Schema.Boolean,
  asOf: int8(Seq),
})
const Page = Schema.Array(
  Schema.Union([
    Schema.Struct({ ...Head.fields, ...MarkColumns.fields }),
    Schema.Struct({ ...Head.fields, user: Schema.Null }),
  ]),
)

/** How far members have got, as they tell it to each other. What they have read comes with their position. */
export class Marks extends Context.Service<
  Marks,
  {
    /** So far these conversations have reached a device of an account. What does not apply is left out. */
    readonly delivered: (account: UserId, reached: ReadonlyArray<Reached>) => Effect.Effect<void, StorageUnavailable>
    readonly list: (
      account: UserId,
      conversation: ConversationId,
    ) => Effect.Effect<ReadMarksPage, ConversationNotFound | NotMember | StorageUnavailable>
  }
>()("@chat/server/receipts/Marks") {
  static readonly layer = Layer.effect(
    Marks,
    Effect.gen(function* () {
      const { write, read: sql } = yield* Database
      const hub = yield* Hub

      // Everybody who gets a message says so at the same moment: one statement writes all of it.
      const store = yield* gather(
        Effect.fn("Marks.store")(function* (told: ReadonlyArray<ReadonlyArray<Told>>) {
          // In one order, so that two of these never wait for each other.
          const rows = yield* write`INSERT INTO read_marks (conversation_id, account_id, delivered, read)
            SELECT l.id, u.id, least(w.seq, l.seq), 0
            FROM (SELECT conversation, account, max(seq) AS seq
              FROM jsonb_to_recordset(${PgTypes.jsonb(told.flat())}) AS r (conversation uuid, account uuid, seq bigint)
              GROUP BY conversation, account) w
            JOIN logs l ON l.id = w.conversation
            JOIN conversations c ON c.id = l.id AND c.member_count <= ${mostMarked}
            JOIN members m ON m.conversation_id = l.id AND m.account_id = w.account
            JOIN users u ON u.id = m.account_id AND u.delivered_receipts
            ORDER BY l.id, u.id
            ON CONFLICT (conversation_id, account_id) DO UPDATE
              SET delivered = excluded.delivered, rev = read_marks.rev + 1, changed = pg_current_xact_id()
              WHERE read_marks.delivered < excluded.delivered
            RETURNING conversation_id AS conversation, account_id AS account`
          for (const { conversation, account } of yield* Schema.decodeUnknownEffect(Moved)(rows)) {
            yield* hub.publish({ _tag: "MarkMoved", log: conversationLog(conversation), account })
          }
        }, orUnavailable),
      )

      const delivered = (account: UserId, reached: ReadonlyArray<Reached>) =>
        reached.length === 0 ? Effect.void : store(reached.map((place) => ({ account, ...place })))

      const list = Effect.fn("Marks.list")(function* (account: UserId, conversation: ConversationId) {
        const rows = yield* sql`SELECT l.seq AS "asOf", ${sees(sql, account, "c.id")} AS member,
            o.read_receipts AS "sendsRead", o.delivered_receipts AS "sendsDelivered",
            k.conversation, k."user", k.delivered, k.read, k.rev
          FROM logs l JOIN conversations c ON c.id = l.id JOIN users o ON o.id = ${account}
          LEFT JOIN (${visibleMarks(sql, sql`v.id = ${account}`)}) k ON k.conversation = c.id
          WHERE l.id = ${conversation} ORDER BY k."user"`
        const found = yield* Schema.decodeUnknownEffect(Page)(rows)
        const [head] = found
        if (head === undefined || !head.member) {
          const { standing } = yield* readAccess(sql, conversation, account)
          yield* requireMember(conversation, standing)
          // A member since a moment ago, of whom nothing was read.
          return yield* new NotMember({ conversation })
        }
        return {
          conversation,
          marks: found.flatMap((row) =>
            row.user === null ? [] : [{ user: row.user, delivered: row.delivered, read: row.read, rev: row.rev }],
          ),
          receipts: { read: head.sendsRead, delivered: head.sendsDelivered },
          asOf: head.asOf,
        }
      }, orUnavailable)

      return Marks.of({ delivered, list })
    }),
  )
}
