import { CommandId, ConversationId, conversationLog, MessageId, UserId } from "@chat/domain/Ids"
import { Emoji } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Groups } from "../conversations/Groups.ts"
import { RoomMembership } from "../rooms/RoomMembership.ts"
import { Contacts } from "../contacts/Contacts.ts"
import { Logs } from "../logs/Logs.ts"
import { Messages } from "../messages/Messages.ts"
import { Reactions } from "../reactions/Reactions.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { Int8 } from "../storage/rows.ts"
import { rounds } from "../rounds/rounds.ts"

const Deletions = Schema.Array(Schema.Struct({ user: UserId, erase: Schema.Boolean }))
const Written = Schema.Array(Schema.Struct({ message: MessageId }))
const Heads = Schema.Array(Schema.Struct({ conversation: ConversationId, head: Int8 }))
const Reacted = Schema.Array(Schema.Struct({ message: MessageId, emoji: Emoji }))
const People = Schema.Array(Schema.Struct({ person: UserId }))
const Left = Schema.Array(Schema.Struct({ conversation: ConversationId, isRoom: Schema.Boolean }))

/** How much of a log is looked through at a time. */
const stretch = 5_000

/**
 * What is left to do for accounts that were deleted: their messages and reactions, if they are to go, leaving rooms and
 * groups, ending what there is with other people, and what was for them alone. It is written down in `deletions`, so that
 * a restart goes on with it; each step may be done twice, by two nodes or after a crash, and has its effect once. What they
 * have told others of how far they had read stays with those, as of who tells it no more.
 */
export class Farewell extends Context.Service<
  Farewell,
  {
    /** There is something to do. */
    readonly wake: Effect.Effect<void>
    /** Does all that is left. */
    readonly run: Effect.Effect<void>
  }
>()("@chat/server/accounts/Farewell") {
  static readonly layer = Layer.effect(
    Farewell,
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const rooms = yield* RoomMembership
      const groups = yield* Groups
      const messages = yield* Messages
      const reactions = yield* Reactions
      const contacts = yield* Contacts
      const logs = yield* Logs
      const random = yield* SecureRandom.SecureRandom
      const newCommand = Effect.map(random.uuidV7(), (id) => CommandId.make(id))
      const due = Latch.makeUnsafe(true)

      const left = Effect.gen(function* () {
        const rows = yield* sql`SELECT account_id AS user, erase FROM deletions WHERE done_at IS NULL ORDER BY at`
        return yield* Schema.decodeUnknownEffect(Deletions)(rows)
      }).pipe(orUnavailable)

      const placesOf = Effect.fnUntraced(function* (user: UserId) {
        const rows = yield* sql`SELECT m.conversation_id AS conversation, c.kind = 'room' AS "isRoom" FROM members m
          JOIN conversations c ON c.id = m.conversation_id
          WHERE m.account_id = ${user} AND c.kind <> 'direct' ORDER BY m.conversation_id`
        return yield* Schema.decodeUnknownEffect(Left)(rows)
      }, orUnavailable)

      // By stretches of a log, because there is no index by author, which every message would have to pay for.
      const written = Effect.fnUntraced(function* (user: UserId, conversation: ConversationId, after: number) {
        const rows = yield* sql`SELECT id AS message FROM messages
          WHERE conversation_id = ${conversation} AND seq > ${after} AND seq <= ${after + stretch}
            AND author_id = ${user} AND deleted_at IS NULL ORDER BY seq`
        return yield* Schema.decodeUnknownEffect(Written)(rows)
      }, orUnavailable)

      const seenBy = Effect.fnUntraced(function* (user: UserId) {
        const rows = yield* sql`SELECT l.id AS conversation, l.seq AS head FROM logs l
          WHERE l.kind = 'conversation'
            AND l.id IN (SELECT log_id FROM visibility WHERE account_id = ${user}) ORDER BY l.id`
        return yield* Schema.decodeUnknownEffect(Heads)(rows)
      }, orUnavailable)

      const reacted = Effect.fnUntraced(function* (user: UserId, conversation: ConversationId, after: number) {
        const rows = yield* sql`SELECT DISTINCT message_id AS message, data->>'emoji' AS emoji FROM events
          WHERE log_id = ${conversation} AND seq > ${after} AND seq <= ${after + stretch}
            AND actor_id = ${user} AND type = 'ReactionAdded'`
        return yield* Schema.decodeUnknownEffect(Reacted)(rows)
      }, orUnavailable)

      const peopleOf = Effect.fnUntraced(function* (user: UserId) {
        const rows = yield* sql`SELECT friend_id AS person FROM friends WHERE account_id = ${user}
          UNION SELECT to_id FROM friend_requests WHERE from_id = ${user}
          UNION SELECT from_id FROM friend_requests WHERE to_id = ${user}
          UNION SELECT blocked_id FROM blocks WHERE account_id = ${user}`
        return yield* Schema.decodeUnknownEffect(People)(rows)
      }, orUnavailable)

      // Nobody else ever saw any of it.
      const forgetOwn = Effect.fnUntraced(function* (user: UserId) {
        for (const table of ["stars", "hidden_messages", "positions", "thread_positions"]) {
          yield* sql`DELETE FROM ${sql.literal(table)} WHERE account_id = ${user}`
        }
      }, orUnavailable)

      // A node that has not heard of it yet decides anew from here on: nothing comes after what is looked through.
      const silence = Effect.fnUntraced(function* (user: UserId) {
        for (const { conversation } of yield* seenBy(user)) {
          yield* orUnavailable(logs.raiseAccess(conversationLog(conversation)))
        }
      })

      const erase = Effect.fnUntraced(function* (user: UserId) {
        for (const { conversation, head } of yield* seenBy(user)) {
          for (let after = 0; after < head; after += stretch) {
            for (const { message } of yield* written(user, conversation, after)) {
              yield* messages.delete(user, { conversation, message, commandId: yield* newCommand }, { left: true })
            }
            for (const { message, emoji } of yield* reacted(user, conversation, after)) {
              yield* reactions.withdraw(user, { conversation, message, emoji, commandId: yield* newCommand })
            }
          }
        }
      })

      const finish = Effect.fnUntraced(function* (deletion: (typeof Deletions.Type)[number]) {
        const { user } = deletion
        yield* silence(user)
        if (deletion.erase) yield* erase(user)
        for (const { conversation, isRoom } of yield* placesOf(user)) {
          const command = { commandId: yield* newCommand, conversation }
          yield* isRoom ? rooms.leave(user, command, { handOver: true }) : groups.leave(user, command, { unseen: true })
        }
        for (const { person } of yield* peopleOf(user)) {
          yield* contacts.forget(user, { commandId: yield* newCommand, user: person })
        }
        yield* forgetOwn(user)
        yield* orUnavailable(sql`UPDATE deletions SET done_at = now() WHERE account_id = ${user}`)
      })

      const run = Effect.gen(function* () {
        for (const deletion of yield* left) {
          // One that cannot be finished must not be in the way of others.
          yield* Effect.catchCause(finish(deletion), (cause) =>
            Effect.logError("What an account left could not be cleared away", cause),
          )
        }
      }).pipe(Effect.catch(() => Effect.logWarning("Deleted accounts have to wait: the database does not answer")))

      const work = Effect.gen(function* () {
        // Another node may have stopped half way.
        yield* Effect.raceFirst(due.await, Effect.sleep("1 minute"))
        due.closeUnsafe()
        yield* run
      })

      yield* Effect.forkScoped(rounds("deleted accounts have to wait", work))
      return Farewell.of({ wake: Effect.sync(() => due.openUnsafe()), run })
    }),
  ).pipe(Layer.provide(SecureRandom.layerWebCrypto))
}
