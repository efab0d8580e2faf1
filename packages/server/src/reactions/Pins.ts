import type { Receipt } from "@chat/domain/Conversation"
import {
  CapacityExceeded,
  ConversationNotFound,
  Forbidden,
  type IdTaken,
  type MessageNotFound,
  type NotMember,
  type RoomArchived,
  type StorageUnavailable,
} from "@chat/domain/Errors"
import { type CommandId, type ConversationId, conversationLog, type UserId } from "@chat/domain/Ids"
import { may } from "@chat/domain/permissions"
import type { ListPins } from "@chat/domain/ReactionRpcs"
import { Seq } from "@chat/domain/Values"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { ServerConfig } from "../config/ServerConfig.ts"
import { Commands } from "../logs/Commands.ts"
import { Logs } from "../logs/Logs.ts"
import { MessageRow, messageColumns, peopleIn, toMessage } from "../logs/MessageRow.ts"
import { versionFor } from "../logs/versions.ts"
import { isThere } from "../logs/visibility.ts"
import { lockMessage, type MessageTarget } from "../messages/visibleMessage.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { Int8, int8 } from "../storage/rows.ts"
import { Directory } from "../users/Directory.ts"

export interface PinCommand extends MessageTarget {
  readonly commandId: CommandId
}

type Refusal =
  | ConversationNotFound
  | NotMember
  | RoomArchived
  | Forbidden
  | MessageNotFound
  | IdTaken
  | StorageUnavailable

const Count = Schema.Tuple([Schema.Struct({ pins: Int8 })])
const Head = Schema.Struct({ last: Schema.NullOr(int8(Seq)), id: Schema.NullOr(Schema.String) })
const decodeHeads = Schema.decodeUnknownEffect(Schema.NonEmptyArray(Head))
const decodeMessage = Schema.decodeUnknownEffect(MessageRow)

/** Whether a message `m` is pinned for a viewer; the first half is what there are indexes for. */
const isPinned = (sql: PgClient, viewer: UserId) =>
  sql`(m.pinned_at IS NOT NULL OR m.forked) AND ${versionFor(sql, viewer).pinnedAt} IS NOT NULL`

/** Messages that a conversation keeps in view. */
export class Pins extends Context.Service<
  Pins,
  {
    readonly pin: (actor: UserId, command: PinCommand) => Effect.Effect<Receipt, Refusal | CapacityExceeded>
    readonly unpin: (actor: UserId, command: PinCommand) => Effect.Effect<Receipt, Refusal>
    /** The one pinned last first. */
    readonly list: (
      account: UserId,
      conversation: ConversationId,
    ) => Effect.Effect<typeof ListPins.successSchema.Type, ConversationNotFound | StorageUnavailable>
  }
>()("@chat/server/reactions/Pins") {
  static readonly layer = Layer.effect(
    Pins,
    Effect.gen(function* () {
      const { read, write: sql } = yield* Database
      const { limits } = yield* ServerConfig
      const logs = yield* Logs
      const commands = yield* Commands
      const directory = yield* Directory

      // As the actor sees it: what is for others alone must not show by the limit.
      const checkRoom = Effect.fnUntraced(function* (conversation: ConversationId, actor: UserId) {
        const rows = yield* sql`SELECT count(*) AS pins FROM messages m
          WHERE m.conversation_id = ${conversation} AND ${isPinned(sql, actor)}`
        const [{ pins }] = yield* Schema.decodeUnknownEffect(Count)(rows)
        if (pins < limits.pins) return
        return yield* new CapacityExceeded({ resource: "pinned messages of a conversation", limit: limits.pins })
      })

      const subject = Effect.fnUntraced(function* (actor: UserId, command: PinCommand) {
        const found = yield* lockMessage(sql, logs, actor, command)
        // Members of a direct conversation have no role, and are equals.
        if (found.role !== null && !may(found.role, "pin")) return yield* new Forbidden({ action: "pin" })
        return found
      })

      const pin = Effect.fn("Pins.pin")(function* (actor: UserId, command: PinCommand) {
        const { commandId, conversation, message } = command
        const log = conversationLog(conversation)
        return yield* commands.run({
          actor,
          id: commandId,
          type: "MessagePinned",
          execute: Effect.gen(function* () {
            const { seq: place, pinned, onlyFor } = yield* subject(actor, command)
            if (pinned) return { conversation, ...(yield* logs.head(log)), changed: false }
            yield* checkRoom(conversation, actor)
            const about = { id: message, seq: place }
            const { seq, at } = yield* logs.append({
              log,
              actor,
              command: commandId,
              type: "MessagePinned",
              message: about,
              onlyFor,
              data: {},
            })
            yield* sql`UPDATE messages SET rev = ${seq}, pinned_at = ${at}::timestamptz, pinned_by = ${actor}
              WHERE id = ${message}`
            return { conversation, seq, at, changed: true }
          }),
        })
      })

      const unpin = Effect.fn("Pins.unpin")(function* (actor: UserId, command: PinCommand) {
        const { commandId, conversation, message } = command
        const log = conversationLog(conversation)
        return yield* commands.run({
          actor,
          id: commandId,
          type: "MessageUnpinned",
          execute: Effect.gen(function* () {
            const { seq: place, pinned, onlyFor } = yield* subject(actor, command)
            if (!pinned) return { conversation, ...(yield* logs.head(log)), changed: false }
            const about = { id: message, seq: place }
            const { seq, at } = yield* logs.append({
              log,
              actor,
              command: commandId,
              type: "MessageUnpinned",
              message: about,
              onlyFor,
              data: {},
            })
            yield* sql`UPDATE messages SET rev = ${seq}, pinned_at = NULL, pinned_by = NULL WHERE id = ${message}`
            return { conversation, seq, at, changed: true }
          }),
        })
      })

      const list = Effect.fn("Pins.list")(function* (account: UserId, conversation: ConversationId) {
        const rows = yield* read`SELECT s.last, m.*
          FROM (
            SELECT max(coalesce(v.to_seq, l.seq)) AS last FROM visibility v JOIN logs l ON l.id = v.log_id
            WHERE v.account_id = ${account} AND v.log_id = ${conversation} AND l.kind = 'conversation'
          ) s
          LEFT JOIN LATERAL (
            SELECT ${messageColumns(read, account)} FROM messages m
            WHERE m.conversation_id = ${conversation} AND ${isPinned(read, account)} AND ${isThere(read, account)}
            ORDER BY "pinnedAt" DESC, m.seq DESC
          ) m ON true`
        const [{ last, id }] = yield* decodeHeads(rows)
        if (last === null) return yield* new ConversationNotFound({ conversation })
        const found = id === null ? [] : yield* Effect.forEach(rows, (row) => decodeMessage(row))
        const users = yield* directory.resolve(found.flatMap(peopleIn))
        return { messages: found.map((row) => toMessage(row, users)), asOf: last }
      }, orUnavailable)

      return Pins.of({ pin, unpin, list })
    }),
  )
}
