import type { Event, Skip } from "@chat/domain/Sync"
import type { Account } from "@chat/domain/User"
import { Seq } from "@chat/domain/Values"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Statement from "effect/sql/Statement"
import { Database } from "../storage/Database.ts"
import { int8 } from "../storage/rows.ts"
import { Directory } from "../users/Directory.ts"
import { readAccount } from "../users/readAccount.ts"
import { MessageRow, messageColumns } from "./MessageRow.ts"
import { decodeFacts, Envelope, peopleOf, type StoredEvent, toEvent } from "./StoredEvent.ts"
import type { Viewer } from "./visibility.ts"

/** One thing in a log as one viewer gets it: an event, or what stands for events that are not for them. */
export type LogItem = typeof Event.Type | typeof Skip.Type

const Facts = Schema.Struct({
  ...Envelope.fields,
  seq: int8(Seq),
  visible: Schema.Boolean,
  type: Schema.String,
  data: Schema.Unknown,
  id: Schema.NullOr(Schema.String),
})

const decodeRow = Schema.decodeUnknownEffect(Facts)
const decodeMessage = Schema.decodeUnknownEffect(MessageRow)

/** The columns of an event `e` and its message `m`; whether it is `visible` is for the query to say. */
export const itemColumns = (sql: PgClient, viewer: Viewer): Statement.Fragment =>
  sql`e.log_id AS log, e.seq, encode(e.mark, 'hex') AS mark, e.at, e.actor_id AS actor, e.type, e.version, e.data,
    ${messageColumns(sql, viewer)}`

/** Makes rows of one log, in order, what their viewer gets. */
export const makeLogItems = Effect.gen(function* () {
  const { read: sql } = yield* Database
  const directory = yield* Directory
  return Effect.fnUntraced(function* (rows: ReadonlyArray<unknown>) {
    const facts = yield* Effect.forEach(rows, (row) => decodeRow(row))
    const stored = new Map<number, StoredEvent>()
    let account: Account | undefined
    for (const [index, row] of facts.entries()) {
      if (!row.visible) continue
      stored.set(row.seq, {
        envelope: { log: row.log, seq: row.seq, mark: row.mark, at: row.at, actor: row.actor },
        facts: yield* decodeFacts({ type: row.type, data: row.data }),
        message: row.id === null ? undefined : yield* decodeMessage(rows[index]),
        // Of all of them in a row the account is the same: as it is now.
        account: row.type === "AccountChanged" ? (account ??= yield* readAccount(sql, row.log)) : undefined,
      })
    }
    const users = yield* directory.resolve([...stored.values()].flatMap(peopleOf))
    const items: Array<LogItem> = []
    for (const row of facts) {
      const event = stored.get(row.seq)
      if (event !== undefined) {
        items.push({ _tag: "Event", event: toEvent(event, users) })
        continue
      }
      const before = items.at(-1)
      const skipping = before !== undefined && before._tag === "Skip" ? items.pop() && before : undefined
      items.push({ _tag: "Skip", log: row.log, from: skipping?.from ?? row.seq, to: row.seq, mark: row.mark })
    }
    return items
  })
})
