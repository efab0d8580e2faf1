import { LogId, UserId } from "@chat/domain/Ids"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Statement from "effect/sql/Statement"
import { outgoing, type OutgoingEvent } from "../followers/Outgoing.ts"
import { BoundedMap } from "../limits/BoundedMap.ts"
import { itemColumns, makeLogItems } from "../logs/logItems.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { Int8 } from "../storage/rows.ts"
import { Directory } from "../users/Directory.ts"

/** So many events of a log, beside each other, are read and kept together. */
const blockSize = 100

/** So many blocks are kept. */
const maxBlocks = 128

/** Where a block begins: after this `seq`. */
export const blockBefore = (after: number): number => after - (after % blockSize)

/** A block to be read, as it was when its version was read. */
export interface BlockWant {
  readonly log: LogId
  readonly before: number
  /** The last `seq` of its log. */
  readonly last: number
  readonly version: string
}

/** An event as everybody gets it, but for those to whom it looks different. */
interface Shared {
  readonly event: OutgoingEvent
  readonly but: ReadonlyArray<UserId>
}

interface Block {
  readonly version: string
  /** What was known of names when it was read. */
  readonly names: number
  readonly events: ReadonlyMap<number, Shared>
}

/**
 * What tells two states of a block apart, as `version` of a table `b` of `log`, `before` and `last`. Whatever changes a
 * message takes a `seq` in its log, which becomes the `rev` of the message, or forks it. The marks of its last event and
 * of its last change tell it from one of another history, where a backup was restored and went on otherwise.
 */
export const versionOfBlock = (sql: PgClient): Statement.Fragment => sql`(
  SELECT concat_ws(' ', s.last, encode(l.mark, 'hex'), s.rev, encode(c.mark, 'hex'), s.forked) AS version
  FROM (
    SELECT max(e.seq) AS last, max(m.rev) AS rev, count(*) FILTER (WHERE m.forked) AS forked
    FROM events e LEFT JOIN messages m ON m.id = e.message_id
    WHERE e.log_id = b.log AND e.seq > b.before AND e.seq <= least(b.before + ${blockSize}, b.last)
  ) s
  LEFT JOIN events l ON l.log_id = b.log AND l.seq = s.last
  LEFT JOIN events c ON c.log_id = b.log AND c.seq = s.rev)`

const Row = Schema.Struct({
  wanted: LogId,
  before: Int8,
  state: Schema.String,
  but: Schema.NullOr(Schema.Array(UserId)),
})
const decodeRow = Schema.decodeUnknownEffect(Row)

const keyOf = ({ log, before }: Pick<BlockWant, "log" | "before">): string => `${log} ${before}`

/**
 * Events that many read at about the same time, read once for all of them. What is here is what everybody sees who may
 * see it; whether somebody may is for `sharedReader` to say.
 */
export const makeBlocks = Effect.gen(function* () {
  const { read: sql } = yield* Database
  const directory = yield* Directory
  const toItems = yield* makeLogItems
  const kept = new BoundedMap<string, Block>(maxBlocks)
  const nobody = sql.literal("'00000000-0000-0000-0000-000000000000'::uuid")

  /** The block in this state, if it is in memory. */
  const get = (want: BlockWant): Block | undefined => {
    const block = kept.get(keyOf(want))
    return block?.version === want.version && block.names === directory.revision() ? block : undefined
  }

  const select = (wants: ReadonlyArray<BlockWant>) => sql`
    SELECT b.log AS wanted, b.before, b.version AS state, e.* FROM (
      SELECT b.log, b.before, b.last, v.version
      FROM jsonb_to_recordset(${PgTypes.jsonb(wants)}) AS b (log uuid, before bigint, last bigint)
      CROSS JOIN LATERAL ${versionOfBlock(sql)} v
    ) b CROSS JOIN LATERAL (
      SELECT ${itemColumns(sql, nobody)},
        e.only_for IS NULL AND m.only_for IS NULL AND m.forked IS NOT TRUE AS visible,
        CASE WHEN m.reacted THEN (SELECT jsonb_agg(r.account_id) FROM reactions r WHERE r.message_id = m.id) END AS but
      FROM events e LEFT JOIN messages m ON m.id = e.message_id
      WHERE e.log_id = b.log AND e.seq > b.before AND e.seq <= least(b.before + ${blockSize}, b.last)
    ) e ORDER BY b.log, b.before, e.seq`

  /** Reads blocks. One that is in another state by then is of no use to whoever wanted it. */
  const read = Effect.fnUntraced(function* (wants: ReadonlyArray<BlockWant>) {
    const names = directory.revision()
    const rows = yield* select(wants)
    const heads = yield* Effect.forEach(rows, (row) => decodeRow(row))
    for (let start = 0; start < rows.length;) {
      const { wanted: log, before, state: version } = heads[start] as typeof Row.Type // `start` is in range
      let end = start + 1
      while (heads[end]?.wanted === log && heads[end]?.before === before) end++
      const events = new Map<number, Shared>()
      for (const item of yield* toItems(rows.slice(start, end))) {
        if (item._tag === "Skip") continue
        const { seq } = item.event
        events.set(seq, { event: outgoing(item.event), but: heads[start + seq - before - 1]?.but ?? [] })
      }
      kept.set(keyOf({ log, before }), { version, names, events })
      start = end
    }
  }, orUnavailable)

  /**
   * What an account gets of a block after a `seq`, in order: as far as it is the same for everybody, and says nothing of
   * what is from before the account could see everything.
   */
  const take = (want: BlockWant, account: UserId, after: number, from: number): ReadonlyArray<OutgoingEvent> => {
    const events: Array<OutgoingEvent> = []
    const block = get(want)
    for (let seq = after + 1; seq <= want.last; seq++) {
      const shared = seq < from ? undefined : block?.events.get(seq)
      if (shared === undefined || shared.but.includes(account) || isAbout(shared.event, from)) break
      events.push(shared.event)
    }
    return events
  }

  return { get, read, take, keyOf, sizeOf: ({ before, last }: BlockWant) => Math.min(blockSize, last - before) }
})

/** Whether it is about a message from before a `seq`. */
const isAbout = ({ item }: OutgoingEvent, seq: number): boolean =>
  "message" in item.event.data && item.event.data.message.seq < seq
