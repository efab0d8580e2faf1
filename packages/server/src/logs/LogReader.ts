import type { StorageUnavailable } from "@chat/domain/Errors"
import { LogId, type UserId } from "@chat/domain/Ids"
import type { Mark } from "@chat/domain/Values"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { Int8, Time } from "../storage/rows.ts"
import { itemColumns, type LogItem, makeLogItems } from "./logItems.ts"
import { PositionColumns, type PositionState, toPositionState } from "./positionColumns.ts"
import { unreadCounts } from "./unread.ts"
import { canSee } from "./visibility.ts"

/** A wish for part of a log. */
export interface Want {
  readonly log: LogId
  /** What comes after this `seq` ... */
  readonly after: number
  /** ... if the event there has this mark. */
  readonly mark?: Mark
  /** Nothing above this `seq`. */
  readonly until?: number
  readonly limit: number
}

/** The part, all from one snapshot of the database. */
export interface LogPart {
  readonly log: LogId
  /** Whether the mark that was asked about is that of `after`; true if none was. */
  readonly markHolds: boolean
  /** Whether the account can see what is still to come. */
  readonly open: boolean
  /** From where on it can see all of it; undefined if not `open`. */
  readonly from: number | undefined
  /** Where it became a member the last time; undefined if it is not one. */
  readonly joined: number | undefined
  /** The last `seq` that the account can see, and that was asked for. */
  readonly last: number
  /** In order and without a gap from `after + 1` on. */
  readonly items: ReadonlyArray<LogItem>
  /** How far `items` goes; equal to `last` if it is the end. */
  readonly to: number
  readonly position: PositionState | undefined
}

const Head = Schema.Struct({
  wanted: LogId,
  markHolds: Schema.Boolean,
  open: Schema.Boolean,
  from: Schema.NullOr(Int8),
  joined: Schema.NullOr(Int8),
  last: Int8,
  after: Int8,
  ...PositionColumns,
  at: Schema.NullOr(Time),
})

const decodeHead = Schema.decodeUnknownEffect(Head)

/** Reads logs as an account can see them. */
export class LogReader extends Context.Service<
  LogReader,
  {
    /**
     * Parts of logs, in one statement. A log of which the account can see nothing is not in the answer. `positions`:
     * with the read position, and the unread count as of `last`.
     */
    readonly read: (
      account: UserId,
      wants: ReadonlyArray<Want>,
      options: { readonly positions: boolean },
    ) => Effect.Effect<ReadonlyArray<LogPart>, StorageUnavailable>
  }
>()("@chat/server/logs/LogReader") {
  static readonly layer = Layer.effect(
    LogReader,
    Effect.gen(function* () {
      const { read: sql } = yield* Database
      const toItems = yield* makeLogItems

      const select = (account: UserId, wants: ReadonlyArray<Want>, positions: boolean) => sql`
        WITH want AS (
          SELECT * FROM jsonb_to_recordset(${PgTypes.jsonb(wants)}) AS w (log uuid, after bigint, mark text, until bigint, "limit" int)
        ), seen AS (
          SELECT w.log, w.after, w."limit",
            w.mark IS NULL OR EXISTS (SELECT FROM events c
              WHERE c.log_id = w.log AND c.seq = w.after AND c.mark = decode(w.mark, 'hex')) AS holds,
            bool_or(v.to_seq IS NULL) AS open,
            max(v.from_seq) FILTER (WHERE v.to_seq IS NULL) AS "from",
            max(b.joined) AS joined,
            least(max(coalesce(v.to_seq, l.seq)), w.until) AS last
          FROM want w
          JOIN logs l ON l.id = w.log
          JOIN visibility v ON v.log_id = w.log AND v.account_id = ${account}
          LEFT JOIN members b ON b.conversation_id = w.log AND b.account_id = ${account}
          GROUP BY w.log, w.after, w.mark, w.until, w."limit"
        ), head AS MATERIALIZED (
          -- Counted once a log: beside the events it would be counted with each of them.
          SELECT s.*, p.seq AS "positionSeq", p.rev AS "positionRev", p.notify, p.notify_until AS "notifyUntil", n.unread, n.mentioned
          FROM seen s
          LEFT JOIN positions p ON ${positions} AND p.account_id = ${account} AND p.conversation_id = s.log AND s.open
          LEFT JOIN LATERAL ${unreadCounts(sql, account, "s.log", "p.seq")} n ON p.seq IS NOT NULL
        )
        SELECT s.log AS wanted, s.after, s.holds AS "markHolds", s.open, s."from", s.joined, s.last,
          s."positionSeq", s."positionRev", s.notify, s."notifyUntil", s.unread, s.mentioned,
          e.*
        FROM head s
        LEFT JOIN LATERAL (
          SELECT ${itemColumns(sql, account)},
            ${canSee(sql, account, "e.log_id", "e.seq", "e.only_for")}
              AND (e.message_seq IS NULL OR ${canSee(sql, account, "e.log_id", "e.message_seq", "m.only_for")}) AS visible
          FROM events e LEFT JOIN messages m ON m.id = e.message_id
          WHERE e.log_id = s.log AND e.seq > s.after AND e.seq <= s.last
          ORDER BY e.seq LIMIT s."limit"
        ) e ON s.holds
        ORDER BY s.log, e.seq`

      const toPart = Effect.fnUntraced(function* (head: typeof Head.Type, rows: ReadonlyArray<unknown>) {
        const items = yield* toItems(rows)
        const end = items.at(-1)
        return {
          log: head.wanted,
          markHolds: head.markHolds,
          open: head.open,
          from: head.from ?? undefined,
          joined: head.joined ?? undefined,
          last: head.last,
          items,
          to: end === undefined ? head.after : end._tag === "Skip" ? end.to : end.event.seq,
          position: toPositionState(head),
        }
      })

      const read = Effect.fnUntraced(function* (
        account: UserId,
        wants: ReadonlyArray<Want>,
        options: { readonly positions: boolean },
      ) {
        const rows = yield* select(account, wants, options.positions)
        const parts: Array<LogPart> = []
        for (let start = 0; start < rows.length;) {
          const head = yield* decodeHead(rows[start])
          let end = start + 1
          while (end < rows.length && rows[end]?.["wanted"] === head.wanted) end++
          // Without events the outer join leaves one row with nothing but the head.
          parts.push(yield* toPart(head, head.at === null ? [] : rows.slice(start, end)))
          start = end
        }
        return parts
      }, orUnavailable)

      return LogReader.of({ read })
    }),
  )
}
