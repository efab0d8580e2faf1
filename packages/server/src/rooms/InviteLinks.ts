import type { Receipt } from "@chat/domain/Conversation"
import {
  type BadRequest,
  type ConversationNotFound,
  Forbidden,
  type NotMember,
  type StorageUnavailable,
} from "@chat/domain/Errors"
import { type ConversationId, conversationLog, UserId } from "@chat/domain/Ids"
import { type InviteLink, InviteUses } from "@chat/domain/Invite"
import { may } from "@chat/domain/permissions"
import { Seq, type Timestamp } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { pageCursor } from "../storage/pageCursor.ts"
import { unchanged } from "../conversations/unchanged.ts"
import { Commands } from "../logs/Commands.ts"
import { Logs } from "../logs/Logs.ts"
import { Keys } from "../sessions/Keys.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { int8, Time } from "../storage/rows.ts"
import { Directory, knownUser } from "../users/Directory.ts"
import { hashOf, tokenOf } from "./links.ts"
import type { RoomCommand, RoomRefusal } from "./Rooms.ts"
import { readRoomToInvite } from "./RoomRow.ts"
import { checkToCome } from "./settings.ts"

export interface LinkCommand extends RoomCommand {
  readonly expiresAt?: Timestamp
  readonly uses?: number
}

export interface RevokeCommand extends RoomCommand {
  readonly link: Seq
}

interface LinkPage {
  readonly conversation: ConversationId
  readonly after: string | undefined
  readonly limit: number
}

const LinkRow = Schema.Struct({
  link: int8(Seq),
  by: UserId,
  at: Time,
  expiresAt: Schema.NullOr(Time),
  uses: Schema.NullOr(InviteUses),
  used: Schema.Int,
})
const decodeLinks = Schema.decodeUnknownEffect(Schema.Array(LinkRow))
const Makers = Schema.Array(Schema.Struct({ by: UserId }))
const cursor = pageCursor(Seq)

/** Links into rooms: who has one comes in. */
export class InviteLinks extends Context.Service<
  InviteLinks,
  {
    readonly create: (
      actor: UserId,
      command: LinkCommand,
    ) => Effect.Effect<Receipt & { readonly token: string }, RoomRefusal | BadRequest>
    readonly revoke: (actor: UserId, command: RevokeCommand) => Effect.Effect<Receipt, RoomRefusal>
    /** The newest first. */
    readonly list: (
      actor: UserId,
      page: LinkPage,
    ) => Effect.Effect<
      { readonly links: ReadonlyArray<InviteLink>; readonly next: string | null },
      ConversationNotFound | NotMember | Forbidden | BadRequest | StorageUnavailable
    >
  }
>()("@chat/server/rooms/InviteLinks") {
  static readonly layer = Layer.effect(
    InviteLinks,
    Effect.gen(function* () {
      const { write: sql, read } = yield* Database
      const logs = yield* Logs
      const commands = yield* Commands
      const directory = yield* Directory
      const { inviteKey } = yield* Keys

      const create = Effect.fn("InviteLinks.create")(function* (actor: UserId, command: LinkCommand) {
        const { commandId, conversation, expiresAt = null, uses = null } = command
        const log = conversationLog(conversation)
        const token = tokenOf(Redacted.value(inviteKey), actor, commandId)
        const receipt = yield* commands.run({
          actor,
          id: commandId,
          type: "InviteLinkMade",
          execute: Effect.gen(function* () {
            yield* logs.lock([log])
            yield* readRoomToInvite(sql, conversation, actor)
            yield* checkToCome("expiresAt", command.expiresAt)
            yield* sql`DELETE FROM invite_links
              WHERE conversation_id = ${conversation} AND expires_at <= clock_timestamp()`
            const data = { expiresAt, uses }
            const { seq, at } = yield* logs.append({ log, actor, command: commandId, type: "InviteLinkMade", data })
            yield* sql`INSERT INTO invite_links (conversation_id, seq, hash, by_id, at, expires_at, uses)
              VALUES (${conversation}, ${seq}, decode(${hashOf(token)}, 'hex'), ${actor}, ${at}::timestamptz,
                ${expiresAt}::timestamptz, ${uses})`
            return { conversation, seq, at, changed: true }
          }),
        })
        return { ...receipt, token }
      })

      const revoke = Effect.fn("InviteLinks.revoke")(function* (actor: UserId, command: RevokeCommand) {
        const { commandId, conversation, link } = command
        const log = conversationLog(conversation)
        return yield* commands.run({
          actor,
          id: commandId,
          type: "InviteLinkRevoked",
          execute: Effect.gen(function* () {
            yield* logs.lock([log])
            const { role } = yield* readRoomToInvite(sql, conversation, actor)
            const rows = yield* sql`SELECT by_id AS by FROM invite_links
              WHERE conversation_id = ${conversation} AND seq = ${link}`
            const [found] = yield* Schema.decodeUnknownEffect(Makers)(rows)
            if (found === undefined) return yield* unchanged(logs, conversation)
            if (found.by !== actor && !may(role, "invite")) return yield* new Forbidden({ action: "invite" })
            yield* sql`DELETE FROM invite_links WHERE conversation_id = ${conversation} AND seq = ${link}`
            const data = { link }
            const { seq, at } = yield* logs.append({ log, actor, command: commandId, type: "InviteLinkRevoked", data })
            return { conversation, seq, at, changed: true }
          }),
        })
      })

      const list = Effect.fn("InviteLinks.list")(function* (actor: UserId, { conversation, after, limit }: LinkPage) {
        const before = (yield* cursor.decode(after)) ?? null
        yield* readRoomToInvite(read, conversation, actor)
        const rows = yield* read`SELECT seq AS link, by_id AS by, at, expires_at AS "expiresAt", uses, used
          FROM invite_links
          WHERE conversation_id = ${conversation} AND (expires_at IS NULL OR expires_at > clock_timestamp())
            AND (${before}::bigint IS NULL OR seq < ${before}::bigint)
          ORDER BY seq DESC LIMIT ${limit + 1}`
        const found = yield* decodeLinks(rows)
        const page = found.slice(0, limit)
        const users = yield* directory.resolve(page.map(({ by }) => by))
        const last = page.at(-1)
        const next = found.length > limit && last !== undefined ? yield* cursor.encode(last.link) : null
        return { links: page.map(({ by, ...link }) => Object.assign(link, { by: knownUser(users, by) })), next }
      }, orUnavailable)

      return InviteLinks.of({ create, revoke, list })
    }),
  )
}
