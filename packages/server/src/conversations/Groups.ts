import type { Receipt } from "@chat/domain/Conversation"
import {
  BadRequest,
  ConversationNotFound,
  FriendsOnly,
  type IdTaken,
  type RateLimited,
  type StorageUnavailable,
  TooLarge,
  UserBlocked,
  UserNotFound,
} from "@chat/domain/Errors"
import { accountLog, type CommandId, ConversationId, conversationLog, UserId } from "@chat/domain/Ids"
import { Seq } from "@chat/domain/Values"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Context from "effect/Context"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { ServerConfig } from "../config/ServerConfig.ts"
import { hasBlocked, refuses } from "../contacts/relations.ts"
import { RateLimits } from "../limits/RateLimits.ts"
import { Commands } from "../logs/Commands.ts"
import type { CommandKey } from "../logs/InFlight.ts"
import { Logs } from "../logs/Logs.ts"
import { sees } from "../logs/visibility.ts"
import { Database } from "../storage/Database.ts"
import { Membership } from "./Membership.ts"
import { unchanged } from "./unchanged.ts"

interface GroupCommand {
  readonly commandId: CommandId
  readonly conversation: ConversationId
}

interface AddCommand extends GroupCommand {
  readonly user: UserId
}

interface OpenCommand {
  readonly commandId: CommandId
  readonly users: ReadonlyArray<UserId>
}

type Refusal = UserNotFound | FriendsOnly | UserBlocked | TooLarge | RateLimited | IdTaken | StorageUnavailable

/** How somebody who is to be added stands to who adds them. */
const Guests = Schema.Array(
  Schema.Struct({ id: UserId, refused: Schema.Boolean, blocked: Schema.Boolean, silenced: Schema.Boolean }),
)
const Standing = Schema.Array(Schema.Struct({ people: Schema.Int, seen: Schema.Boolean, silences: Schema.Boolean }))

/** Conversations of a few people, who are all equals. Each change is one command: once for ever, with its event. */
export class Groups extends Context.Service<
  Groups,
  {
    readonly open: (actor: UserId, command: OpenCommand) => Effect.Effect<Receipt, BadRequest | Refusal>
    readonly add: (actor: UserId, command: AddCommand) => Effect.Effect<Receipt, ConversationNotFound | Refusal>
    readonly leave: (
      actor: UserId,
      command: GroupCommand,
      /** Also a group that they have never seen. */
      options?: { readonly unseen?: boolean },
    ) => Effect.Effect<Receipt, ConversationNotFound | IdTaken | StorageUnavailable>
  }
>()("@chat/server/conversations/Groups") {
  static readonly layer = Layer.effect(
    Groups,
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const { limits } = yield* ServerConfig
      const limit = limits.groupMembers
      const logs = yield* Logs
      const commands = yield* Commands
      const membership = yield* Membership
      const rates = yield* RateLimits
      const random = yield* SecureRandom.SecureRandom

      // A repeat is answered before anything is checked.
      const limited = <E>(key: CommandKey, run: Effect.Effect<Receipt, E | IdTaken | StorageUnavailable>) =>
        Effect.matchEffect(rates.invitation(key.actor), {
          onSuccess: () => run,
          onFailure: (error) =>
            Effect.flatMap(commands.find(key), (known) =>
              known === undefined ? Effect.fail(error) : Effect.succeed(known),
            ),
        })

      /** Those who are to be added; refused if one of them may not be. Under the locks of their logs. */
      const guestsOf = Effect.fnUntraced(function* (actor: UserId, users: ReadonlyArray<UserId>) {
        const rows = yield* sql`SELECT u.id, ${refuses(sql, "u.id", actor)} AS refused,
            ${hasBlocked(sql, "u.id", actor)} AS silenced,
            EXISTS (SELECT FROM blocks x WHERE x.account_id = ${actor} AND x.blocked_id = u.id) AS blocked
          FROM users u WHERE u.id IN (SELECT value::uuid FROM jsonb_array_elements_text(${PgTypes.jsonb(users)}))
            AND u.deleted_at IS NULL AND u.deactivated_at IS NULL`
        const found = new Map((yield* Schema.decodeUnknownEffect(Guests)(rows)).map((guest) => [guest.id, guest]))
        for (const user of users) {
          const guest = found.get(user)
          if (guest === undefined) return yield* new UserNotFound({ user })
          if (guest.blocked) return yield* new UserBlocked({ user })
          if (guest.refused) return yield* new FriendsOnly({ user })
        }
        return found
      })

      const checkSize = (people: number) =>
        people > limit ? Effect.fail(new TooLarge({ what: "group", limit, actual: people })) : Effect.void

      const open = Effect.fn("Groups.open")(function* (actor: UserId, { commandId, users }: OpenCommand) {
        const others = [...new Set(users)].filter((user) => user !== actor)
        const key = { actor, id: commandId, type: "GroupOpened" }
        const execute = Effect.gen(function* () {
          if (others.length < 2) return yield* new BadRequest({ detail: "a group needs at least two others" })
          yield* checkSize(others.length + 1)
          yield* logs.lock([actor, ...others].map(accountLog))
          const guests = yield* guestsOf(actor, others)
          const id = ConversationId.make(yield* random.uuidV7())
          const log = conversationLog(id)
          yield* logs.create(log, "conversation")
          const data = { members: [actor, ...others] }
          const { seq, at } = yield* logs.append({ log, actor, command: commandId, type: "GroupOpened", data })
          yield* sql`INSERT INTO conversations (id, kind, history, access, member_count, created_at)
            VALUES (${id}, 'group', 'all', 'private', 0, ${at}::timestamptz)`
          const beginning = { joined: seq, from: seq, read: seq, role: null }
          yield* membership.add(id, actor, beginning)
          for (const user of others) {
            if (guests.get(user)?.silenced === true) yield* membership.addUnseen(id, user, seq)
            else yield* membership.add(id, user, beginning)
          }
          return { conversation: id, seq, at, changed: true }
        })
        return yield* limited(key, commands.run<BadRequest | Refusal>({ ...key, execute }))
      })

      /** What somebody is to a group, and whether they have blocked another; undefined: they are not in it. */
      const standing = Effect.fnUntraced(function* (conversation: ConversationId, account: UserId, other: UserId) {
        const rows = yield* sql`SELECT c.member_count AS people, ${sees(sql, account, "c.id")} AS seen,
            ${hasBlocked(sql, "m.account_id", other)} AS silences
          FROM conversations c JOIN members m ON m.conversation_id = c.id AND m.account_id = ${account}
          WHERE c.id = ${conversation} AND c.kind = 'group'`
        return (yield* Schema.decodeUnknownEffect(Standing)(rows))[0]
      })

      const decideToAdd = Effect.fnUntraced(function* (actor: UserId, { commandId, conversation, user }: AddCommand) {
        const log = conversationLog(conversation)
        yield* logs.lock([log, accountLog(user)])
        const own = yield* standing(conversation, actor, user)
        if (own?.seen !== true) return yield* new ConversationNotFound({ conversation })
        const theirs = yield* standing(conversation, user, actor)
        if (theirs !== undefined) {
          // Who is in it for everybody but themselves still is, if this is by somebody whom they have blocked.
          if (!theirs.seen && !theirs.silences) yield* membership.reveal(conversation, user)
          return yield* unchanged(logs, conversation)
        }
        const guest = (yield* guestsOf(actor, [user])).get(user)
        yield* checkSize(own.people + 1)
        const data = { user }
        const { seq, at } = yield* logs.append({ log, actor, command: commandId, type: "MemberAdded", data })
        if (guest?.silenced === true) yield* membership.addUnseen(conversation, user, seq)
        else yield* membership.add(conversation, user, { joined: seq, from: Seq.make(1), read: seq, role: null })
        return { conversation, seq, at, changed: true }
      })

      const add = Effect.fn("Groups.add")(function* (actor: UserId, command: AddCommand) {
        const key = { actor, id: command.commandId, type: "MemberAdded" }
        const execute = decideToAdd(actor, command)
        return yield* limited(key, commands.run<ConversationNotFound | Refusal>({ ...key, execute }))
      })

      const leave = Effect.fn("Groups.leave")(function* (
        actor: UserId,
        { commandId, conversation }: GroupCommand,
        { unseen = false }: { readonly unseen?: boolean } = {},
      ) {
        const log = conversationLog(conversation)
        return yield* commands.run({
          actor,
          id: commandId,
          type: "MemberLeft",
          execute: Effect.gen(function* () {
            yield* logs.lock([log, accountLog(actor)])
            const own = yield* standing(conversation, actor, actor)
            if (own === undefined || (!own.seen && !unseen)) return yield* new ConversationNotFound({ conversation })
            const data = { user: actor, reason: "left" }
            const { seq, at } = yield* logs.append({ log, actor, command: commandId, type: "MemberLeft", data })
            yield* membership.remove(conversation, actor, { last: seq, by: actor })
            return { conversation, seq, at, changed: true }
          }),
        })
      })

      return Groups.of({ open, add, leave })
    }),
  ).pipe(Layer.provide(SecureRandom.layerWebCrypto))
}
