import type { Receipt } from "@chat/domain/Conversation"
import {
  type BadRequest,
  type CapacityExceeded,
  type ConversationNotFound,
  Forbidden,
  type IdTaken,
  MemberNotFound,
  type NotMember,
  type RoomNameTaken,
  type StorageUnavailable,
  type TooLarge,
  type WeakPassword,
} from "@chat/domain/Errors"
import { accountLog, type CommandId, type ConversationId, conversationLog, UserId } from "@chat/domain/Ids"
import { type Action, may, mayTo, Role } from "@chat/domain/permissions"
import { type RoomChanges, RoomSettings } from "@chat/domain/Room"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Passwords } from "../passwords/Passwords.ts"
import { Audit } from "../audit/Audit.ts"
import { ServerConfig } from "../config/ServerConfig.ts"
import { Membership } from "../conversations/Membership.ts"
import { unchanged } from "../conversations/unchanged.ts"
import { makeInvitationStore } from "../invitations/InvitationStore.ts"
import { Commands } from "../logs/Commands.ts"
import { Logs } from "../logs/Logs.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { readRoomFor, type RoomRow, setRole as setRoleOf, settingsOf } from "./RoomRow.ts"
import { checkLimits, checkName, checkPassword } from "./settings.ts"

export interface RoomCommand {
  readonly commandId: CommandId
  readonly conversation: ConversationId
}

export interface UpdateCommand extends RoomCommand {
  readonly changes: RoomChanges
}

export interface MemberCommand extends RoomCommand {
  readonly user: UserId
}

export interface RoleCommand extends MemberCommand {
  readonly role: "moderator" | "member"
}

export type RoomRefusal = ConversationNotFound | NotMember | Forbidden | IdTaken | StorageUnavailable
type UpdateRefusal = RoomRefusal | RoomNameTaken | WeakPassword | TooLarge | BadRequest | CapacityExceeded

const People = Schema.Array(Schema.Struct({ account: UserId, member: Schema.Boolean }))
const RoleRow = Schema.Array(Schema.Struct({ role: Role }))
const sameSettings = Schema.toEquivalence(RoomSettings)

const ofOwner = ["history", "access", "password", "memberLimit"] as const

/** What somebody needs to be allowed to make these changes. */
const actionFor = (role: RoomRow["role"], changes: RoomChanges): Action =>
  ofOwner.some((key) => changes[key] !== undefined) && !may(role, "changeAccess") ? "changeAccess" : "changeRoom"

/** What is set for rooms, whose they are, and their end. Each change is one command: once for ever, with its event. */
export class Rooms extends Context.Service<
  Rooms,
  {
    readonly update: (actor: UserId, command: UpdateCommand) => Effect.Effect<Receipt, UpdateRefusal>
    readonly delete: (actor: UserId, command: RoomCommand) => Effect.Effect<Receipt, RoomRefusal>
    readonly transfer: (actor: UserId, command: MemberCommand) => Effect.Effect<Receipt, RoomRefusal | MemberNotFound>
    readonly setRole: (actor: UserId, command: RoleCommand) => Effect.Effect<Receipt, RoomRefusal | MemberNotFound>
  }
>()("@chat/server/rooms/Rooms") {
  static readonly layer = Layer.effect(
    Rooms,
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const { limits } = yield* ServerConfig
      const logs = yield* Logs
      const commands = yield* Commands
      const membership = yield* Membership
      const passwords = yield* Passwords
      const audit = yield* Audit
      const invitations = yield* makeInvitationStore

      /** How the room is to be; refused for whoever may not, and where it cannot be. */
      const changed = Effect.fnUntraced(function* (actor: UserId, { conversation, changes }: UpdateCommand) {
        const room = yield* readRoomFor(sql, conversation, actor, "changeRoom")
        const action = actionFor(room.role, changes)
        if (!may(room.role, action)) return yield* new Forbidden({ action })
        const { password, ...settings } = changes
        const after = settingsOf({ ...settingsOf(room), ...settings })
        const keeps = after.access === "password" && room.access === "password"
        if (!keeps || password !== undefined) yield* checkPassword(after.access, password !== undefined)
        return { room, after }
      })

      const hashOf = Effect.fnUntraced(function* (actor: UserId, command: UpdateCommand) {
        yield* checkLimits(limits, command.changes)
        const { password } = command.changes
        if (password === undefined) return undefined
        // A hash takes long: only for whoever may, and before the transaction, which asks again.
        yield* orUnavailable(changed(actor, command))
        yield* passwords.check(Redacted.make(password))
        return yield* passwords.hash(Redacted.make(password))
      })

      const update = Effect.fn("Rooms.update")(function* (actor: UserId, command: UpdateCommand) {
        const { commandId, conversation, changes } = command
        const key = { actor, id: commandId, type: "RoomChanged" }
        const prepared = yield* hashOf(actor, command).pipe(
          Effect.map((hash) => ({ hash })),
          Effect.catch((error) =>
            Effect.flatMap(commands.find(key), (receipt) =>
              receipt === undefined ? Effect.fail(error) : Effect.succeed({ receipt }),
            ),
          ),
        )
        if ("receipt" in prepared) return prepared.receipt
        const log = conversationLog(conversation)
        return yield* commands.run({
          ...key,
          execute: Effect.gen(function* () {
            yield* logs.lock([log])
            const { room, after } = yield* changed(actor, command)
            const { hash } = prepared
            if (hash === undefined && sameSettings(after, settingsOf(room))) return yield* unchanged(logs, conversation)
            if (after.name.toLowerCase() !== room.name.toLowerCase()) yield* checkName(sql, after.name)
            const data = after
            const { seq, at } = yield* logs.append({ log, actor, command: commandId, type: "RoomChanged", data })
            const passwordHash = after.access === "password" ? (hash ?? room.passwordHash) : null
            yield* sql`UPDATE conversations SET name = ${after.name}, topic = ${after.topic},
                history = ${after.history}, access = ${after.access}, password_hash = ${passwordHash},
                slow_mode = ${after.slowMode}, read_only = ${after.readOnly}, member_limit = ${after.memberLimit},
                archived = ${after.archived}
              WHERE id = ${conversation}`
            yield* logs.raiseAccess(log)
            if (changes.access !== undefined || hash !== undefined) {
              yield* audit.record("room-access", { account: actor, detail: { conversation, access: after.access } })
            }
            return { conversation, seq, at, changed: true }
          }),
        })
      })

      // Members, and who is invited. Somebody who comes in while the logs are being locked is locked as well; at worst the
      // database sees two of us wait for each other, and one begins again.
      const lockMembers = Effect.fnUntraced(function* (conversation: ConversationId) {
        const locked = new Set<UserId>()
        while (true) {
          const rows = yield* sql`SELECT account_id AS account, true AS member FROM members
              WHERE conversation_id = ${conversation}
            UNION ALL SELECT account_id, false FROM invitations WHERE conversation_id = ${conversation}`
          const people = yield* Schema.decodeUnknownEffect(People)(rows)
          const members = people.flatMap(({ account, member }) => (member ? [account] : []))
          const missing = people.map(({ account }) => account).filter((account) => !locked.has(account))
          if (missing.length === 0 && locked.size > 0) return members
          yield* logs.lock([conversationLog(conversation), ...missing.map(accountLog)])
          for (const account of missing) locked.add(account)
          if (missing.length === 0) return members
        }
      })

      const remove = Effect.fn("Rooms.delete")(function* (actor: UserId, { commandId, conversation }: RoomCommand) {
        const log = conversationLog(conversation)
        return yield* commands.run({
          actor,
          id: commandId,
          type: "RoomDeleted",
          execute: Effect.gen(function* () {
            // As long as there are messages and members: it is done once, and for good.
            yield* sql`SET LOCAL statement_timeout = 0`
            yield* readRoomFor(sql, conversation, actor, "deleteRoom")
            const members = yield* lockMembers(conversation)
            yield* readRoomFor(sql, conversation, actor, "deleteRoom")
            const { seq, at } = yield* logs.append({ log, actor, command: commandId, type: "RoomDeleted", data: {} })
            yield* membership.removeAll(conversation, members, { last: seq, by: actor })
            yield* invitations.endAllTo(conversation)
            yield* sql`DELETE FROM message_revisions r USING messages m
              WHERE m.id = r.message_id AND m.conversation_id = ${conversation}`
            yield* sql`DELETE FROM reactions r USING messages m
              WHERE m.id = r.message_id AND m.conversation_id = ${conversation}`
            yield* sql`UPDATE messages SET body = NULL, rev = ${seq},
                deleted_at = coalesce(deleted_at, ${at}::timestamptz), mentions = '{}', mentions_room = NULL,
                forwarded = NULL, replies = 0, last_reply = NULL, reacted = false, pinned_at = NULL, pinned_by = NULL
              WHERE conversation_id = ${conversation} AND (deleted_at IS NULL OR replies > 0)`
            yield* sql`DELETE FROM bans WHERE conversation_id = ${conversation}`
            yield* sql`DELETE FROM invite_links WHERE conversation_id = ${conversation}`
            yield* sql`DELETE FROM slow_posts WHERE conversation_id = ${conversation}`
            yield* sql`UPDATE conversations SET deleted_at = ${at}::timestamptz WHERE id = ${conversation}`
            yield* audit.record("room-deletion", { account: actor, detail: { conversation } })
            return { conversation, seq, at, changed: true }
          }),
        })
      })

      const roleOf = Effect.fnUntraced(function* (conversation: ConversationId, user: UserId) {
        const rows =
          yield* sql`SELECT role FROM members WHERE conversation_id = ${conversation} AND account_id = ${user}`
        const [member] = yield* Schema.decodeUnknownEffect(RoleRow)(rows)
        return member?.role ?? (yield* new MemberNotFound({ user }))
      })

      const transfer = Effect.fn("Rooms.transfer")(function* (actor: UserId, command: MemberCommand) {
        const { commandId, conversation, user } = command
        const log = conversationLog(conversation)
        return yield* commands.run({
          actor,
          id: commandId,
          type: "RoomTransferred",
          execute: Effect.gen(function* () {
            yield* logs.lock([log])
            yield* readRoomFor(sql, conversation, actor, "transferRoom")
            yield* roleOf(conversation, user)
            if (user === actor) return yield* unchanged(logs, conversation)
            const data = { from: actor, to: user }
            const { seq, at } = yield* logs.append({ log, actor, command: commandId, type: "RoomTransferred", data })
            yield* setRoleOf(sql, conversation, actor, "moderator")
            yield* setRoleOf(sql, conversation, user, "owner")
            yield* logs.raiseAccess(log)
            yield* audit.record("role", { account: actor, detail: { conversation, user, role: "owner" } })
            return { conversation, seq, at, changed: true }
          }),
        })
      })

      const setRole = Effect.fn("Rooms.setRole")(function* (actor: UserId, command: RoleCommand) {
        const { commandId, conversation, user, role } = command
        const log = conversationLog(conversation)
        return yield* commands.run({
          actor,
          id: commandId,
          type: "RoleChanged",
          execute: Effect.gen(function* () {
            yield* logs.lock([log])
            const room = yield* readRoomFor(sql, conversation, actor, "setRole")
            const before = yield* roleOf(conversation, user)
            if (!mayTo(room.role, "setRole", before)) return yield* new Forbidden({ action: "setRole" })
            if (before === role) return yield* unchanged(logs, conversation)
            const data = { user, role }
            const { seq, at } = yield* logs.append({ log, actor, command: commandId, type: "RoleChanged", data })
            yield* setRoleOf(sql, conversation, user, role)
            yield* logs.raiseAccess(log)
            yield* audit.record("role", { account: actor, detail: { conversation, user, role } })
            return { conversation, seq, at, changed: true }
          }),
        })
      })

      return Rooms.of({ update, delete: remove, transfer, setRole })
    }),
  ).pipe(Layer.provide(Passwords.layer))
}
