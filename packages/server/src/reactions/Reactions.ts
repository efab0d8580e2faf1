import type { Receipt } from "@chat/domain/Conversation"
import {
  CapacityExceeded,
  ConversationNotFound,
  type IdTaken,
  MessageNotFound,
  type NotMember,
  type RoomArchived,
  type StorageUnavailable,
} from "@chat/domain/Errors"
import { type CommandId, conversationLog, MessageId, UserId } from "@chat/domain/Ids"
import type { ListReactions } from "@chat/domain/ReactionRpcs"
import { Emoji, Seq } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { ServerConfig } from "../config/ServerConfig.ts"
import { Commands } from "../logs/Commands.ts"
import { Logs } from "../logs/Logs.ts"
import { versionFor } from "../logs/versions.ts"
import { isThere } from "../logs/visibility.ts"
import { type LockedMessage, lockMessage, type MessageTarget } from "../messages/visibleMessage.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { Int8, int8, Time } from "../storage/rows.ts"
import { Directory, knownUser } from "../users/Directory.ts"

export interface ReactionCommand extends MessageTarget {
  readonly commandId: CommandId
  readonly emoji: Emoji
}

type Refusal = ConversationNotFound | NotMember | RoomArchived | MessageNotFound | IdTaken | StorageUnavailable

const There = Schema.Tuple([
  Schema.Struct({
    own: Int8,
    kinds: Int8,
    known: Schema.Boolean,
    mine: Schema.NullOr(int8(Seq)),
    at: Schema.NullOr(Time),
  }),
])
const Shown = Schema.Array(Schema.Struct({ seq: int8(Seq) }))
const Left = Schema.Tuple([Schema.Struct({ left: Schema.Boolean })])
const Rows = Schema.NonEmptyArray(
  Schema.Struct({
    last: Schema.NullOr(int8(Seq)),
    message: Schema.NullOr(MessageId),
    emoji: Schema.NullOr(Emoji),
    user: Schema.NullOr(UserId),
    seq: Schema.NullOr(int8(Seq)),
    at: Schema.NullOr(Time),
  }),
)

interface ReactionQuery extends MessageTarget {
  readonly after: Seq
  readonly limit: number
}

/** Emojis under messages. Each change is one command: once for ever, with its event in the conversation's log. */
export class Reactions extends Context.Service<
  Reactions,
  {
    readonly add: (actor: UserId, command: ReactionCommand) => Effect.Effect<Receipt, Refusal | CapacityExceeded>
    readonly remove: (actor: UserId, command: ReactionCommand) => Effect.Effect<Receipt, Refusal>
    /** Takes back what others see of a reaction, whatever the actor still is there: the actor's account is no more. */
    readonly withdraw: (actor: UserId, command: ReactionCommand) => Effect.Effect<Receipt, IdTaken | StorageUnavailable>
    /** Who reacted, the oldest first. */
    readonly page: (
      account: UserId,
      query: ReactionQuery,
    ) => Effect.Effect<
      typeof ListReactions.successSchema.Type,
      ConversationNotFound | MessageNotFound | StorageUnavailable
    >
  }
>()("@chat/server/reactions/Reactions") {
  static readonly layer = Layer.effect(
    Reactions,
    Effect.gen(function* () {
      const { read, write: sql } = yield* Database
      const { limits } = yield* ServerConfig
      const logs = yield* Logs
      const commands = yield* Commands
      const directory = yield* Directory

      // As the actor sees it: what is for others alone must not show by a limit.
      const there = Effect.fnUntraced(function* (actor: UserId, { message, emoji }: ReactionCommand) {
        const rows = yield* sql`SELECT count(*) FILTER (WHERE r.account_id = ${actor}) AS own,
            count(DISTINCT r.emoji) AS kinds, coalesce(bool_or(r.emoji = ${emoji}), false) AS known,
            max(r.seq) FILTER (WHERE r.account_id = ${actor} AND r.emoji = ${emoji}) AS mine,
            max(r.at) FILTER (WHERE r.account_id = ${actor} AND r.emoji = ${emoji}) AS at
          FROM messages m CROSS JOIN LATERAL (${versionFor(sql, actor).standing}) r WHERE m.id = ${message}`
        const [found] = yield* Schema.decodeUnknownEffect(There)(rows)
        return found
      })

      const append = (
        actor: UserId,
        command: ReactionCommand,
        { seq, onlyFor }: Pick<LockedMessage, "seq" | "onlyFor">,
        type: "ReactionAdded" | "ReactionRemoved",
      ) =>
        logs.append({
          log: conversationLog(command.conversation),
          actor,
          command: command.commandId,
          type,
          message: { id: command.message, seq },
          onlyFor,
          data: { emoji: command.emoji },
        })

      const add = Effect.fn("Reactions.add")(function* (actor: UserId, command: ReactionCommand) {
        const { commandId, conversation, message, emoji } = command
        return yield* commands.run({
          actor,
          id: commandId,
          type: "ReactionAdded",
          execute: Effect.gen(function* () {
            const on = yield* lockMessage(sql, logs, actor, command)
            const { own, kinds, known, mine, at: since } = yield* there(actor, command)
            if (mine !== null && since !== null) return { conversation, seq: mine, at: since, changed: false }
            if (own >= limits.reactionsPerPerson) {
              return yield* new CapacityExceeded({
                resource: "reactions of one person on a message",
                limit: limits.reactionsPerPerson,
              })
            }
            if (!known && kinds >= limits.reactionsPerMessage) {
              return yield* new CapacityExceeded({
                resource: "different reactions on a message",
                limit: limits.reactionsPerMessage,
              })
            }
            const { seq, at } = yield* append(actor, command, on, "ReactionAdded")
            yield* sql`INSERT INTO reactions (message_id, account_id, emoji, seq, at)
              VALUES (${message}, ${actor}, ${emoji}, ${seq}, ${at}::timestamptz)`
            yield* sql`UPDATE messages SET rev = ${seq}, reacted = true WHERE id = ${message}`
            return { conversation, seq, at, changed: true }
          }),
        })
      })

      const remove = Effect.fn("Reactions.remove")(function* (actor: UserId, command: ReactionCommand) {
        const { commandId, conversation, message, emoji } = command
        return yield* commands.run({
          actor,
          id: commandId,
          type: "ReactionRemoved",
          execute: Effect.gen(function* () {
            const on = yield* lockMessage(sql, logs, actor, command)
            const taken = yield* sql`DELETE FROM reactions
              WHERE message_id = ${message} AND account_id = ${actor} AND emoji = ${emoji} RETURNING seq`
            if (taken.length === 0) {
              return { conversation, ...(yield* logs.head(conversationLog(conversation))), changed: false }
            }
            const rows = yield* sql`SELECT EXISTS (SELECT FROM reactions WHERE message_id = ${message}) AS left`
            const [{ left }] = yield* Schema.decodeUnknownEffect(Left)(rows)
            const { seq, at } = yield* append(actor, command, on, "ReactionRemoved")
            yield* sql`UPDATE messages SET rev = ${seq}, reacted = ${left} WHERE id = ${message}`
            return { conversation, seq, at, changed: true }
          }),
        })
      })

      const withdraw = Effect.fn("Reactions.withdraw")(function* (actor: UserId, command: ReactionCommand) {
        const { commandId, conversation, message, emoji } = command
        return yield* commands.run<never>({
          actor,
          id: commandId,
          type: "ReactionRemoved",
          execute: Effect.gen(function* () {
            const log = conversationLog(conversation)
            yield* logs.lock([log])
            yield* sql`DELETE FROM reactions
              WHERE message_id = ${message} AND account_id = ${actor} AND emoji = ${emoji}`
            const rows = yield* sql`UPDATE messages m
              SET reacted = EXISTS (SELECT FROM reactions r WHERE r.message_id = m.id)
              WHERE m.id = ${message} AND m.deleted_at IS NULL
                AND (SELECT e.type = 'ReactionAdded' FROM events e
                  WHERE e.message_id = m.id AND e.type IN ('ReactionAdded', 'ReactionRemoved') AND e.only_for IS NULL
                    AND e.actor_id = ${actor} AND e.data->>'emoji' = ${emoji}
                  ORDER BY e.seq DESC LIMIT 1)
              RETURNING m.seq`
            const [shown] = yield* Schema.decodeUnknownEffect(Shown)(rows)
            if (shown === undefined) return { conversation, ...(yield* logs.head(log)), changed: false }
            const on = { seq: shown.seq, onlyFor: undefined }
            const { seq, at } = yield* append(actor, command, on, "ReactionRemoved")
            yield* sql`UPDATE messages SET rev = ${seq} WHERE id = ${message}`
            return { conversation, seq, at, changed: true }
          }),
        })
      })

      const page = Effect.fn("Reactions.page")(function* (account: UserId, query: ReactionQuery) {
        const { conversation, message, after, limit } = query
        const rows = yield* read`SELECT s.last, m.id AS message, r.*
          FROM (
            SELECT max(coalesce(v.to_seq, l.seq)) AS last FROM visibility v JOIN logs l ON l.id = v.log_id
            WHERE v.account_id = ${account} AND v.log_id = ${conversation} AND l.kind = 'conversation'
          ) s
          LEFT JOIN messages m ON m.id = ${message} AND m.conversation_id = ${conversation} AND ${isThere(read, account)}
          LEFT JOIN LATERAL (
            SELECT t.emoji, t.account_id AS user, t.seq, t.at FROM (${versionFor(read, account).standing}) t
            WHERE t.seq > ${after} ORDER BY t.seq LIMIT ${limit + 1}
          ) r ON true`
        const found = yield* Schema.decodeUnknownEffect(Rows)(rows)
        const { last, message: there } = found[0]
        if (last === null) return yield* new ConversationNotFound({ conversation })
        if (there === null) return yield* new MessageNotFound({ messageId: message })
        const users = yield* directory.resolve(found.flatMap(({ user }) => (user === null ? [] : [user])))
        const reactions = found.flatMap(({ emoji, user, seq, at }) =>
          emoji === null || user === null || seq === null || at === null
            ? []
            : [{ emoji, user: knownUser(users, user), seq, at }],
        )
        const page = reactions.slice(0, limit)
        return { reactions: page, next: reactions.length > limit ? (page.at(-1)?.seq ?? null) : null, asOf: last }
      }, orUnavailable)

      return Reactions.of({ add, remove, withdraw, page })
    }),
  )
}
