import type { IdTaken, MessageNotFound, StorageUnavailable } from "@chat/domain/Errors"
import { accountLog, type CommandId, type UserId } from "@chat/domain/Ids"
import type { ListStars } from "@chat/domain/PersonalRpcs"
import type { AccountReceipt } from "@chat/domain/User"
import { Seq } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AccountLog } from "../logs/AccountLog.ts"
import { Logs } from "../logs/Logs.ts"
import { MessageRow, messageColumns, peopleIn, toMessage } from "../logs/MessageRow.ts"
import { isThere } from "../logs/visibility.ts"
import { type MessageTarget, visibleMessage } from "../messages/visibleMessage.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { int8, Time } from "../storage/rows.ts"
import { Directory } from "../users/Directory.ts"

interface StarCommand extends MessageTarget {
  readonly commandId: CommandId
}

const Place = Schema.Array(Schema.Struct({ seq: int8(Seq) }))
const Head = Schema.Struct({ last: int8(Seq), id: Schema.NullOr(Schema.String) })
const Found = Schema.Struct({ ...MessageRow.fields, starSeq: int8(Seq), starAt: Time })
const decodeHeads = Schema.decodeUnknownEffect(Schema.NonEmptyArray(Head))
const decodeFound = Schema.decodeUnknownEffect(Found)

/** Messages that somebody puts aside for later. */
export class Stars extends Context.Service<
  Stars,
  {
    readonly add: (
      actor: UserId,
      command: StarCommand,
    ) => Effect.Effect<AccountReceipt, MessageNotFound | IdTaken | StorageUnavailable>
    readonly remove: (
      actor: UserId,
      command: StarCommand,
    ) => Effect.Effect<AccountReceipt, IdTaken | StorageUnavailable>
    /** The last first. */
    readonly page: (
      account: UserId,
      query: { readonly before: Seq | undefined; readonly limit: number },
    ) => Effect.Effect<typeof ListStars.successSchema.Type, StorageUnavailable>
  }
>()("@chat/server/personal/Stars") {
  static readonly layer = Layer.effect(
    Stars,
    Effect.gen(function* () {
      const { read, write: sql } = yield* Database
      const own = yield* AccountLog
      const logs = yield* Logs
      const directory = yield* Directory

      const star = Effect.fnUntraced(function* (actor: UserId, target: MessageTarget) {
        const { conversation, message } = target
        const { seq } = yield* visibleMessage(sql, actor, target)
        // The log is locked, so that the event gets the next place.
        const head = yield* logs.head(accountLog(actor))
        const rows = yield* sql`INSERT INTO stars (account_id, message_id, seq)
          VALUES (${actor}, ${message}, ${head.seq + 1})
          ON CONFLICT DO NOTHING RETURNING seq`
        return rows.length > 0 && { conversation, messageId: message, seq }
      })

      const unstar = Effect.fnUntraced(function* (actor: UserId, { conversation, message }: MessageTarget) {
        const rows = yield* sql`DELETE FROM stars s USING messages m
          WHERE s.account_id = ${actor} AND s.message_id = ${message}
            AND m.id = s.message_id AND m.conversation_id = ${conversation}
          RETURNING m.seq`
        const [found] = yield* Schema.decodeUnknownEffect(Place)(rows)
        return found !== undefined && { conversation, messageId: message, seq: found.seq }
      })

      const page = Effect.fn("Stars.page")(function* (
        account: UserId,
        { before, limit }: { readonly before: Seq | undefined; readonly limit: number },
      ) {
        const rows = yield* read`SELECT l.seq AS last, m.*
          FROM logs l
          LEFT JOIN LATERAL (
            SELECT s.seq AS "starSeq", e.at AS "starAt", ${messageColumns(read, account)}
            FROM stars s JOIN messages m ON m.id = s.message_id
            JOIN events e ON e.log_id = s.account_id AND e.seq = s.seq
            WHERE s.account_id = ${account} AND ${isThere(read, account)}
              AND (${before ?? null}::bigint IS NULL OR s.seq < ${before ?? null})
            ORDER BY s.seq DESC LIMIT ${limit + 1}
          ) m ON true
          WHERE l.id = ${accountLog(account)}`
        const [{ last, id }] = yield* decodeHeads(rows)
        const found = id === null ? [] : yield* Effect.forEach(rows, (row) => decodeFound(row))
        const users = yield* directory.resolve(found.flatMap(peopleIn))
        const stars = found
          .slice(0, limit)
          .map(({ starSeq, starAt, ...row }) => ({ message: toMessage(row, users), seq: starSeq, at: starAt }))
        return { stars, next: found.length > limit ? (stars.at(-1)?.seq ?? null) : null, asOf: last }
      }, orUnavailable)

      return Stars.of({
        add: (actor, { commandId, ...target }) =>
          own.run({ actor, id: commandId, type: "MessageStarred", change: star(actor, target) }),
        remove: (actor, { commandId, ...target }) =>
          own.run<never>({ actor, id: commandId, type: "MessageUnstarred", change: unstar(actor, target) }),
        page,
      })
    }),
  )
}
