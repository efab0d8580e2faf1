import { type Contact, type Contacts, WhoMayWrite } from "@chat/domain/Contact"
import { UserId } from "@chat/domain/Ids"
import type { User } from "@chat/domain/User"
import { Timestamp } from "@chat/domain/Values"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Schema from "effect/Schema"
import type * as Statement from "effect/sql/Statement"
import { Time } from "../storage/rows.ts"
import { knownUser } from "../users/Directory.ts"

/** The lists that an account has of other people. */
export type ContactList = "friends" | "sent" | "received" | "blocks"

const columns = {
  friends: ["friends", "account_id", "friend_id", "since"],
  sent: ["friend_requests", "from_id", "to_id", "sent_at"],
  received: ["friend_requests", "to_id", "from_id", "received_at"],
  blocks: ["blocks", "account_id", "blocked_id", "since"],
} as const satisfies Record<ContactList, unknown>

/** Where a list is, as parts of a query. What has no `since` is not in it. */
export const contactRows = (sql: PgClient, list: ContactList) => {
  const [table, owner, other, since] = columns[list]
  return { table: sql.literal(table), owner: sql.literal(owner), other: sql.literal(other), since: sql.literal(since) }
}

/** A row of a list. */
export const ContactRow = Schema.Struct({ user: UserId, since: Time })

export const toContact = (row: typeof ContactRow.Type, users: ReadonlyMap<UserId, User>): Contact => ({
  user: knownUser(users, row.user),
  since: row.since,
})

/** The same within JSON, where a time is a text. */
const JsonRow = Schema.Struct({ user: UserId, since: Timestamp })

/** All that an account has to do with other people, with their ids, as `contactsOf` reads it. */
export const ContactsRow = Schema.Struct({
  friends: Schema.Array(JsonRow),
  sent: Schema.Array(JsonRow),
  received: Schema.Array(JsonRow),
  blocks: Schema.Array(JsonRow),
  preferences: Schema.Struct({ whoMayWrite: WhoMayWrite }),
})
export type ContactsRow = typeof ContactsRow.Type

/** A `ContactsRow` of the account `id`, a column of the query, as JSON. */
export const contactsOf = (sql: PgClient, id: string): Statement.Fragment => {
  const account = sql.literal(id)
  const list = (name: ContactList) => {
    const { table, owner, other, since } = contactRows(sql, name)
    return sql`(SELECT coalesce(jsonb_agg(jsonb_build_object('user', ${other}, 'since',
        to_char(${since} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) ORDER BY ${since}, ${other}), '[]')
      FROM ${table} WHERE ${owner} = ${account} AND ${since} IS NOT NULL)`
  }
  return sql`jsonb_build_object('friends', ${list("friends")}, 'sent', ${list("sent")}, 'received', ${list("received")},
    'blocks', ${list("blocks")}, 'preferences', jsonb_build_object('whoMayWrite',
      coalesce((SELECT w.who_may_write FROM preferences w WHERE w.account_id = ${account}), 'everybody')))`
}

/** The accounts in whose lists somebody is, a column of the query, each as `holder`. */
export const holdersOf = (sql: PgClient, somebody: string): Statement.Fragment => {
  const user = sql.literal(somebody)
  return sql`SELECT account_id AS holder FROM friends WHERE friend_id = ${user}
    UNION SELECT from_id FROM friend_requests WHERE to_id = ${user}
    UNION SELECT to_id FROM friend_requests WHERE from_id = ${user} AND received_at IS NOT NULL
    UNION SELECT account_id FROM blocks WHERE blocked_id = ${user}`
}

/** Whom a `ContactsRow` names. */
export const peopleIn = ({ friends, sent, received, blocks }: ContactsRow): ReadonlyArray<UserId> =>
  [...friends, ...sent, ...received, ...blocks].map(({ user }) => user)

export const toContacts = (row: ContactsRow, users: ReadonlyMap<UserId, User>): Contacts => {
  const all = (rows: ContactsRow["friends"]) => rows.map((contact) => toContact(contact, users))
  return {
    friends: all(row.friends),
    sent: all(row.sent),
    received: all(row.received),
    blocks: all(row.blocks),
    preferences: row.preferences,
  }
}
