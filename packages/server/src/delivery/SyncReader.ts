import { ConversationId, LogId, UserId } from "@chat/domain/Ids"
import { PresenceChoice } from "@chat/domain/Presence"
import { Session } from "@chat/domain/Session"
import type { AccountSnapshot } from "@chat/domain/Sync"
import type { User } from "@chat/domain/User"
import { Mark, Seq, Stamp } from "@chat/domain/Values"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { ContactsRow, contactsOf, holdersOf, peopleIn, toContacts } from "../contacts/contactRows.ts"
import { InvitationRow, invitationsOf, invitedBy, toInvitation } from "../invitations/invitationRows.ts"
import { Directory } from "../users/Directory.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { gather, gatherRows } from "../storage/gather.ts"
import { int8 } from "../storage/rows.ts"
import { AccountRow, accountColumns, toAccount } from "../users/UserRow.ts"

const Start = Schema.Array(
  Schema.Struct({
    n: Schema.Int,
    stamp: Stamp,
    log: Schema.NullOr(LogId),
    head: Schema.NullOr(int8(Seq)),
    moved: Schema.Boolean,
  }),
)

const OwnRows = Schema.Array(
  Schema.Struct({
    ...AccountRow.fields,
    sessions: Schema.Array(Session),
    contacts: ContactsRow,
    invitations: Schema.Array(InvitationRow),
    conversations: Schema.Array(ConversationId),
    presence: PresenceChoice,
    sendsRead: Schema.Boolean,
    sendsDelivered: Schema.Boolean,
    seq: int8(Seq),
    mark: Mark,
  }),
)

const Changes = Schema.Array(
  Schema.Struct({
    stamp: Stamp,
    log: Schema.NullOr(LogId),
    seq: Schema.NullOr(int8(Seq)),
    account: Schema.NullOr(UserId),
  }),
)

const Users = Schema.Array(Schema.Struct({ id: UserId }))
const Altered = Schema.Array(Schema.Struct({ n: Schema.Int, id: UserId }))
const LogIds = Schema.Array(Schema.Struct({ log: LogId }))

/** A log that an account can see, as a `Sync` finds it. */
interface OpenLog {
  readonly log: LogId
  readonly head: Seq
  /** Whether the read position has changed since the client's stamp. */
  readonly moved: boolean
}

/** An account that begins, and the stamp that its client came with. */
interface Beginning {
  readonly account: UserId
  readonly since: Stamp | null
}

/** What delivery asks of the database, besides logs and conversations. */
export const makeSyncReader = Effect.gen(function* () {
  const { read: sql } = yield* Database
  const directory = yield* Directory

  /** The accounts, beside their logs, that know of somebody, a column of the query, each as `holder`. */
  const acquaintances = (user: string) => sql`${holdersOf(sql, user)} UNION ${invitedBy(sql, user)}`

  const beginnings = (asks: ReadonlyArray<Beginning>) =>
    sql`jsonb_to_recordset(${PgTypes.jsonb(asks)}) AS asked (n int, account uuid, since text)`

  const openLogs = yield* gatherRows(
    Effect.fn("SyncReader.start")(function* (asks: ReadonlyArray<Beginning>) {
      const rows = yield* sql`SELECT asked.n, pg_snapshot_xmin(pg_current_snapshot())::text AS stamp, o.log, o.head,
          coalesce(o.moved, false) AS moved
        FROM ${beginnings(asks)} LEFT JOIN LATERAL (
          SELECT v.log_id AS log, l.seq AS head, l.at, coalesce(p.changed >= asked.since::xid8, true) AS moved
          FROM visibility v
          JOIN logs l ON l.id = v.log_id AND l.kind = 'conversation'
          LEFT JOIN positions p ON p.account_id = v.account_id AND p.conversation_id = v.log_id
          WHERE v.account_id = asked.account AND v.to_seq IS NULL
        ) o ON true ORDER BY asked.n, o.at DESC, o.log`
      return yield* Schema.decodeUnknownEffect(Start)(rows)
    }, orUnavailable),
  )

  /** The logs of conversations that an account can see, the one with the newest event first, and the stamp of now. */
  const start = (account: UserId, since: Stamp | undefined) =>
    Effect.map(openLogs({ account, since: since ?? null }), (found) => {
      const logs: Array<OpenLog> = []
      for (const { log, head, moved } of found) if (log !== null && head !== null) logs.push({ log, head, moved })
      return { stamp: found[0]?.stamp ?? Stamp.make("0"), logs }
    })

  const accountSnapshots = Effect.fn("SyncReader.accountSnapshots")(function* (accounts: ReadonlyArray<UserId>) {
    const rows = yield* sql`SELECT ${accountColumns(sql)}, u.presence, l.seq,
        u.read_receipts AS "sendsRead", u.delivered_receipts AS "sendsDelivered",
        encode(e.mark, 'hex') AS mark,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'device', s.device, 'createdAt',
            to_char(s.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) ORDER BY s.created_at, s.id), '[]')
          FROM sessions s WHERE s.user_id = u.id AND s.ended_at IS NULL) AS sessions,
        ${contactsOf(sql, "u.id")} AS contacts, ${invitationsOf(sql, "u.id")} AS invitations,
        (SELECT coalesce(jsonb_agg(v.log_id ORDER BY v.log_id), '[]') FROM visibility v
          WHERE v.account_id = u.id AND v.to_seq IS NULL AND v.log_id <> u.id) AS conversations
      FROM users u JOIN logs l ON l.id = u.id JOIN events e ON e.log_id = l.id AND e.seq = l.seq
      WHERE u.id IN (SELECT value::uuid FROM jsonb_array_elements_text(${PgTypes.jsonb(accounts)}))`
    const found = yield* Schema.decodeUnknownEffect(OwnRows)(rows)
    const users = yield* directory.resolve(
      found.flatMap((row) => [...peopleIn(row.contacts), ...row.invitations.map(({ by }) => by)]),
    )
    return new Map(found.map((row) => [row.id, toSnapshot(row, users)]))
  }, orUnavailable)

  const toSnapshot = (row: (typeof OwnRows.Type)[number], users: ReadonlyMap<UserId, User>) => {
    const { sessions, contacts: _, invitations: __, conversations, presence, sendsRead, sendsDelivered, ...own } = row
    const { seq, mark, ...owner } = own
    const contacts = toContacts(row.contacts, users)
    const invitations = row.invitations.map((invitation) => toInvitation(invitation, users))
    const lists = { sessions, contacts, invitations, conversations }
    const choices = { presence, sendsRead, sendsDelivered }
    return { account: toAccount(owner), ...lists, ...choices, seq, mark } satisfies Omit<
      typeof AccountSnapshot.Type,
      "_tag" | "reason"
    >
  }

  const snapshots = yield* gather(accountSnapshots, { most: 100, size: () => 1 })
  const accountSnapshot = (account: UserId) =>
    Effect.flatMap(snapshots(account), (found) => {
      const snapshot = found.get(account)
      return snapshot === undefined
        ? Effect.die(new Error("An account that follows has no row"))
        : Effect.succeed(snapshot)
    })

  /** The heads of these logs, and the positions of these accounts that have changed since the stamp. */
  const changes = Effect.fn("SyncReader.changes")(function* (
    logs: ReadonlyArray<LogId>,
    accounts: ReadonlyArray<UserId>,
    since: Stamp | undefined,
  ) {
    const rows = yield* sql`SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS stamp, c.*
      FROM (SELECT) once LEFT JOIN (
        SELECT id AS log, seq, NULL::uuid AS account FROM logs
          WHERE id IN (SELECT value::uuid FROM jsonb_array_elements_text(${PgTypes.jsonb(logs)}))
        UNION ALL
        SELECT conversation_id, NULL, account_id FROM positions
          WHERE changed >= ${since ?? null}::text::xid8
            AND account_id IN (SELECT value::uuid FROM jsonb_array_elements_text(${PgTypes.jsonb(accounts)}))
      ) c ON true`
    return yield* Schema.decodeUnknownEffect(Changes)(rows)
  }, orUnavailable)

  /**
   * Users that have changed since the stamp, and of whom the account may know: there is a log that both could ever see, or
   * to which something of theirs was forwarded, or they are among its contacts, or have invited it.
   */
  const altered = yield* gatherRows(
    Effect.fn("SyncReader.alteredFor")(function* (asks: ReadonlyArray<Beginning>) {
      const rows = yield* sql`SELECT asked.n, u.id FROM ${beginnings(asks)}
        JOIN users u ON u.rev > 0 AND u.changed >= asked.since::xid8 AND (EXISTS (
          SELECT FROM visibility v JOIN visibility o ON o.log_id = v.log_id AND o.account_id = asked.account
          WHERE v.account_id = u.id AND o.to_seq IS NULL
        ) OR EXISTS (
          SELECT FROM members m JOIN visibility o ON o.log_id = m.conversation_id AND o.account_id = asked.account
          WHERE m.account_id = u.id AND o.to_seq IS NULL
        ) OR EXISTS (
          SELECT FROM messages m JOIN visibility o ON o.log_id = m.conversation_id AND o.account_id = asked.account
          WHERE m.forwarded = u.id AND o.to_seq IS NULL
        ) OR EXISTS (SELECT FROM (${acquaintances("u.id")}) h WHERE h.holder = asked.account))`
      return yield* Schema.decodeUnknownEffect(Altered)(rows)
    }, orUnavailable),
  )
  const alteredFor = (account: UserId, since: Stamp | undefined) =>
    Effect.map(altered({ account, since: since ?? Stamp.make("0") }), (found) => found.map(({ id }) => id))

  /** Users that have changed since the stamp. */
  const alteredSince = Effect.fn("SyncReader.alteredSince")(function* (since: Stamp) {
    const rows = yield* sql`SELECT u.id FROM users u WHERE u.rev > 0 AND u.changed >= ${since}::text::xid8`
    return (yield* Schema.decodeUnknownEffect(Users)(rows)).map(({ id }) => id)
  }, orUnavailable)

  /**
   * The logs in which somebody may be named: those that they could ever see, those to which something of theirs was
   * forwarded, and those of whose contacts they are, or whom they have invited.
   */
  const logsOf = Effect.fn("SyncReader.logsOf")(function* (user: UserId) {
    const rows = yield* sql`SELECT log_id AS log FROM visibility WHERE account_id = ${user}
      UNION SELECT conversation_id FROM members WHERE account_id = ${user}
      UNION SELECT conversation_id FROM messages WHERE forwarded = ${user}
      UNION SELECT h.holder FROM users u, LATERAL (${acquaintances("u.id")}) h WHERE u.id = ${user}`
    return (yield* Schema.decodeUnknownEffect(LogIds)(rows)).map(({ log }) => log)
  }, orUnavailable)

  const heads = yield* gather((logs: ReadonlyArray<LogId>) => changes(logs, [], undefined))
  /** How far a log has come. */
  const headOf = (log: LogId) => Effect.map(heads(log), (rows) => rows.find((row) => row.log === log)?.seq ?? 0)

  return { start, accountSnapshot, changes, headOf, alteredFor, alteredSince, logsOf }
})

export type SyncReader = Effect.Success<typeof makeSyncReader>
