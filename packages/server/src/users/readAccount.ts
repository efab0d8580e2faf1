import type { LogId, UserId } from "@chat/domain/Ids"
import type { Account } from "@chat/domain/User"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AccountRow, accountColumns, toAccount } from "./UserRow.ts"

const decode = Schema.decodeUnknownEffect(Schema.Tuple([AccountRow]))

/** An account that there is, by its id or by that of its log, which is the same. */
export const readAccount = Effect.fnUntraced(function* (sql: PgClient, id: UserId | LogId) {
  const [row] = yield* decode(yield* sql`SELECT ${accountColumns(sql)} FROM users u WHERE u.id = ${id}`)
  return toAccount(row) satisfies Account
})
