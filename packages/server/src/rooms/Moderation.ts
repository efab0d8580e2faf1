import type { Receipt } from "@chat/domain/Conversation"
import { type BadRequest, Forbidden, type StorageUnavailable, UserNotFound } from "@chat/domain/Errors"
import { accountLog, type ConversationId, conversationLog, UserId } from "@chat/domain/Ids"
import { type Action, mayTo, Role } from "@chat/domain/permissions"
import { type Ban, BanReason } from "@chat/domain/Room"
import { Timestamp } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Audit } from "../audit/Audit.ts"
import { Membership } from "../conversations/Membership.ts"
import { pageCursor } from "../storage/pageCursor.ts"
import { unchanged } from "../conversations/unchanged.ts"
import { makeInvitationStore } from "../invitations/InvitationStore.ts"
import { Commands } from "../logs/Commands.ts"
import { Logs } from "../logs/Logs.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { Time } from "../storage/rows.ts"
import { Directory, knownUser } from "../users/Directory.ts"
import type { MemberCommand, RoomRefusal } from "./Rooms.ts"
import { readRoomFor } from "./RoomRow.ts"
import { checkToCome } from "./settings.ts"

export interface BanCommand extends MemberCommand {
  readonly reason: BanReason
  readonly until?: Timestamp
}

const RoleRow = Schema.Array(Schema.Struct({ role: Schema.NullOr(Role) }))
const BanRow = Schema.Struct({ user: UserId, by: UserId, reason: BanReason, at: Time, until: Schema.NullOr(Time) })
const decodeBans = Schema.decodeUnknownEffect(Schema.Array(BanRow))
const cursor = pageCursor(Schema.Tuple([Timestamp, UserId]))

/** Removing members and keeping people out. */
export class Moderation extends Context.Service<
  Moderation,
  {
    readonly kick: (actor: UserId, command: MemberCommand) => Effect.Effect<Receipt, RoomRefusal>
    readonly ban: (
      actor: UserId,
      command: BanCommand,
    ) => Effect.Effect<Receipt, RoomRefusal | UserNotFound | BadRequest>
    readonly unban: (actor: UserId, command: MemberCommand) => Effect.Effect<Receipt, RoomRefusal>
    /** The newest first. */
    readonly bans: (
      actor: UserId,
      page: { readonly conversation: ConversationId; readonly after: string | undefined; readonly limit: number },
    ) => Effect.Effect<
      { readonly bans: ReadonlyArray<Ban>; readonly next: string | null },
      Exclude<RoomRefusal, { readonly _tag: "IdTaken" }> | BadRequest | StorageUnavailable
    >
  }
>()("@chat/server/rooms/Moderation") {
  static readonly layer = Layer.effect(
    Moderation,
    Effect.gen(function* () {
      const { write: sql, read } = yield* Database
      const logs = yield* Logs
      const commands = yield* Commands
      const membership = yield* Membership
      const directory = yield* Directory
      const audit = yield* Audit
      const invitations = yield* makeInvitationStore

      /**
       * Locks the room's log and the account's. Answers which accounts there are, and whether the one that is meant is a
       * member; refused for whoever may not do it to them.
       */
      const reach = Effect.fnUntraced(function* (actor: UserId, { conversation, user }: MemberCommand, action: Action) {
        const locked = yield* logs.lock([conversationLog(conversation), accountLog(user)])
        const { role } = yield* readRoomFor(sql, conversation, actor, action)
        const rows =
          yield* sql`SELECT role FROM members WHERE conversation_id = ${conversation} AND account_id = ${user}`
        const [member] = yield* Schema.decodeUnknownEffect(RoleRow)(rows)
        if (!mayTo(role, action, member?.role ?? null)) return yield* new Forbidden({ action })
        return { exists: locked.get(user) === "account", isMember: member !== undefined }
      })

      const kick = Effect.fn("Moderation.kick")(function* (actor: UserId, command: MemberCommand) {
        const { commandId, conversation, user } = command
        const log = conversationLog(conversation)
        return yield* commands.run({
          actor,
          id: commandId,
          type: "MemberLeft",
          execute: Effect.gen(function* () {
            const { isMember } = yield* reach(actor, command, "kick")
            if (!isMember) return yield* unchanged(logs, conversation)
            const data = { user, reason: "kicked" }
            const { seq, at } = yield* logs.append({ log, actor, command: commandId, type: "MemberLeft", data })
            yield* membership.remove(conversation, user, { last: seq, by: actor })
            yield* audit.record("kick", { account: actor, detail: { conversation, user } })
            return { conversation, seq, at, changed: true }
          }),
        })
      })

      const ban = Effect.fn("Moderation.ban")(function* (actor: UserId, command: BanCommand) {
        const { commandId, conversation, user, reason, until = null } = command
        const log = conversationLog(conversation)
        return yield* commands.run({
          actor,
          id: commandId,
          type: "MemberBanned",
          execute: Effect.gen(function* () {
            const { exists, isMember } = yield* reach(actor, command, "ban")
            if (!exists) return yield* new UserNotFound({ user })
            yield* checkToCome("until", command.until)
            const same = yield* sql`SELECT FROM bans WHERE conversation_id = ${conversation} AND account_id = ${user}
              AND reason = ${reason} AND until IS NOT DISTINCT FROM ${until}::timestamptz`
            if (same.length > 0 && !isMember) return yield* unchanged(logs, conversation)
            // First, so that the ban itself is not the last that they see.
            if (isMember) {
              const left = yield* logs.append({ log, actor, type: "MemberLeft", data: { user, reason: "banned" } })
              yield* membership.remove(conversation, user, { last: left.seq, by: actor })
            }
            const data = { user, until }
            const { seq, at } = yield* logs.append({ log, actor, command: commandId, type: "MemberBanned", data })
            yield* sql`INSERT INTO bans (conversation_id, account_id, by_id, reason, at, until)
              VALUES (${conversation}, ${user}, ${actor}, ${reason}, ${at}::timestamptz, ${until}::timestamptz)
              ON CONFLICT (conversation_id, account_id) DO UPDATE
              SET by_id = excluded.by_id, reason = excluded.reason, at = excluded.at, until = excluded.until`
            yield* invitations.end({ conversation, user }, "void")
            yield* audit.record("ban", { account: actor, detail: { conversation, user } })
            return { conversation, seq, at, changed: true }
          }),
        })
      })

      const unban = Effect.fn("Moderation.unban")(function* (actor: UserId, command: MemberCommand) {
        const { commandId, conversation, user } = command
        const log = conversationLog(conversation)
        return yield* commands.run({
          actor,
          id: commandId,
          type: "MemberUnbanned",
          execute: Effect.gen(function* () {
            yield* logs.lock([log])
            yield* readRoomFor(sql, conversation, actor, "ban")
            const lifted = yield* sql`DELETE FROM bans WHERE conversation_id = ${conversation} AND account_id = ${user}
              RETURNING account_id`
            if (lifted.length === 0) return yield* unchanged(logs, conversation)
            const data = { user }
            const { seq, at } = yield* logs.append({ log, actor, command: commandId, type: "MemberUnbanned", data })
            yield* audit.record("unban", { account: actor, detail: { conversation, user } })
            return { conversation, seq, at, changed: true }
          }),
        })
      })

      const bans = Effect.fn("Moderation.bans")(function* (
        actor: UserId,
        {
          conversation,
          after,
          limit,
        }: { readonly conversation: ConversationId; readonly after: string | undefined; readonly limit: number },
      ) {
        const [at, id] = (yield* cursor.decode(after)) ?? [null, null]
        yield* readRoomFor(read, conversation, actor, "ban")
        const rows = yield* read`SELECT account_id AS user, by_id AS by, reason, at, until FROM bans
          WHERE conversation_id = ${conversation} AND (until IS NULL OR until > clock_timestamp())
            AND (${at}::timestamptz IS NULL OR (at, account_id) < (${at}::timestamptz, ${id}::uuid))
          ORDER BY at DESC, account_id DESC LIMIT ${limit + 1}`
        const found = yield* decodeBans(rows)
        const page = found.slice(0, limit)
        const users = yield* directory.resolve(page.flatMap(({ user, by }) => [user, by]))
        const last = page.at(-1)
        const next = found.length > limit && last !== undefined ? yield* cursor.encode([last.at, last.user]) : null
        return {
          bans: page.map(({ user, by, reason, at, until }) => ({
            user: knownUser(users, user),
            by: knownUser(users, by),
            reason,
            at,
            until,
          })),
          next,
        }
      }, orUnavailable)

      return Moderation.of({ kick, ban, unban, bans })
    }),
  )
}
