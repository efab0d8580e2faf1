import { BadRequest, type StorageUnavailable } from "@chat/domain/Errors"
import { MessageId, type UserId } from "@chat/domain/Ids"
import { hasText, parseSearch, type SearchQuery } from "@chat/domain/SearchQuery"
import type { SearchHit } from "@chat/domain/SearchRpcs"
import { Seq, Timestamp } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { randomBytes } from "node:crypto"
import { pageCursor } from "../storage/pageCursor.ts"
import { MessageRow, messageColumns, peopleIn, toMessage } from "../logs/MessageRow.ts"
import { versionFor } from "../logs/versions.ts"
import { isThere } from "../logs/visibility.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { int8 } from "../storage/rows.ts"
import { Directory } from "../users/Directory.ts"
import { filters, textQuery } from "./conditions.ts"
import { type Marks, readMatches } from "./matches.ts"

/** Of how many of the newest that fit the best are chosen. */
const ranked = 1_000

interface Wish {
  readonly query: string
  readonly order: "time" | "relevance"
  readonly after: string | undefined
  readonly limit: number
}

/** The last hit of a page. With ranks, `newest` is the newest message that was looked at for the first page. */
const Place = Schema.Struct({
  rank: Schema.Finite,
  at: Timestamp,
  /** What was posted within one millisecond is in the order of its log. */
  seq: Seq,
  id: MessageId,
  newest: Schema.NullOr(Schema.Tuple([Timestamp, Seq, MessageId])),
})
const placeCursor = pageCursor(Place)

const Found = Schema.Struct({
  ...MessageRow.fields,
  rank: Schema.Finite,
  marked: Schema.String,
  newestAt: Schema.NullOr(Timestamp),
  newestSeq: Schema.NullOr(int8(Seq)),
  newestId: Schema.NullOr(MessageId),
})
const decodeFound = Schema.decodeUnknownEffect(Found)

/** Finding messages among those that somebody can see. */
export class Search extends Context.Service<
  Search,
  {
    readonly messages: (
      account: UserId,
      wish: Wish,
    ) => Effect.Effect<
      { readonly hits: ReadonlyArray<SearchHit>; readonly next: string | null },
      BadRequest | StorageUnavailable
    >
  }
>()("@chat/server/search/Search") {
  static readonly layer = Layer.effect(
    Search,
    Effect.gen(function* () {
      const { read: sql } = yield* Database
      const directory = yield* Directory

      const rfc3339 = (column: string) =>
        sql.literal(`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`)

      const select = (
        account: UserId,
        query: SearchQuery,
        { order, limit }: Wish,
        after: typeof Place.Type | undefined,
        { start, stop }: Marks,
      ) => {
        const byRank = order === "relevance"
        const text = hasText(query) ? textQuery(sql, query) : undefined
        // What is indexed is the newest version, which is not everybody's.
        const ownWords = sql`to_tsvector('simple', ${versionFor(sql, account).body})`
        const where = sql.and([
          ...(text === undefined ? [] : [sql`m.words @@ q.text`, sql`(NOT m.forked OR ${ownWords} @@ q.text)`]),
          ...filters(sql, account, query),
          isThere(sql, account),
        ])
        // In the order of time a page goes on from the last hit; with ranks, all of them are of the same newest ones.
        const [at, seq, id] = byRank
          ? (after?.newest ?? [null, null, null])
          : [after?.at ?? null, after?.seq ?? null, after?.id ?? null]
        const bound = sql`(${at}::timestamptz IS NULL OR (m.posted_at, m.seq, m.id) ${byRank ? sql`<=` : sql`<`}
          (${at}::timestamptz, ${seq}::bigint, ${id}::uuid))`
        const rank = byRank && text !== undefined ? sql`ts_rank_cd(m.words, q.text)::float8` : sql`0::float8`
        const asked = sql`(SELECT ${text ?? sql`''::tsquery`} AS text)`
        return sql`WITH found AS (
            SELECT ${messageColumns(sql, account)}, ${rank} AS rank FROM messages m, ${asked} q
            WHERE ${where} AND ${bound}
            ORDER BY m.posted_at DESC, m.seq DESC, m.id DESC LIMIT ${byRank ? ranked : limit + 1}
          ), newest AS (
            SELECT id, "messageSeq", "postedAt" FROM found ORDER BY "postedAt" DESC, "messageSeq" DESC, id DESC LIMIT 1
          ), page AS (
            SELECT * FROM found f
            WHERE ${!byRank || after === undefined} OR
              (f.rank, f."postedAt", f."messageSeq", f.id) < (${after?.rank ?? 0}::float8, ${after?.at ?? null}::timestamptz,
                ${after?.seq ?? null}::bigint, ${after?.id ?? null}::uuid)
            ORDER BY f.rank DESC, f."postedAt" DESC, f."messageSeq" DESC, f.id DESC LIMIT ${limit + 1}
          )
          SELECT p.*, ${rfc3339('n."postedAt"')} AS "newestAt", n."messageSeq" AS "newestSeq", n.id AS "newestId",
            ${text === undefined ? sql`''` : sql`ts_headline('simple', p.body, q.text, ${`HighlightAll=true, StartSel=${start}, StopSel=${stop}`})`} AS marked
          FROM page p, newest n, ${asked} q
          ORDER BY p.rank DESC, p."postedAt" DESC, p."messageSeq" DESC, p.id DESC`
      }

      const messages = Effect.fn("Search.messages")(function* (account: UserId, wish: Wish) {
        const parsed = parseSearch(wish.query)
        if (parsed._tag === "Problem") return yield* new BadRequest({ detail: parsed.detail })
        const after = yield* placeCursor.decode(wish.after)
        const random = randomBytes(12).toString("hex")
        const marks = { start: `<${random}>`, stop: `</${random}>` }
        const rows = yield* select(account, parsed.query, wish, after, marks)
        const found = yield* Effect.forEach(rows, (row) => decodeFound(row))
        const page = found.slice(0, wish.limit)
        const users = yield* directory.resolve(page.flatMap(peopleIn))
        const last = page.at(-1)
        const next = found.length > wish.limit && last !== undefined ? yield* placeCursor.encode(placeOf(last)) : null
        return {
          hits: page.map(({ rank: _, marked, newestAt: __, newestSeq: ___, newestId: ____, ...row }) => ({
            message: toMessage(row, users),
            matches: readMatches(marked, marks),
          })),
          next,
        }
      }, orUnavailable)

      return Search.of({ messages })
    }),
  )
}

const placeOf = (last: typeof Found.Type): typeof Place.Type => {
  const { rank, postedAt, messageSeq, id, newestAt, newestSeq, newestId } = last
  const newest =
    newestAt === null || newestSeq === null || newestId === null ? null : ([newestAt, newestSeq, newestId] as const)
  return { rank, at: postedAt, seq: messageSeq, id, newest }
}
