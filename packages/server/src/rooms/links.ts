import type { ConversationId, UserId } from "@chat/domain/Ids"
import { mayInvite, Role } from "@chat/domain/permissions"
import { RoomAccess } from "@chat/domain/Room"
import { Seq } from "@chat/domain/Values"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { createHash, createHmac } from "node:crypto"
import { int8 } from "../storage/rows.ts"

/** The token of the link that a command makes, which need not be stored to be given again. */
export const tokenOf = (key: Uint8Array, actor: UserId, command: string): string =>
  createHmac("sha256", key).update(`${actor}/${command}`).digest("base64url")

/** What is stored of a token. */
export const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex")

const Link = Schema.Array(Schema.Struct({ link: int8(Seq), role: Schema.NullOr(Role), access: RoomAccess }))

/**
 * The link with this token if it lets in: there is one, it is of this room, has not ended, and who made it may still
 * invite and is no account that an admin has closed. Under the lock of the room's log, so that the last use is had by one.
 */
export const findLink = Effect.fnUntraced(function* (sql: PgClient, conversation: ConversationId, token: string) {
  const rows = yield* sql`SELECT l.seq AS link, m.role, c.access
    FROM invite_links l JOIN conversations c ON c.id = l.conversation_id
    JOIN users u ON u.id = l.by_id AND u.deactivated_at IS NULL AND u.deleted_at IS NULL
    LEFT JOIN members m ON m.conversation_id = l.conversation_id AND m.account_id = l.by_id
    WHERE l.hash = decode(${hashOf(token)}, 'hex') AND l.conversation_id = ${conversation}
      AND (l.expires_at IS NULL OR l.expires_at > clock_timestamp())`
  const [found] = yield* Schema.decodeUnknownEffect(Link)(rows)
  return found !== undefined && mayInvite(found.access, found.role) ? found.link : undefined
})

/** Counts one who has come in. Of a link that is used up nothing is kept. */
export const useLink = (sql: PgClient, conversation: ConversationId, link: Seq) =>
  Effect.andThen(
    sql`UPDATE invite_links SET used = used + 1 WHERE conversation_id = ${conversation} AND seq = ${link}`,
    sql`DELETE FROM invite_links WHERE conversation_id = ${conversation} AND seq = ${link} AND used >= uses`,
  )
