import { type Preferences, WhoMayWrite } from "@chat/domain/Contact"
import { accountLog, type CommandId, LogId, type UserId } from "@chat/domain/Ids"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Logs } from "../logs/Logs.ts"
import { Database } from "../storage/Database.ts"

const Row = Schema.Tuple([Schema.Struct({ whoMayWrite: WhoMayWrite })])
const Directs = Schema.Array(Schema.Struct({ log: LogId }))

/** What an account has decided, or the defaults. */
export const readPreferences = Effect.fnUntraced(function* (sql: PgClient, account: UserId) {
  const rows = yield* sql`SELECT coalesce((SELECT who_may_write FROM preferences WHERE account_id = ${account}),
    'everybody') AS "whoMayWrite"`
  const [found] = yield* Schema.decodeUnknownEffect(Row)(rows)
  return found satisfies Preferences
})

/** Setting preferences, inside a command's transaction. */
export const makePreferences = Effect.gen(function* () {
  const { write: sql } = yield* Database
  const logs = yield* Logs

  const directsOf = Effect.fnUntraced(function* (account: UserId) {
    const rows = yield* sql`SELECT m.conversation_id AS log FROM members m
      JOIN conversations c ON c.id = m.conversation_id AND c.kind = 'direct' WHERE m.account_id = ${account}`
    return (yield* Schema.decodeUnknownEffect(Directs)(rows)).map(({ log }) => log)
  })

  /** The event that says so; undefined if nothing is changed by it. */
  const set = Effect.fnUntraced(function* (account: UserId, command: CommandId, change: Partial<Preferences>) {
    // Who may write in them is decided anew.
    yield* logs.lock([accountLog(account), ...(yield* directsOf(account))])
    const before = yield* readPreferences(sql, account)
    const preferences: Preferences = { ...before, ...change }
    if (preferences.whoMayWrite === before.whoMayWrite) return undefined
    yield* sql`INSERT INTO preferences (account_id, who_may_write) VALUES (${account}, ${preferences.whoMayWrite})
      ON CONFLICT (account_id) DO UPDATE SET who_may_write = excluded.who_may_write`
    yield* sql`UPDATE logs SET access_rev = access_rev + 1
      WHERE id IN (SELECT value::uuid FROM jsonb_array_elements_text(${PgTypes.jsonb(yield* directsOf(account))}))`
    const log = accountLog(account)
    return yield* logs.append({ log, actor: account, command, type: "PreferencesChanged", data: { preferences } })
  })

  return { set }
})
