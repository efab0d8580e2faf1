import {
  AlreadyMember,
  type BadRequest,
  type ConversationNotFound,
  Forbidden,
  type IdTaken,
  type NotMember,
  type RateLimited,
  type StorageUnavailable,
  TooLarge,
  UserBlocked,
  UserNotFound,
} from "@chat/domain/Errors"
import { accountLog, type CommandId, ConversationId, conversationLog, UserId } from "@chat/domain/Ids"
import { type Invitation, invitedRoom, type SentInvitation } from "@chat/domain/Invite"
import { may } from "@chat/domain/permissions"
import type { AccountReceipt } from "@chat/domain/User"
import { Timestamp } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as SqlError from "effect/sql/SqlError"
import { ServerConfig } from "../config/ServerConfig.ts"
import { hasBlocked } from "../contacts/relations.ts"
import { toInvitation } from "../invitations/invitationRows.ts"
import { type Invited, makeInvitationStore } from "../invitations/InvitationStore.ts"
import { RateLimits } from "../limits/RateLimits.ts"
import { Commands } from "../logs/Commands.ts"
import { Logs } from "../logs/Logs.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { pageCursor } from "../storage/pageCursor.ts"
import { Int8, Time } from "../storage/rows.ts"
import { Directory, knownUser } from "../users/Directory.ts"
import { readRoomToInvite, type RoomRow } from "./RoomRow.ts"
import type { MemberCommand, RoomCommand, RoomRefusal } from "./Rooms.ts"

interface Page {
  readonly after: string | undefined
  readonly limit: number
}

interface Part<A> {
  readonly invitations: ReadonlyArray<A>
  readonly next: string | null
}

/** Whoever is to be invited; no row: there is no such account, or its owner cannot sign in. */
const Guests = Schema.Array(
  Schema.Struct({ member: Schema.Boolean, blocked: Schema.Boolean, silenced: Schema.Boolean, waiting: Int8 }),
)
const Makers = Schema.Array(Schema.Struct({ by: UserId }))
const Received = Schema.Array(Schema.Struct({ ...invitedRoom, by: UserId, at: Time }))
const Sent = Schema.Array(Schema.Struct({ user: UserId, by: UserId, at: Time }))
const receivedCursor = pageCursor(Schema.Tuple([Timestamp, ConversationId]))
const sentCursor = pageCursor(Schema.Tuple([Timestamp, UserId]))

/**
 * Inviting people to rooms. What changes is told in the logs of accounts alone: of the one who is invited, and of the one
 * who does it, so that nobody can read from the room's log what never arrived.
 */
export class Invitations extends Context.Service<
  Invitations,
  {
    readonly invite: (
      actor: UserId,
      command: MemberCommand,
    ) => Effect.Effect<
      AccountReceipt,
      RoomRefusal | UserNotFound | AlreadyMember | UserBlocked | TooLarge | RateLimited
    >
    readonly revoke: (actor: UserId, command: MemberCommand) => Effect.Effect<AccountReceipt, RoomRefusal>
    readonly decline: (
      actor: UserId,
      command: RoomCommand,
    ) => Effect.Effect<AccountReceipt, IdTaken | StorageUnavailable>
    /** What an account is invited to, each room as it is now; the oldest first. */
    readonly received: (account: UserId, page: Page) => Effect.Effect<Part<Invitation>, BadRequest | StorageUnavailable>
    /** Who is invited to a room; the oldest first. */
    readonly sent: (
      actor: UserId,
      page: Page & { readonly conversation: ConversationId },
    ) => Effect.Effect<
      Part<SentInvitation>,
      ConversationNotFound | NotMember | Forbidden | BadRequest | StorageUnavailable
    >
  }
>()("@chat/server/rooms/Invitations") {
  static readonly layer = Layer.effect(
    Invitations,
    Effect.gen(function* () {
      const { write: sql, read } = yield* Database
      const { invitations: limit } = yield* ServerConfig
      const logs = yield* Logs
      const commands = yield* Commands
      const directory = yield* Directory
      const rates = yield* RateLimits
      const store = yield* makeInvitationStore

      /** The receipt is of the caller's own log. */
      const run = Effect.fnUntraced(function* <E>(
        actor: UserId,
        { id, type }: { readonly id: CommandId; readonly type: string },
        decide: Effect.Effect<
          { readonly seq: AccountReceipt["seq"]; readonly at: string } | undefined,
          E | SqlError.SqlError | Schema.SchemaError
        >,
      ) {
        const log = accountLog(actor)
        const execute = Effect.map(
          Effect.flatMap(decide, (event) =>
            event === undefined
              ? Effect.map(logs.head(log), (head) => ({ ...head, changed: false }))
              : Effect.succeed({ seq: event.seq, at: event.at, changed: true }),
          ),
          (outcome) => ({ conversation: ConversationId.make(log), ...outcome }),
        )
        const { seq, at } = yield* commands.run<E>({ actor, id, type, execute })
        return { seq, at }
      })

      const lock = ({ conversation, user }: Invited, actor: UserId) =>
        logs.lock([conversationLog(conversation), accountLog(actor), accountLog(user)])

      const guest = Effect.fnUntraced(function* (actor: UserId, { conversation, user }: Invited) {
        const rows = yield* sql`SELECT ${hasBlocked(sql, "u.id", actor)} AS silenced,
            EXISTS (SELECT FROM members m WHERE m.conversation_id = ${conversation} AND m.account_id = u.id) AS member,
            EXISTS (SELECT FROM blocks b WHERE b.account_id = ${actor} AND b.blocked_id = u.id) AS blocked,
            (SELECT count(*) FROM invitations i WHERE i.account_id = u.id) AS waiting
          FROM users u WHERE u.id = ${user} AND u.deleted_at IS NULL AND u.deactivated_at IS NULL`
        const [found] = yield* Schema.decodeUnknownEffect(Guests)(rows)
        if (found === undefined) return yield* new UserNotFound({ user })
        if (found.member) return yield* new AlreadyMember({ user })
        if (found.blocked) return yield* new UserBlocked({ user })
        return found
      })

      /** They know of it from now on. */
      const arrive = Effect.fnUntraced(function* (by: UserId, { conversation, user }: Invited, room: RoomRow) {
        const { name, topic, memberCount } = room
        const data = { conversation, name, topic, memberCount, by }
        const { at } = yield* logs.append({ log: accountLog(user), actor: by, type: "InvitationReceived", data })
        yield* sql`UPDATE invitations SET received_by = ${by}, received_at = ${at}::timestamptz,
            name = ${name}, topic = ${topic}, member_count = ${memberCount}
          WHERE conversation_id = ${conversation} AND account_id = ${user}`
      })

      const decide = Effect.fnUntraced(function* (actor: UserId, command: MemberCommand) {
        const { commandId, conversation, user } = command
        yield* lock(command, actor)
        const room = yield* readRoomToInvite(sql, conversation, actor)
        const { silenced, waiting } = yield* guest(actor, command)
        const before = yield* store.find(command)
        // Also one by somebody who may not invite any more stands for nothing.
        const arrives = !silenced && before?.lets !== true
        if (before !== undefined) {
          if (arrives) yield* arrive(actor, command, room)
          return undefined
        }
        if (waiting >= limit) {
          return yield* new TooLarge({ what: "list of invitations that they have", limit, actual: waiting + 1 })
        }
        const data = { conversation, user }
        const sent = yield* logs.append({
          log: accountLog(actor),
          actor,
          command: commandId,
          type: "InvitationSent",
          data,
        })
        yield* sql`INSERT INTO invitations (conversation_id, account_id, by_id, at, name, topic, member_count)
          VALUES (${conversation}, ${user}, ${actor}, ${sent.at}::timestamptz, ${room.name}, ${room.topic},
            ${room.memberCount})`
        if (arrives) yield* arrive(actor, command, room)
        return sent
      })

      const invite = Effect.fn("Invitations.invite")(function* (actor: UserId, command: MemberCommand) {
        const key = { actor, id: command.commandId, type: "InvitationSent" }
        return yield* rates.invitation(actor).pipe(
          Effect.andThen(run(actor, key, decide(actor, command))),
          // A repeat is answered before anything is checked.
          Effect.catchTag("RateLimited", (error) =>
            Effect.flatMap(commands.find(key), (known) =>
              known === undefined ? Effect.fail(error) : Effect.succeed({ seq: known.seq, at: known.at }),
            ),
          ),
        )
      })

      const revoke = Effect.fn("Invitations.revoke")(function* (actor: UserId, command: MemberCommand) {
        const { commandId, conversation, user } = command
        const type = "InvitationRevoked"
        const take = Effect.gen(function* () {
          yield* lock(command, actor)
          const { role } = yield* readRoomToInvite(sql, conversation, actor)
          const rows = yield* sql`SELECT by_id AS by FROM invitations
            WHERE conversation_id = ${conversation} AND account_id = ${user}`
          const [found] = yield* Schema.decodeUnknownEffect(Makers)(rows)
          if (found === undefined) return undefined
          if (found.by !== actor && !may(role, "invite")) return yield* new Forbidden({ action: "invite" })
          yield* store.end(command, "revoked")
          const data = { conversation, user }
          return yield* logs.append({ log: accountLog(actor), actor, command: commandId, type, data })
        })
        return yield* run(actor, { id: commandId, type }, take)
      })

      const decline = Effect.fn("Invitations.decline")(function* (actor: UserId, command: RoomCommand) {
        const { commandId, conversation } = command
        const which = { conversation, user: actor }
        const refuse = Effect.gen(function* () {
          yield* logs.lock([accountLog(actor)])
          // What was never received cannot be declined.
          if ((yield* store.find(which))?.received !== true) return undefined
          return yield* store.end(which, "declined", commandId)
        })
        return yield* run<never>(actor, { id: commandId, type: "InvitationEnded" }, refuse)
      })

      const received = Effect.fn("Invitations.received")(function* (account: UserId, { after, limit }: Page) {
        const [from, id] = (yield* receivedCursor.decode(after)) ?? [null, null]
        const rows = yield* read`SELECT i.conversation_id AS conversation, c.name, c.topic,
            c.member_count AS "memberCount", i.received_by AS by, i.received_at AS at
          FROM invitations i JOIN conversations c ON c.id = i.conversation_id
          WHERE i.account_id = ${account} AND i.received_at IS NOT NULL
            AND (${from}::timestamptz IS NULL
              OR (i.received_at, i.conversation_id) > (${from}::timestamptz, ${id}::uuid))
          ORDER BY i.received_at, i.conversation_id LIMIT ${limit + 1}`
        const found = yield* Schema.decodeUnknownEffect(Received)(rows)
        const page = found.slice(0, limit)
        const users = yield* directory.resolve(page.map(({ by }) => by))
        const last = page.at(-1)
        const more = found.length > limit && last !== undefined
        return {
          invitations: page.map((row) => toInvitation(row, users)),
          next: more ? yield* receivedCursor.encode([last.at, last.conversation]) : null,
        }
      }, orUnavailable)

      const sent = Effect.fn("Invitations.sent")(function* (
        actor: UserId,
        { conversation, after, limit }: Page & { readonly conversation: ConversationId },
      ) {
        const [from, id] = (yield* sentCursor.decode(after)) ?? [null, null]
        yield* readRoomToInvite(read, conversation, actor)
        const rows = yield* read`SELECT account_id AS user, by_id AS by, at FROM invitations
          WHERE conversation_id = ${conversation}
            AND (${from}::timestamptz IS NULL OR (at, account_id) > (${from}::timestamptz, ${id}::uuid))
          ORDER BY at, account_id LIMIT ${limit + 1}`
        const found = yield* Schema.decodeUnknownEffect(Sent)(rows)
        const page = found.slice(0, limit)
        const users = yield* directory.resolve(page.flatMap(({ user, by }) => [user, by]))
        const last = page.at(-1)
        const more = found.length > limit && last !== undefined
        return {
          invitations: page.map(({ user, by, at }) => ({ user: knownUser(users, user), by: knownUser(users, by), at })),
          next: more ? yield* sentCursor.encode([last.at, last.user]) : null,
        }
      }, orUnavailable)

      return Invitations.of({ invite, revoke, decline, received, sent })
    }),
  )
}
