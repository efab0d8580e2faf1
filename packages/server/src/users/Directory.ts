import type { UserId } from "@chat/domain/Ids"
import type { User } from "@chat/domain/User"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { StorageUnavailable } from "@chat/domain/Errors"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { toUser, UserRow, userColumns } from "./UserRow.ts"

const maxCached = 100_000

const Users = Schema.Array(UserRow)

/**
 * Who an id is, from memory: an event or a message names its people by id, and reading their names with every row would
 * cost a join for what hardly ever changes. What is read from memory may be out of date until the node has heard of a
 * change; `UserChanged` then goes to whoever may have been told.
 */
export class Directory extends Context.Service<
  Directory,
  {
    /** Every user of these ids that there is. */
    readonly resolve: (ids: Iterable<UserId>) => Effect.Effect<ReadonlyMap<UserId, User>, StorageUnavailable>
    /** The same from the database, and what is in memory from then on. */
    readonly refresh: (ids: Iterable<UserId>) => Effect.Effect<ReadonlyMap<UserId, User>, StorageUnavailable>
    /** Grows when somebody who was known is known otherwise. */
    readonly revision: () => number
  }
>()("@chat/server/users/Directory") {
  static readonly layer = Layer.effect(
    Directory,
    Effect.gen(function* () {
      const { read: sql } = yield* Database
      const known = new Map<UserId, User>()
      let revision = 0

      const load = Effect.fnUntraced(function* (ids: ReadonlyArray<UserId>) {
        const rows = yield* sql`SELECT ${userColumns(sql)} FROM users u
          WHERE u.id IN (SELECT value::uuid FROM jsonb_array_elements_text(${PgTypes.jsonb(ids)}))`
        const users = (yield* Schema.decodeUnknownEffect(Users)(rows)).map(toUser)
        if (known.size + users.length > maxCached) {
          known.clear()
          revision++
        }
        for (const user of users) {
          // A reading that took long may come after one of a later change.
          const other = known.get(user.id)
          if (other !== undefined && (other.rev ?? 0) > (user.rev ?? 0)) continue
          if (other !== undefined && other.rev !== user.rev) revision++
          known.set(user.id, user)
        }
        return users
      }, orUnavailable)

      const refresh = Effect.fnUntraced(function* (ids: Iterable<UserId>) {
        return new Map((yield* load([...ids])).map((user) => [user.id, user]))
      })

      const resolve = Effect.fnUntraced(function* (ids: Iterable<UserId>) {
        const users = new Map<UserId, User>()
        const missing = new Set<UserId>()
        for (const id of ids) {
          const user = known.get(id)
          if (user === undefined) missing.add(id)
          else users.set(id, user)
        }
        if (missing.size === 0) return users
        for (const user of yield* load([...missing])) users.set(user.id, user)
        return users
      })

      return Directory.of({ resolve, refresh, revision: () => revision })
    }),
  )
}

/** Whoever is named by an id has a row, and so is among the resolved. */
export const knownUser = (users: ReadonlyMap<UserId, User>, id: UserId): User => {
  const user = users.get(id)
  if (user === undefined) throw new Error(`User ${id} is named but has no row`)
  return user
}
