import type { StorageUnavailable } from "@chat/domain/Errors"
import { LogId, type UserId } from "@chat/domain/Ids"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Outgoing } from "../followers/Outgoing.ts"
import { type LogItem } from "../logs/logItems.ts"
import { LogReader, type LogPart, type Want } from "../logs/LogReader.ts"
import { PositionColumns, toPositionState } from "../logs/positionColumns.ts"
import { unreadCounts } from "../logs/unread.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { gather } from "../storage/gather.ts"
import { Int8 } from "../storage/rows.ts"
import { blockBefore, type BlockWant, makeBlocks, versionOfBlock } from "./blocks.ts"

/** So many logs are looked at by one query. */
const logsAtOnce = 200

interface Ask extends Want {
  readonly account: UserId
  readonly positions: boolean
}

const Head = Schema.Struct({
  n: Schema.Int,
  log: LogId,
  markHolds: Schema.Boolean,
  from: Int8,
  joined: Schema.NullOr(Int8),
  last: Int8,
  version: Schema.NullOr(Schema.String),
  hides: Schema.Boolean,
  ...PositionColumns,
})
type Head = typeof Head.Type
const decodeHeads = Schema.decodeUnknownEffect(Schema.Array(Head))

/** A part of a log of which others may have the same. */
export type SharedPart = Omit<LogPart, "items"> & { readonly items: ReadonlyArray<Outgoing<LogItem>> }

/**
 * Reads logs for many accounts at once: one query tells how far everybody is who asks at about the same time, and what is
 * the same for all of them is read once, or not at all if it is in memory in the state that the query found it in. What
 * somebody sees differently, or may not see, is read for them alone.
 */
export const makeSharedReader = Effect.gen(function* () {
  const { read: sql } = yield* Database
  const logReader = yield* LogReader
  const blocks = yield* makeBlocks
  const asker = sql.literal("w.account")

  const select = (asks: ReadonlyArray<Ask>) => sql`
    WITH want AS MATERIALIZED (
      SELECT w.*, l.seq AS last, v.from_seq AS "from"
      FROM jsonb_to_recordset(${PgTypes.jsonb(asks.map((ask, n) => ({ ...ask, n, before: blockBefore(ask.after) })))})
        AS w (n int, account uuid, log uuid, after bigint, before bigint, mark text, positions boolean)
      JOIN logs l ON l.id = w.log
      JOIN visibility v ON v.account_id = w.account AND v.log_id = w.log AND v.to_seq IS NULL
    ), block AS MATERIALIZED (
      SELECT b.log, b.before, v.version
      FROM (SELECT DISTINCT w.log, w.before, w.last FROM want w WHERE w.after < w.last) b
      CROSS JOIN LATERAL ${versionOfBlock(sql)} v
    )
    SELECT w.n, w.log, w.last, w."from", b.joined, k.version,
      w.mark IS NULL OR EXISTS (SELECT FROM events c
        WHERE c.log_id = w.log AND c.seq = w.after AND c.mark = decode(w.mark, 'hex')) AS "markHolds",
      EXISTS (SELECT FROM hidden_messages h JOIN messages m ON m.id = h.message_id
        WHERE h.account_id = w.account AND m.conversation_id = w.log) AS hides,
      p.seq AS "positionSeq", p.rev AS "positionRev", p.notify, p.notify_until AS "notifyUntil", n.unread, n.mentioned
    FROM want w
    LEFT JOIN block k ON k.log = w.log AND k.before = w.before AND w.after < w.last
    LEFT JOIN members b ON b.conversation_id = w.log AND b.account_id = w.account
    LEFT JOIN positions p ON w.positions AND p.account_id = w.account AND p.conversation_id = w.log
    LEFT JOIN LATERAL ${unreadCounts(sql, asker, "w.log", "p.seq")} n ON p.seq IS NOT NULL`

  const look = yield* gather(
    Effect.fn("sharedReader.look")(function* (asked: ReadonlyArray<ReadonlyArray<Ask>>) {
      const asks = asked.flat()
      const heads = new Map<Ask, Head>()
      for (const head of yield* decodeHeads(yield* select(asks))) {
        const ask = asks[head.n]
        if (ask !== undefined) heads.set(ask, head)
      }
      const worthIt = whatIsWorthIt(heads)
      if (worthIt.length > 0) yield* blocks.read(worthIt)
      return heads
    }, orUnavailable),
    { size: (asks) => asks.length, most: logsAtOnce },
  )

  /** Blocks that are not in memory, and of which at least as much is needed as is read. */
  const whatIsWorthIt = (heads: ReadonlyMap<Ask, Head>): ReadonlyArray<BlockWant> => {
    const needed = new Map<string, { readonly want: BlockWant; events: number }>()
    for (const [ask, head] of heads) {
      const want = blockOf(ask, head)
      if (want === undefined || blocks.get(want) !== undefined) continue
      const key = blocks.keyOf(want)
      const known = needed.get(key) ?? { want, events: 0 }
      known.events += blocks.sizeOf(want) - (ask.after - want.before)
      needed.set(key, known)
    }
    return [...needed.values()].filter(({ want, events }) => events >= blocks.sizeOf(want)).map(({ want }) => want)
  }

  const toPart = (ask: Ask, head: Head): SharedPart | undefined => {
    const { log, last, from, markHolds } = head
    const want = markHolds ? blockOf(ask, head) : undefined
    const items = want === undefined ? [] : blocks.take(want, ask.account, ask.after, from)
    // What there is has to be read.
    if (markHolds && ask.after < last && items.length === 0) return undefined
    return {
      log,
      markHolds,
      open: true,
      from,
      joined: head.joined ?? undefined,
      last,
      items,
      to: items.at(-1)?.item.event.seq ?? ask.after,
      position: toPositionState(head),
    }
  }

  /** The same as `LogReader.read`, of logs of which others may read the same. */
  const read = Effect.fnUntraced(function* (
    account: UserId,
    wants: ReadonlyArray<Want>,
    { positions }: { readonly positions: boolean },
  ): Effect.fn.Return<ReadonlyArray<SharedPart>, StorageUnavailable> {
    const asks = wants.map((want): Ask => ({ ...want, account, positions }))
    const heads = yield* look(asks)
    const parts: Array<SharedPart> = []
    const others: Array<Want> = []
    for (const [index, ask] of asks.entries()) {
      const head = heads.get(ask)
      const part = head === undefined ? undefined : toPart(ask, head)
      if (part !== undefined) parts.push(part)
      else if (wants[index] !== undefined) others.push(wants[index])
    }
    if (others.length === 0) return parts
    for (const part of yield* logReader.read(account, others, { positions })) {
      parts.push({ ...part, items: part.items.map((item) => new Outgoing<LogItem>(item)) })
    }
    return parts
  })

  return { read }
})

export type SharedReader = Effect.Success<typeof makeSharedReader>

/** Where the next events are, if there are any that somebody may have in common with others. */
const blockOf = ({ log, after }: Ask, { last, version, hides }: Head): BlockWant | undefined =>
  version === null || hides ? undefined : { log, before: blockBefore(after), last, version }
