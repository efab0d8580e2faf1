import { type ConversationId, UserId } from "@chat/domain/Ids"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Schema from "effect/Schema"
import * as Effect from "effect/Effect"
import {
  ConversationNotFound,
  FriendsOnly,
  NotMember,
  ReadOnly,
  RoomArchived,
  type StorageUnavailable,
} from "@chat/domain/Errors"
import { obstacle, Role, type WritingRules } from "@chat/domain/permissions"
import { hasBlocked, refuses } from "../contacts/relations.ts"
import { sees } from "../logs/visibility.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { Int8 } from "../storage/rows.ts"

/** What somebody is to a conversation: nothing that they may know of, somebody who could join, or a member. */
type Standing = "none" | "outside" | "member"

/** What a conversation says to everybody who writes, and the revision of the log's access at which it does. */
interface Rules {
  readonly rev: number
  readonly rules: WritingRules
}

/** A standing, and what comes with it. */
export interface Access extends Rules {
  readonly standing: Standing
  /** Of a member of a room. */
  readonly role: Role | null
  /** The other person of a direct conversation takes messages from friends only, and this is none. */
  readonly refusedBy: UserId | undefined
  /** The other person of a direct conversation has blocked this one: what is written is for its author alone. */
  readonly silenced: boolean
  /** The other person of a direct conversation, who has seen nothing of it yet. */
  readonly unseenBy: UserId | undefined
}

const maxCached = 10_000

const Row = Schema.Array(
  Schema.Struct({
    rev: Int8,
    isOpen: Schema.Boolean,
    member: Schema.Boolean,
    role: Schema.NullOr(Role),
    archived: Schema.Boolean,
    readOnly: Schema.Boolean,
    slowMode: Schema.Int,
    peer: Schema.NullOr(UserId),
    refused: Schema.Boolean,
    silenced: Schema.Boolean,
    unseen: Schema.Boolean,
  }),
)

const nowhere: Access = {
  rev: 0,
  standing: "none",
  role: null,
  rules: { archived: false, readOnly: false, slowMode: 0 },
  refusedBy: undefined,
  silenced: false,
  unseenBy: undefined,
}

/** Reads a standing; inside a transaction that holds the log's lock it is what holds at the commit. */
export const readAccess = Effect.fnUntraced(function* (sql: PgClient, conversation: ConversationId, account: UserId) {
  const rows = yield* sql`SELECT l.access_rev AS rev, c.access <> 'private' AS "isOpen", m.role,
      m.account_id IS NOT NULL AND (c.kind = 'room' OR ${sees(sql, account, "c.id")})
        AND NOT EXISTS (SELECT FROM users x WHERE x.id = ${account} AND x.deleted_at IS NOT NULL) AS member, p.id AS peer,
      p.id IS NOT NULL AND ${refuses(sql, "p.id", account)} AS refused,
      p.id IS NOT NULL AND ${hasBlocked(sql, "p.id", account)} AS silenced,
      p.id IS NOT NULL AND NOT EXISTS (
        SELECT FROM visibility v WHERE v.account_id = p.id AND v.log_id = c.id AND v.to_seq IS NULL) AS unseen,
      c.archived, c.read_only AS "readOnly", c.slow_mode AS "slowMode"
    FROM logs l JOIN conversations c ON c.id = l.id
    LEFT JOIN members m ON m.conversation_id = c.id AND m.account_id = ${account}
    LEFT JOIN LATERAL (SELECT CASE WHEN c.low_id = ${account} THEN c.high_id ELSE c.low_id END AS id
      WHERE c.kind = 'direct') p ON true
    WHERE l.id = ${conversation} AND c.deleted_at IS NULL`
  const [row] = yield* Schema.decodeUnknownEffect(Row)(rows)
  if (row === undefined) return nowhere
  const { rev, isOpen, member, role, archived, readOnly, slowMode, refused, silenced, unseen } = row
  const peer = row.peer ?? undefined
  const standing: Standing = member ? "member" : isOpen ? "outside" : "none"
  return {
    rev,
    standing,
    role,
    rules: { archived, readOnly, slowMode },
    refusedBy: refused ? peer : undefined,
    silenced,
    unseenBy: unseen ? peer : undefined,
  } satisfies Access
})

/** Refuses whoever is not a member. */
export const requireMember = (
  conversation: ConversationId,
  standing: Standing,
): Effect.Effect<void, NotMember | ConversationNotFound> => {
  switch (standing) {
    case "member":
      return Effect.void
    case "outside":
      return Effect.fail(new NotMember({ conversation }))
    case "none":
      return Effect.fail(new ConversationNotFound({ conversation }))
  }
}

/** Refuses whoever may not write. */
export const checkWriting = (
  conversation: ConversationId,
  access: Access,
): Effect.Effect<void, ConversationNotFound | NotMember | FriendsOnly | RoomArchived | ReadOnly> => {
  if (access.standing !== "member") return requireMember(conversation, access.standing)
  if (access.refusedBy !== undefined) return Effect.fail(new FriendsOnly({ user: access.refusedBy }))
  switch (obstacle(access.rules, access.role)) {
    case "archived":
      return Effect.fail(new RoomArchived({ conversation }))
    case "readOnly":
      return Effect.fail(new ReadOnly({ conversation }))
    case undefined:
      return Effect.void
  }
}

/**
 * Who may write where, from memory. It only proposes: what was decided from it carries the revision into the statement
 * that takes the `seq`, and is decided again if the log's row has another.
 */
export const makeAccessCache = Effect.gen(function* () {
  const { read: sql } = yield* Database
  const cache = new Map<ConversationId, Rules & { readonly members: Map<UserId, Access> }>()

  const load = (conversation: ConversationId, account: UserId) => orUnavailable(readAccess(sql, conversation, account))

  const remember = (conversation: ConversationId, account: UserId, access: Access) => {
    const { rev, rules } = access
    const entry = cache.get(conversation)
    if (entry !== undefined && entry.rev === rev) return void entry.members.set(account, access)
    if (cache.size >= maxCached) cache.clear()
    cache.set(conversation, { rev, rules, members: new Map([[account, access]]) })
  }

  /** What is remembered of a member who may write there. */
  const recall = (conversation: ConversationId, account: UserId): Access | undefined => {
    const known = cache.get(conversation)?.members.get(account)
    // What speaks against it may have changed, and nothing would be compared with the row.
    const mayWrite =
      known?.refusedBy === undefined && known !== undefined && obstacle(known.rules, known.role) === undefined
    return mayWrite ? known : undefined
  }

  const get = (conversation: ConversationId, account: UserId): Effect.Effect<Access, StorageUnavailable> =>
    Effect.suspend(() => {
      const known = recall(conversation, account)
      if (known !== undefined) return Effect.succeed(known)
      return Effect.map(load(conversation, account), (loaded): Access => {
        // A refusal is not remembered: it would outlast a join on another node, which nobody here hears of.
        if (loaded.standing === "member") remember(conversation, account, loaded)
        return loaded
      })
    })

  /** Forgets what was decided at this revision. */
  const forget = (conversation: ConversationId, rev: number): void => {
    if (cache.get(conversation)?.rev === rev) cache.delete(conversation)
  }

  return { get, recall, forget }
})
