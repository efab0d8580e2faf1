import { UserId } from "@chat/domain/Ids"
import type { Account, User } from "@chat/domain/User"
import { DisplayName, Email, Username } from "@chat/domain/Values"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Schema from "effect/Schema"
import type * as Statement from "effect/sql/Statement"
import { Int8, Time } from "../storage/rows.ts"

/** A row of `users`, as `userColumns` reads it. */
export const UserRow = Schema.Struct({
  id: UserId,
  username: Username,
  name: Schema.NullOr(DisplayName),
  rev: Int8,
  deleted: Schema.Boolean,
})

/** The columns of a table alias `u` that make up a `UserRow`. */
export const userColumns = (sql: PgClient): Statement.Fragment =>
  sql.literal(`u.id, u.username, u.name, u.rev, u.deleted_at IS NOT NULL AS deleted`)

/** The user as the contract has it: what is as it was in the beginning is left out. */
export const toUser = ({ id, username, name, rev, deleted }: typeof UserRow.Type): User => ({
  id,
  username,
  ...(name === null ? {} : { name }),
  ...(rev === 0 ? {} : { rev }),
  ...(deleted ? { deleted } : {}),
})

/** A row of `users` as its owner sees it, as `accountColumns` reads it. */
export const AccountRow = Schema.Struct({
  id: UserId,
  username: Username,
  email: Email,
  createdAt: Time,
  name: Schema.NullOr(DisplayName),
  role: Schema.Literals(["member", "moderator", "admin"]),
})

/** The columns of a table alias `u` that make up an `AccountRow`. */
export const accountColumns = (sql: PgClient): Statement.Fragment =>
  sql.literal(`u.id, u.username, u.email, u.created_at AS "createdAt", u.name, u.role`)

/** The account as the contract has it. */
export const toAccount = ({ id, username, email, createdAt, name, role }: typeof AccountRow.Type): Account => ({
  id,
  username,
  email,
  createdAt,
  ...(name === null ? {} : { name }),
  ...(role === "member" ? {} : { role }),
})
