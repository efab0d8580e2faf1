import type { Profile } from "@chat/domain/User"
import { Bio, StatusText } from "@chat/domain/Values"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Schema from "effect/Schema"
import type * as Statement from "effect/sql/Statement"
import { Time } from "../storage/rows.ts"
import { toUser, UserRow } from "./UserRow.ts"

/** A row of `users` as `userColumns` and `profileColumns` read it. */
export const ProfileRow = Schema.Struct({
  ...UserRow.fields,
  bio: Bio,
  status: StatusText,
  statusUntil: Schema.NullOr(Time),
})

/** What a user says about themselves, of a table alias `u`. A status that has ended is none. */
export const profileColumns = (sql: PgClient): Statement.Fragment =>
  sql.literal(`u.bio,
    CASE WHEN u.status_until IS NULL OR u.status_until > now() THEN u.status ELSE '' END AS status,
    CASE WHEN u.status_until > now() THEN u.status_until END AS "statusUntil"`)

/** The profile as the contract has it: what is empty is left out. */
export const toProfile = ({ bio, status, statusUntil, ...user }: typeof ProfileRow.Type): Profile => ({
  ...toUser(user),
  ...(bio === "" ? {} : { bio }),
  ...(status === "" ? {} : { status }),
  ...(statusUntil === null ? {} : { statusUntil }),
})
