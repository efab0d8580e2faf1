import type { ReadPosition } from "@chat/domain/ReadPosition"
import {
  type BadRequest,
  ConversationNotFound,
  MessageNotFound,
  NotMember,
  type StorageUnavailable,
} from "@chat/domain/Errors"
import { type ConversationId, conversationLog, MessageId, type UserId } from "@chat/domain/Ids"
import type { ThreadSummary } from "@chat/domain/Thread"
import { Seq, Timestamp } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Hub } from "../hub/Hub.ts"
import { pageCursor } from "../storage/pageCursor.ts"
import { MessageRow, messageColumns, peopleIn, toMessage } from "../logs/MessageRow.ts"
import { unreadInThread } from "../logs/unread.ts"
import { versionFor } from "../logs/versions.ts"
import { canSee } from "../logs/visibility.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { Int8, int8, Time } from "../storage/rows.ts"
import { Directory } from "../users/Directory.ts"
import { readAccess } from "./Access.ts"

/** Which threads: of one conversation or of all, and from where on. */
interface ThreadsQuery {
  readonly conversation?: ConversationId
  readonly after?: string
  readonly limit: number
}

/** A place in a thread. */
export interface ThreadPlace {
  readonly conversation: ConversationId
  readonly thread: Seq
  readonly seq: Seq
}

const Position = Schema.Array(Schema.Struct({ seq: int8(Seq), rev: Int8 }))

const Row = Schema.Struct({
  ...MessageRow.fields,
  positionSeq: int8(Seq),
  positionRev: Int8,
  unread: Int8,
  mentioned: Int8,
  lastAt: Time,
})

const decodeRow = Schema.decodeUnknownEffect(Row)
const cursor = pageCursor(Schema.Tuple([Timestamp, MessageId]))

/** The threads that somebody is in, and how far they have read in each. */
export class Threads extends Context.Service<
  Threads,
  {
    readonly list: (
      account: UserId,
      query: ThreadsQuery,
    ) => Effect.Effect<
      { readonly threads: ReadonlyArray<ThreadSummary>; readonly next: string | null },
      BadRequest | StorageUnavailable
    >
    /** Beyond the end of the log it means the end. */
    readonly markRead: (
      account: UserId,
      place: ThreadPlace,
    ) => Effect.Effect<ReadPosition, ConversationNotFound | NotMember | MessageNotFound | StorageUnavailable>
  }
>()("@chat/server/messages/Threads") {
  static readonly layer = Layer.effect(
    Threads,
    Effect.gen(function* () {
      const { read, write } = yield* Database
      const directory = yield* Directory
      const hub = yield* Hub

      /** Threads that the account began, wrote in, is mentioned in, or has read. */
      const mine = (account: UserId) => read`SELECT conversation_id, seq AS thread FROM messages
          WHERE author_id = ${account} AND replies > 0
        UNION
        SELECT conversation_id, thread FROM messages WHERE author_id = ${account} AND thread IS NOT NULL
        UNION
        SELECT conversation_id, thread FROM messages WHERE thread IS NOT NULL AND mentions <> '{}'
          AND mentions @> ARRAY[${account}::uuid] AND only_for IS NULL AND NOT forked
        UNION
        SELECT u.conversation_id, u.thread FROM messages u
          JOIN visibility s ON s.account_id = ${account} AND s.log_id = u.conversation_id
          WHERE u.forked AND u.thread IS NOT NULL AND u.only_for IS NULL
            AND ${account} = ANY (${versionFor(read, account, "u").mentions})
        UNION
        SELECT conversation_id, thread FROM thread_positions WHERE account_id = ${account}`

      const list = Effect.fn("Threads.list")(function* (account: UserId, { conversation, after, limit }: ThreadsQuery) {
        const start = yield* cursor.decode(after)
        const rows = yield* read`SELECT ${messageColumns(read, account)}, l.posted_at AS "lastAt",
            r.seq AS "positionSeq", coalesce(p.rev, 0) AS "positionRev", n.unread, n.mentioned
          FROM (${mine(account)}) t
          JOIN visibility o ON o.account_id = ${account} AND o.log_id = t.conversation_id AND o.to_seq IS NULL
          JOIN messages m ON m.conversation_id = t.conversation_id AND m.seq = t.thread AND m.replies > 0
          -- The newest answer that is there for them.
          JOIN LATERAL (SELECT a.posted_at FROM messages a
            WHERE a.conversation_id = m.conversation_id AND a.thread = m.seq AND a.deleted_at IS NULL
              AND (a.only_for IS NULL OR a.only_for = ${account})
            ORDER BY a.seq DESC LIMIT 1) l ON true
          LEFT JOIN thread_positions p ON p.account_id = ${account} AND p.conversation_id = m.conversation_id
            AND p.thread = m.seq
          -- Who has written in a thread has read what was there before.
          CROSS JOIN LATERAL (SELECT greatest(coalesce(p.seq, 0), coalesce(max(w.seq), 0)) AS seq FROM messages w
            WHERE w.conversation_id = m.conversation_id AND w.thread = m.seq AND w.author_id = ${account}) r
          CROSS JOIN LATERAL ${unreadInThread(read, account, { log: "m.conversation_id", root: "m.seq", position: "r.seq" })} n
          WHERE ${canSee(read, account, "m.conversation_id", "m.seq", "m.only_for")}
            AND (${conversation ?? null}::uuid IS NULL OR m.conversation_id = ${conversation ?? null}::uuid)
            AND (${start?.[0] ?? null}::timestamptz IS NULL
              OR (l.posted_at, m.id) < (${start?.[0] ?? null}::timestamptz, ${start?.[1] ?? null}::uuid))
          ORDER BY l.posted_at DESC, m.id DESC LIMIT ${limit + 1}`
        const found = yield* Effect.forEach(rows, (row) => decodeRow(row))
        const users = yield* directory.resolve(found.flatMap(peopleIn))
        const page = found.slice(0, limit)
        const last = page.at(-1)
        return {
          threads: page.map(({ positionSeq, positionRev, unread, mentioned, lastAt: _, ...root }) => ({
            root: toMessage(root, users),
            position: { seq: positionSeq, rev: positionRev },
            unread,
            mentions: mentioned,
          })),
          next: found.length > limit && last !== undefined ? yield* cursor.encode([last.lastAt, last.id]) : null,
        }
      }, orUnavailable)

      const markRead = Effect.fn("Threads.markRead")(function* (
        account: UserId,
        { conversation, thread, seq }: ThreadPlace,
      ) {
        const { standing } = yield* readAccess(write, conversation, account)
        if (standing === "none") return yield* new ConversationNotFound({ conversation })
        if (standing === "outside") return yield* new NotMember({ conversation })
        const rows = yield* write`INSERT INTO thread_positions AS p (account_id, conversation_id, thread, seq, rev)
          SELECT ${account}, m.conversation_id, m.seq, least(${seq}::bigint, l.seq), 1
          FROM messages m JOIN logs l ON l.id = m.conversation_id
          WHERE m.conversation_id = ${conversation} AND m.seq = ${thread} AND m.thread IS NULL
            AND ${canSee(write, account, "m.conversation_id", "m.seq", "m.only_for")}
          ON CONFLICT (account_id, conversation_id, thread) DO UPDATE
            SET seq = excluded.seq, rev = p.rev + 1, changed = pg_current_xact_id()
            WHERE excluded.seq > p.seq
          RETURNING p.seq, p.rev`
        const [moved] = yield* Schema.decodeUnknownEffect(Position)(rows)
        if (moved !== undefined) {
          yield* hub.publish({ _tag: "ThreadRead", account, log: conversationLog(conversation), thread })
          return moved
        }
        const known = yield* write`SELECT p.seq, p.rev FROM thread_positions p JOIN messages m
            ON m.conversation_id = p.conversation_id AND m.seq = p.thread
          WHERE p.account_id = ${account} AND p.conversation_id = ${conversation} AND p.thread = ${thread}
            AND ${canSee(write, account, "m.conversation_id", "m.seq", "m.only_for")}`
        const [position] = yield* Schema.decodeUnknownEffect(Position)(known)
        return position ?? (yield* new MessageNotFound({ seq: thread }))
      }, orUnavailable)

      return Threads.of({ list, markRead })
    }),
  )
}
