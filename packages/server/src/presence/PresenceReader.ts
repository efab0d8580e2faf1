import { ConversationId, UserId } from "@chat/domain/Ids"
import { PresenceChoice } from "@chat/domain/Presence"
import type { Timestamp } from "@chat/domain/Values"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { gatherRows } from "../storage/gather.ts"
import { Time } from "../storage/rows.ts"

/** Of each conversation so many members are shown, in the order of joining. */
const shownMembers = 200

const Choices = Schema.Array(Schema.Struct({ n: Schema.Int, presence: PresenceChoice }))
const Seen = Schema.Array(Schema.Struct({ id: UserId, lastSeen: Schema.NullOr(Time) }))
const Ids = Schema.Array(Schema.Struct({ id: UserId }))
const Members = Schema.Array(Schema.Struct({ conversation: ConversationId, member: UserId, shown: Schema.Boolean }))

const Pairs = Schema.Array(Schema.Struct({ account: UserId, user: UserId }))

/** Whether both of two accounts see what is still to come in a log; all three are columns of the query. */
const bothSee = (sql: PgClient, log: string, ...accounts: readonly [string, string]) => {
  const [one, other] = accounts.map((account) => sql.literal(account))
  return sql`(SELECT count(*) FROM visibility v WHERE v.log_id = ${sql.literal(log)} AND v.to_seq IS NULL
    AND v.account_id IN (${one}, ${other})) = 2`
}

/** What presence asks of the database. */
export const makePresenceReader = Effect.gen(function* () {
  const { read: sql } = yield* Database

  const choices = yield* gatherRows(
    Effect.fnUntraced(function* (asks: ReadonlyArray<{ readonly account: UserId }>) {
      const rows =
        yield* sql`SELECT asked.n, u.presence FROM jsonb_to_recordset(${PgTypes.jsonb(asks)}) AS asked (n int, account uuid)
        JOIN users u ON u.id = asked.account`
      return yield* Schema.decodeUnknownEffect(Choices)(rows)
    }, orUnavailable),
  )
  const choice = (account: UserId) => Effect.map(choices({ account }), ([row]) => row?.presence ?? "online")

  /** When these accounts were there last, of those that let it be told. */
  const lastSeen = Effect.fnUntraced(function* (accounts: ReadonlyArray<UserId>) {
    if (accounts.length === 0) return new Map<UserId, Timestamp | null>()
    const rows = yield* sql`SELECT id, last_seen AS "lastSeen" FROM users
      WHERE presence <> 'invisible' AND id IN (SELECT value::uuid FROM jsonb_array_elements_text(${PgTypes.jsonb(accounts)}))`
    const found = yield* Schema.decodeUnknownEffect(Seen)(rows)
    return new Map(found.map(({ id, lastSeen }) => [id, lastSeen]))
  }, orUnavailable)

  /** The first members of these conversations, and which of these watchers are members (`shown`: among the first). */
  const members = Effect.fnUntraced(function* (
    conversations: ReadonlyArray<ConversationId>,
    watchers: ReadonlyArray<UserId>,
  ) {
    const rows = yield* sql`WITH wanted AS (
        SELECT value::uuid AS id FROM jsonb_array_elements_text(${PgTypes.jsonb(conversations)})
      )
      SELECT w.id AS conversation, m.account_id AS member, true AS shown
      FROM wanted w CROSS JOIN LATERAL (
        SELECT account_id FROM members WHERE conversation_id = w.id ORDER BY joined, account_id LIMIT ${shownMembers}
      ) m
      UNION ALL
      SELECT m.conversation_id, m.account_id, false FROM members m
      WHERE m.conversation_id IN (SELECT id FROM wanted)
        AND m.account_id IN (SELECT value::uuid FROM jsonb_array_elements_text(${PgTypes.jsonb(watchers)}))`
    return yield* Schema.decodeUnknownEffect(Members)(rows)
  }, orUnavailable)

  /** The friends of these accounts. */
  const friends = Effect.fnUntraced(function* (accounts: ReadonlyArray<UserId>) {
    if (accounts.length === 0) return []
    const rows = yield* sql`SELECT account_id AS account, friend_id AS "user" FROM friends
      WHERE account_id IN (SELECT value::uuid FROM jsonb_array_elements_text(${PgTypes.jsonb(accounts)}))`
    return yield* Schema.decodeUnknownEffect(Pairs)(rows)
  }, orUnavailable)

  /** For each of these viewers, those of these accounts of which a block keeps them apart, in whichever direction. */
  const apart = Effect.fnUntraced(function* (viewers: Iterable<UserId>, accounts: Iterable<UserId>) {
    const [some, others] = [PgTypes.jsonb([...viewers]), PgTypes.jsonb([...accounts])]
    const rows = yield* sql`WITH viewers AS (SELECT value::uuid AS id FROM jsonb_array_elements_text(${some})),
        seen AS (SELECT value::uuid AS id FROM jsonb_array_elements_text(${others}))
      SELECT v.id AS account, s.id AS "user" FROM viewers v
        JOIN blocks b ON b.account_id = v.id JOIN seen s ON s.id = b.blocked_id
      UNION SELECT v.id, s.id FROM viewers v
        JOIN blocks b ON b.blocked_id = v.id JOIN seen s ON s.id = b.account_id`
    const found = new Map<UserId, Set<UserId>>()
    for (const { account, user } of yield* Schema.decodeUnknownEffect(Pairs)(rows)) {
      found.set(account, (found.get(account) ?? new Set()).add(user))
    }
    return found
  }, orUnavailable)

  /** Those of these accounts that are a friend of somebody or share a conversation, do not hide and are not blocked. */
  const near = Effect.fnUntraced(function* (account: UserId, candidates: ReadonlyArray<UserId>) {
    if (candidates.length === 0) return []
    const rows = yield* sql`SELECT u.id FROM users u
      WHERE u.id IN (SELECT value::uuid FROM jsonb_array_elements_text(${PgTypes.jsonb(candidates)}))
        AND u.id <> ${account} AND u.presence <> 'invisible'
        AND (EXISTS (SELECT FROM friends f WHERE f.account_id = ${account} AND f.friend_id = u.id)
          OR EXISTS (SELECT FROM members mine JOIN members theirs USING (conversation_id)
          WHERE mine.account_id = ${account} AND theirs.account_id = u.id
            -- Who has not seen a group yet shares nothing by it.
            AND ${bothSee(sql, "conversation_id", "mine.account_id", "theirs.account_id")}))
        AND NOT EXISTS (SELECT FROM blocks b WHERE (b.account_id = ${account} AND b.blocked_id = u.id)
          OR (b.account_id = u.id AND b.blocked_id = ${account}))
      ORDER BY u.id`
    return (yield* Schema.decodeUnknownEffect(Ids)(rows)).map(({ id }) => id)
  }, orUnavailable)

  return { choice, lastSeen, members, friends, apart, near }
})

export type PresenceReader = Effect.Success<typeof makePresenceReader>
