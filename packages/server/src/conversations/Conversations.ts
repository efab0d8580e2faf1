import type { Receipt } from "@chat/domain/Conversation"
import { BadRequest, FriendsOnly, type IdTaken, type StorageUnavailable, UserNotFound } from "@chat/domain/Errors"
import { accountLog, type CommandId, ConversationId, conversationLog, type UserId } from "@chat/domain/Ids"
import { Seq } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Commands } from "../logs/Commands.ts"
import { hasBlocked, refuses } from "../contacts/relations.ts"
import { Logs } from "../logs/Logs.ts"
import { sees } from "../logs/visibility.ts"
import { Database } from "../storage/Database.ts"
import { Membership } from "./Membership.ts"
import { unchanged } from "./unchanged.ts"

const Existing = Schema.Array(Schema.Struct({ id: ConversationId }))

const Relation = Schema.Tuple([Schema.Struct({ refused: Schema.Boolean, silenced: Schema.Boolean })])

/** Beginning conversations between two. Each is one command: once for ever, with its event. */
export class Conversations extends Context.Service<
  Conversations,
  {
    readonly openDirect: (
      actor: UserId,
      command: { readonly commandId: CommandId; readonly user: UserId },
    ) => Effect.Effect<Receipt, UserNotFound | FriendsOnly | BadRequest | IdTaken | StorageUnavailable>
  }
>()("@chat/server/conversations/Conversations") {
  static readonly layer = Layer.effect(
    Conversations,
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const logs = yield* Logs
      const commands = yield* Commands
      const membership = yield* Membership
      const random = yield* SecureRandom.SecureRandom
      const newConversation = Effect.map(random.uuidV7(), (id) => ConversationId.make(id))

      const directOf = Effect.fnUntraced(function* (low: UserId, high: UserId) {
        const rows = yield* sql`SELECT id FROM conversations
          WHERE kind = 'direct' AND low_id = ${low} AND high_id = ${high}`
        const [existing] = yield* Schema.decodeUnknownEffect(Existing)(rows)
        return existing?.id
      })

      const hasNotSeen = (conversation: ConversationId, account: UserId) =>
        Effect.map(
          sql`SELECT FROM conversations c WHERE c.id = ${conversation} AND ${sees(sql, account, "c.id")}`,
          (rows) => rows.length === 0,
        )

      const relation = Effect.fnUntraced(function* (actor: UserId, user: UserId) {
        const rows =
          yield* sql`SELECT ${refuses(sql, "u.id", actor)} AS refused, ${hasBlocked(sql, "u.id", actor)} AS silenced
          FROM users u WHERE u.id = ${user}`
        return (yield* Schema.decodeUnknownEffect(Relation)(rows))[0]
      })

      const openDirect = Effect.fn("Conversations.openDirect")(function* (
        actor: UserId,
        { commandId, user }: { readonly commandId: CommandId; readonly user: UserId },
      ) {
        if (actor === user) return yield* new BadRequest({ detail: "a conversation needs somebody else" })
        // Order as the database compares ids: both sides are lower case and of the same length.
        const [low, high] = actor < user ? [actor, user] : [user, actor]
        return yield* commands.run({
          actor,
          id: commandId,
          type: "DirectOpened",
          execute: Effect.gen(function* () {
            const before = yield* directOf(low, high)
            // Both accounts' logs get an event, so both openings meet here, and the second finds what the first made.
            const logsOf = before === undefined ? [] : [conversationLog(before)]
            const locked = yield* logs.lock([accountLog(low), accountLog(high), ...logsOf])
            if (locked.get(user) !== "account") return yield* new UserNotFound({ user })
            const existing = before ?? (yield* directOf(low, high))
            if (existing !== undefined) {
              if (yield* hasNotSeen(existing, actor)) yield* membership.reveal(existing, actor)
              return yield* unchanged(logs, existing)
            }
            const gone = yield* sql`SELECT FROM users WHERE id = ${user} AND deleted_at IS NOT NULL`
            if (gone.length > 0) return yield* new UserNotFound({ user })
            const { refused, silenced } = yield* relation(actor, user)
            if (refused) return yield* new FriendsOnly({ user })
            const id = yield* newConversation
            const log = conversationLog(id)
            yield* logs.create(log, "conversation")
            const { seq, at } = yield* logs.append({
              log,
              actor,
              command: commandId,
              type: "DirectOpened",
              onlyFor: silenced ? actor : undefined,
              data: { members: [low, high] },
            })
            yield* sql`INSERT INTO conversations (id, kind, history, access, low_id, high_id, member_count, created_at)
              VALUES (${id}, 'direct', 'all', 'private', ${low}, ${high}, 0, ${at}::timestamptz)`
            const beginning = { joined: seq, from: seq, read: Seq.make(0), role: null }
            yield* membership.add(id, actor, beginning)
            // Who has blocked the other sees the conversation with the first thing that is for them, or by opening it.
            if (silenced) yield* membership.addUnseen(id, user, seq)
            else yield* membership.add(id, user, beginning)
            return { conversation: id, seq, at, changed: true }
          }),
        })
      })

      return Conversations.of({ openDirect })
    }),
  ).pipe(Layer.provide(SecureRandom.layerWebCrypto))
}
