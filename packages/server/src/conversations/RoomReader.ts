import type { MemberPage, Room as RoomType } from "@chat/domain/Conversation"
import { Room } from "@chat/domain/Conversation"
import { type BadRequest, ConversationNotFound, NotMember, type StorageUnavailable } from "@chat/domain/Errors"
import { type ConversationId, UserId } from "@chat/domain/Ids"
import { Role } from "@chat/domain/permissions"
import { RoomAccess } from "@chat/domain/Room"
import { Seq } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Directory, knownUser } from "../users/Directory.ts"

import { sees } from "../logs/visibility.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { escapeLike } from "../storage/like.ts"
import { int8 } from "../storage/rows.ts"
import { pageCursor } from "../storage/pageCursor.ts"

interface Page {
  readonly after: string | undefined
  readonly limit: number
}

const Rooms = Schema.Array(Room)
const Members = Schema.Array(
  Schema.Struct({
    asOf: int8(Seq),
    access: RoomAccess,
    member: Schema.Boolean,
    role: Schema.NullOr(Role),
    joined: Schema.NullOr(int8(Seq)),
    account: Schema.NullOr(UserId),
  }),
)
const memberCursor = pageCursor(Schema.Tuple([Seq, UserId]))

/** Rooms as everybody sees them, and who is in a conversation. */
export class RoomReader extends Context.Service<
  RoomReader,
  {
    /** Rooms that are not private by name; with a query, those whose name holds it. */
    readonly list: (
      account: UserId,
      page: Page & { readonly query: string | undefined },
    ) => Effect.Effect<{ readonly rooms: ReadonlyArray<RoomType>; readonly next: string | null }, StorageUnavailable>
    /** In the order of joining. */
    readonly members: (
      account: UserId,
      page: Page & { readonly conversation: ConversationId },
    ) => Effect.Effect<MemberPage, BadRequest | ConversationNotFound | NotMember | StorageUnavailable>
  }
>()("@chat/server/conversations/RoomReader") {
  static readonly layer = Layer.effect(
    RoomReader,
    Effect.gen(function* () {
      const { read: sql } = yield* Database
      const directory = yield* Directory

      const list = Effect.fn("RoomReader.list")(function* (
        account: UserId,
        { query, after, limit }: Page & { readonly query: string | undefined },
      ) {
        const holds = query === undefined ? null : `%${escapeLike(query)}%`
        const rows = yield* sql`SELECT c.id, c.name, c.topic, c.access, c.member_count AS "memberCount",
            b.account_id IS NOT NULL AS joined
          FROM conversations c
          LEFT JOIN members b ON b.conversation_id = c.id AND b.account_id = ${account}
          WHERE c.kind = 'room' AND c.deleted_at IS NULL AND c.access <> 'private'
            AND (NOT c.archived OR b.account_id IS NOT NULL)
            AND (${after ?? null}::text IS NULL OR lower(c.name) > lower(${after ?? null}::text))
            AND (${holds}::text IS NULL OR c.name ILIKE ${holds}::text)
          ORDER BY lower(c.name) LIMIT ${limit + 1}`
        const found = yield* Schema.decodeUnknownEffect(Rooms)(rows)
        const rooms = found.slice(0, limit)
        return { rooms, next: found.length > limit ? (rooms.at(-1)?.name ?? null) : null }
      }, orUnavailable)

      const members = Effect.fn("RoomReader.members")(function* (
        account: UserId,
        { conversation, after, limit }: Page & { readonly conversation: ConversationId },
      ) {
        const [joined, id] = (yield* memberCursor.decode(after)) ?? [null, null]
        const rows = yield* sql`SELECT l.seq AS "asOf", c.access, EXISTS (
            SELECT FROM members m WHERE m.conversation_id = c.id AND m.account_id = ${account}
          ) AND (c.kind = 'room' OR ${sees(sql, account, "c.id")}) AS member, p.*
          FROM logs l JOIN conversations c ON c.id = l.id
          LEFT JOIN LATERAL (
            SELECT m.joined, m.account_id AS account, m.role FROM members m WHERE m.conversation_id = c.id
              AND (${joined}::bigint IS NULL OR (m.joined, m.account_id) > (${joined}::bigint, ${id}::uuid))
            ORDER BY m.joined, m.account_id LIMIT ${limit + 1}
          ) p ON true
          WHERE l.id = ${conversation} AND c.deleted_at IS NULL ORDER BY p.joined, p.account`
        const found = yield* Schema.decodeUnknownEffect(Members)(rows)
        const [head] = found
        if (head === undefined || (head.access === "private" && !head.member)) {
          return yield* new ConversationNotFound({ conversation })
        }
        if (!head.member) return yield* new NotMember({ conversation })
        const all = found.flatMap(({ joined, account, role }) =>
          joined === null || account === null ? [] : [{ joined, account, role }],
        )
        const page = all.slice(0, limit)
        const users = yield* directory.resolve(page.map((member) => member.account))
        const last = page.at(-1)
        const next =
          all.length > limit && last !== undefined ? yield* memberCursor.encode([last.joined, last.account]) : null
        return {
          conversation,
          members: page.map(({ account, joined, role }) => ({ user: knownUser(users, account), joined, role })),
          next,
          asOf: head.asOf,
        }
      }, orUnavailable)

      return RoomReader.of({ list, members })
    }),
  )
}
