import { type ContactPage, type FoundUser, type Preferences, Relation } from "@chat/domain/Contact"
import type { BadRequest, StorageUnavailable } from "@chat/domain/Errors"
import { UserId } from "@chat/domain/Ids"
import { Timestamp } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { pageCursor } from "../storage/pageCursor.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { escapeLike } from "../storage/like.ts"
import { Directory, knownUser } from "../users/Directory.ts"
import { type ContactList, ContactRow, contactRows, toContact } from "./contactRows.ts"
import { readPreferences } from "./preferences.ts"

const Rows = Schema.Array(ContactRow)
const Found = Schema.Array(Schema.Struct({ id: UserId, relation: Relation }))
const cursor = pageCursor(Schema.Tuple([Timestamp, UserId]))

/** Whom an account has to do with, and whom it can find. */
export class ContactReader extends Context.Service<
  ContactReader,
  {
    readonly page: (
      account: UserId,
      list: ContactList,
      options: { readonly after: string | undefined; readonly limit: number },
    ) => Effect.Effect<ContactPage, BadRequest | StorageUnavailable>
    readonly preferences: (account: UserId) => Effect.Effect<Preferences, StorageUnavailable>
    /** By name: who begins like that, then who is like it; of these friends first, then people of shared rooms. */
    readonly search: (
      account: UserId,
      query: string,
      limit: number,
    ) => Effect.Effect<ReadonlyArray<FoundUser>, StorageUnavailable>
  }
>()("@chat/server/contacts/ContactReader") {
  static readonly layer = Layer.effect(
    ContactReader,
    Effect.gen(function* () {
      const { read: sql } = yield* Database
      const directory = yield* Directory

      const page = Effect.fn("ContactReader.page")(function* (
        account: UserId,
        list: ContactList,
        { after, limit }: { readonly after: string | undefined; readonly limit: number },
      ) {
        const [from, id] = (yield* cursor.decode(after)) ?? [null, null]
        const { table, owner, other, since } = contactRows(sql, list)
        const rows = yield* sql`SELECT ${other} AS user, ${since} AS since FROM ${table}
          WHERE ${owner} = ${account} AND ${since} IS NOT NULL
            AND (${from}::timestamptz IS NULL OR (${since}, ${other}) > (${from}::timestamptz, ${id}::uuid))
          ORDER BY ${since}, ${other} LIMIT ${limit + 1}`
        const found = yield* Schema.decodeUnknownEffect(Rows)(rows)
        const shown = found.slice(0, limit)
        const users = yield* directory.resolve(shown.map(({ user }) => user))
        const last = shown.at(-1)
        const next = found.length > limit && last !== undefined ? yield* cursor.encode([last.since, last.user]) : null
        return { contacts: shown.map((row) => toContact(row, users)), next }
      }, orUnavailable)

      const preferences = Effect.fn("ContactReader.preferences")(
        (account: UserId) => readPreferences(sql, account),
        orUnavailable,
      )

      const search = Effect.fn("ContactReader.search")(function* (account: UserId, query: string, limit: number) {
        const prefix = `${escapeLike(query)}%`
        const rows = yield* sql`SELECT u.id, CASE
            WHEN u.id = ${account} THEN 'self'
            WHEN EXISTS (SELECT FROM friends f WHERE f.account_id = ${account} AND f.friend_id = u.id) THEN 'friend'
            WHEN EXISTS (SELECT FROM friend_requests r WHERE r.from_id = ${account} AND r.to_id = u.id) THEN 'requested'
            WHEN EXISTS (SELECT FROM friend_requests r WHERE r.from_id = u.id AND r.to_id = ${account}
              AND r.received_at IS NOT NULL) THEN 'asked'
            ELSE 'none' END AS relation
          FROM users u
          WHERE u.deleted_at IS NULL AND (u.username LIKE lower(${prefix}) OR u.username % lower(${query}))
          ORDER BY u.username LIKE lower(${prefix}) DESC,
            EXISTS (SELECT FROM friends f WHERE f.account_id = ${account} AND f.friend_id = u.id) DESC,
            EXISTS (SELECT FROM members a JOIN members b ON b.conversation_id = a.conversation_id
              JOIN conversations c ON c.id = a.conversation_id AND c.kind <> 'direct'
              WHERE a.account_id = ${account} AND b.account_id = u.id) DESC,
            similarity(u.username, lower(${query})) DESC, u.username
          LIMIT ${limit}`
        const found = yield* Schema.decodeUnknownEffect(Found)(rows)
        const users = yield* directory.resolve(found.map(({ id }) => id))
        return found.map(({ id, relation }) => Object.assign({ relation }, knownUser(users, id)))
      }, orUnavailable)

      return ContactReader.of({ page, preferences, search })
    }),
  )
}
