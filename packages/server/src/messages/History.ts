import { ConversationNotFound, MessageNotFound, type StorageUnavailable } from "@chat/domain/Errors"
import type { ConversationId, UserId } from "@chat/domain/Ids"
import type { HistoryPage, Message, ThreadPage } from "@chat/domain/Message"
import { Seq } from "@chat/domain/Values"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Statement from "effect/sql/Statement"
import { Directory } from "../users/Directory.ts"
import { canSee } from "../logs/visibility.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { int8 } from "../storage/rows.ts"
import { MessageRow, messageColumns, peopleIn, toMessage } from "../logs/MessageRow.ts"

/** Which page: the newest, or the nearest before or after a `seq`. */
export interface HistoryQuery {
  readonly conversation: ConversationId
  readonly before?: Seq
  readonly after?: Seq
  readonly limit: number
}

/** Which page of a thread. */
export interface ThreadQuery extends HistoryQuery {
  readonly root: Seq
}

/** Some messages, and the head of the log when they were read. */
export interface SomeMessages {
  readonly conversation: ConversationId
  readonly messages: ReadonlyArray<Message>
  readonly asOf: Seq
}

const Head = Schema.Struct({ last: int8(Seq), id: Schema.NullOr(Schema.String) })
const decodeHead = Schema.decodeUnknownEffect(Head)
const decodeMessage = Schema.decodeUnknownEffect(MessageRow)

/** Reading what was written, as far as one can see. */
export class History extends Context.Service<
  History,
  {
    readonly page: (
      account: UserId,
      query: HistoryQuery,
    ) => Effect.Effect<HistoryPage, ConversationNotFound | StorageUnavailable>
    readonly thread: (
      account: UserId,
      query: ThreadQuery,
    ) => Effect.Effect<ThreadPage, ConversationNotFound | MessageNotFound | StorageUnavailable>
    /** Those of these that the account can see. */
    readonly some: (
      account: UserId,
      conversation: ConversationId,
      seqs: ReadonlyArray<Seq>,
    ) => Effect.Effect<SomeMessages, ConversationNotFound | StorageUnavailable>
  }
>()("@chat/server/messages/History") {
  static readonly layer = Layer.effect(
    History,
    Effect.gen(function* () {
      const { read: sql } = yield* Database
      const directory = yield* Directory

      // One row a message, and one row if there is none; without any row the account can see nothing of the log.
      const select = (account: UserId, conversation: ConversationId, which: Statement.Fragment) => sql`
        SELECT s.last, m.* FROM (
          SELECT min(v.from_seq) AS first, max(coalesce(v.to_seq, l.seq)) AS last
          FROM logs l JOIN visibility v ON v.log_id = l.id AND v.account_id = ${account}
          WHERE l.id = ${conversation} AND l.kind = 'conversation'
        ) s
        LEFT JOIN LATERAL (
          SELECT ${messageColumns(sql, account)} FROM messages m
          WHERE m.conversation_id = ${conversation} AND ${canSee(sql, account, "m.conversation_id", "m.seq", "m.only_for")}
            -- Without these whoever sees little of a long log waits until all the rest has been looked at.
            AND m.seq BETWEEN s.first AND s.last
            AND ${which}
        ) m ON true
        WHERE s.last IS NOT NULL`

      const read = Effect.fnUntraced(function* (
        account: UserId,
        conversation: ConversationId,
        which: Statement.Fragment,
      ) {
        const rows = yield* select(account, conversation, which)
        if (rows.length === 0) return yield* new ConversationNotFound({ conversation })
        const { last, id } = yield* decodeHead(rows[0])
        const found = id === null ? [] : yield* Effect.forEach(rows, (row) => decodeMessage(row))
        const users = yield* directory.resolve(found.flatMap(peopleIn))
        return { last, messages: found.map((row) => toMessage(row, users)) }
      })

      const nearest = ({ before, after, limit }: HistoryQuery) => sql`m.seq > ${after ?? 0}
        AND (${before ?? null}::bigint IS NULL OR m.seq < ${before ?? null})
        ORDER BY ${after === undefined ? sql`m.seq DESC` : sql`m.seq ASC`} LIMIT ${limit + 1}`

      const toPage = (
        { conversation, before, after, limit }: HistoryQuery,
        last: Seq,
        found: ReadonlyArray<Message>,
      ): HistoryPage => {
        const more = found.length > limit
        const within = found.slice(0, limit)
        const messages = after === undefined ? within.toReversed() : within
        const lowest = more ? (messages[0]?.seq ?? last) : Seq.make(1)
        const highest = more ? (messages.at(-1)?.seq ?? last) : last
        return {
          conversation,
          messages,
          from: after === undefined ? lowest : Seq.make(after + 1),
          to: after === undefined ? (before === undefined ? last : Seq.make(Math.max(0, before - 1))) : highest,
          asOf: last,
          more,
        }
      }

      const page = Effect.fn("History.page")(function* (account: UserId, query: HistoryQuery) {
        const { last, messages } = yield* read(account, query.conversation, nearest(query))
        return toPage(query, last, messages)
      }, orUnavailable)

      // The root comes along in the same statement, whichever part of the thread is asked for.
      const thread = Effect.fn("History.thread")(function* (account: UserId, query: ThreadQuery) {
        const { conversation, root: seq } = query
        const part = sql`(m.seq = ${seq} OR m.seq IN (
          SELECT m.seq FROM messages m WHERE m.conversation_id = ${conversation} AND m.thread = ${seq}
            AND ${canSee(sql, account, "m.conversation_id", "m.seq", "m.only_for")} AND ${nearest(query)}
        )) ORDER BY ${query.after === undefined ? sql`m.seq DESC` : sql`m.seq ASC`}`
        const { last, messages } = yield* read(account, conversation, part)
        const root = messages.find((message) => message.seq === seq)
        if (root === undefined || root.thread !== null) return yield* new MessageNotFound({ seq })
        const replies = messages.filter((message) => message !== root)
        return { ...toPage(query, last, replies), root }
      }, orUnavailable)

      const some = Effect.fn("History.some")(function* (
        account: UserId,
        conversation: ConversationId,
        seqs: ReadonlyArray<Seq>,
      ) {
        const those = sql`m.seq IN (SELECT value::bigint FROM jsonb_array_elements_text(${PgTypes.jsonb(seqs)}))
          ORDER BY m.seq`
        const { last, messages } = yield* read(account, conversation, those)
        return { conversation, messages, asOf: last }
      }, orUnavailable)

      return History.of({ page, thread, some })
    }),
  )
}
