import { ConversationNotFound, OwnerMustStay, RoomPasswordRequired, WrongRoomPassword } from "@chat/domain/Errors"
import { accountLog, type CommandId, type ConversationId, conversationLog, UserId } from "@chat/domain/Ids"
import { Seq } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Passwords } from "../passwords/Passwords.ts"
import { ServerConfig } from "../config/ServerConfig.ts"
import { Membership } from "../conversations/Membership.ts"
import { unchanged } from "../conversations/unchanged.ts"
import { makeInvitationStore } from "../invitations/InvitationStore.ts"
import { ClientAddress } from "../limits/ClientAddress.ts"
import { RateLimits } from "../limits/RateLimits.ts"
import { Commands } from "../logs/Commands.ts"
import { Logs } from "../logs/Logs.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { type EntryProof, entryRefusal } from "./entry.ts"
import { findLink, useLink } from "./links.ts"
import { readRoom, setRole } from "./RoomRow.ts"

export interface LeaveCommand {
  readonly commandId: CommandId
  readonly conversation: ConversationId
}

export interface JoinCommand extends LeaveCommand {
  readonly password?: string
  /** The token of a link. */
  readonly link?: string
}

export interface LeaveOptions {
  /** An owner leaves too, and somebody else becomes the owner. */
  readonly handOver?: boolean
}

const Heir = Schema.Array(Schema.Struct({ heir: UserId }))

/** Becoming a member of a room, and being one no longer. */
export const makeComingAndGoing = Effect.gen(function* () {
  const { write: sql } = yield* Database
  const config = yield* ServerConfig
  const logs = yield* Logs
  const commands = yield* Commands
  const membership = yield* Membership
  const passwords = yield* Passwords
  const rates = yield* RateLimits
  const invitations = yield* makeInvitationStore

  // A hash takes long, and so is compared before the transaction, which then asks for the hash that was compared.
  const prove = Effect.fnUntraced(function* (actor: UserId, command: JoinCommand) {
    const { conversation, password } = command
    const none: EntryProof = {}
    // With a link or an invitation no password is asked for; whether it is good is seen under the lock.
    if (command.link !== undefined) return none
    const room = yield* orUnavailable(readRoom(sql, conversation, actor))
    if (room === undefined || room.member || room.passwordHash === null) return none
    // Whatever else stands in the way is said first, and spares the hash.
    if ((yield* orUnavailable(invitations.find({ conversation, user: actor })))?.lets === true) return none
    const { passwordHash } = room
    if (entryRefusal(conversation, room, { passwordHash }, config.limits.roomMembers) !== undefined) return none
    const known = yield* commands.find({ actor, id: command.commandId, type: "MemberJoined" })
    if (known !== undefined) return none
    if (password === undefined) return yield* new RoomPasswordRequired()
    const attempt = { account: actor, room: conversation, address: yield* ClientAddress }
    yield* rates.guessRoom(attempt)
    const verdict = yield* passwords.verifyOrWaste(passwordHash, Redacted.make(password))
    if (verdict === "wrong") return yield* new WrongRoomPassword()
    yield* rates.guessedRoomRight(attempt)
    return { passwordHash }
  })

  const enter = Effect.fnUntraced(function* (actor: UserId, command: JoinCommand) {
    const { commandId, conversation } = command
    const shown = yield* prove(actor, command)
    return yield* commands.run({
      actor,
      id: commandId,
      type: "MemberJoined",
      execute: Effect.gen(function* () {
        yield* logs.lock([conversationLog(conversation), accountLog(actor)])
        const room = yield* readRoom(sql, conversation, actor)
        if (room?.member === true) return yield* unchanged(logs, conversation)
        const link = command.link === undefined ? undefined : yield* findLink(sql, conversation, command.link)
        const invitation = yield* invitations.find({ conversation, user: actor })
        const proof: EntryProof = {
          ...(command.link === undefined ? shown : { link: link !== undefined }),
          ...(invitation?.received === true ? { invitation: invitation.lets } : {}),
        }
        const refusal = entryRefusal(conversation, room, proof, config.limits.roomMembers)
        if (refusal !== undefined) return yield* refusal
        const { seq, at } = yield* logs.append({
          log: conversationLog(conversation),
          actor,
          command: commandId,
          type: "MemberJoined",
          data: { user: actor },
        })
        if (link !== undefined) yield* useLink(sql, conversation, link)
        yield* invitations.end({ conversation, user: actor }, "joined")
        const from = room?.history === "all" ? Seq.make(1) : seq
        yield* membership.add(conversation, actor, { joined: seq, from, read: seq, role: "member" })
        return { conversation, seq, at, changed: true }
      }),
    })
  })

  // Whoever has been a moderator longest, or a member where there is none.
  const handOver = Effect.fnUntraced(function* (conversation: ConversationId, owner: UserId) {
    const rows = yield* sql`SELECT m.account_id AS heir FROM members m JOIN users u ON u.id = m.account_id
      WHERE m.conversation_id = ${conversation} AND m.account_id <> ${owner} AND u.deleted_at IS NULL
      ORDER BY m.role = 'moderator' DESC, m.joined, m.account_id LIMIT 1`
    const [next] = yield* Schema.decodeUnknownEffect(Heir)(rows)
    if (next === undefined) return
    const { heir } = next
    const data = { from: owner, to: heir }
    yield* logs.append({ log: conversationLog(conversation), actor: owner, type: "RoomTransferred", data })
    yield* setRole(sql, conversation, owner, "moderator")
    yield* setRole(sql, conversation, heir, "owner")
  })

  const join = Effect.fn("RoomMembership.join")(function* (actor: UserId, command: JoinCommand) {
    return yield* enter(actor, command).pipe(
      // Whoever gave a password is asked for none: where it was not needed a moment ago, it is compared now.
      Effect.retry({
        while: (error) => error._tag === "RoomPasswordRequired" && command.password !== undefined,
        times: 10,
      }),
    )
  })

  const leave = Effect.fn("RoomMembership.leave")(function* (
    actor: UserId,
    { commandId, conversation }: LeaveCommand,
    options: LeaveOptions = {},
  ) {
    return yield* commands.run({
      actor,
      id: commandId,
      type: "MemberLeft",
      execute: Effect.gen(function* () {
        yield* logs.lock([conversationLog(conversation), accountLog(actor)])
        const room = yield* readRoom(sql, conversation, actor)
        if (room === undefined || (room.access === "private" && !room.member)) {
          return yield* new ConversationNotFound({ conversation })
        }
        if (!room.member) return yield* unchanged(logs, conversation)
        if (room.role === "owner" && room.memberCount > 1) {
          if (options.handOver !== true) return yield* new OwnerMustStay({ conversation })
          yield* handOver(conversation, actor)
        }
        const { seq, at } = yield* logs.append({
          log: conversationLog(conversation),
          actor,
          command: commandId,
          type: "MemberLeft",
          data: { user: actor, reason: "left" },
        })
        yield* membership.remove(conversation, actor, { last: seq, by: actor })
        return { conversation, seq, at, changed: true }
      }),
    })
  })

  return { join, leave }
})
