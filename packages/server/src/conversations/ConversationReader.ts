import { type Conversation, ConversationKind } from "@chat/domain/Conversation"
import { type BadRequest, ConversationNotFound, type StorageUnavailable } from "@chat/domain/Errors"
import { ConversationId, UserId } from "@chat/domain/Ids"
import { Role } from "@chat/domain/permissions"
import { HistoryVisibility, roomRules } from "@chat/domain/Room"
import type { User } from "@chat/domain/User"
import { Mark, RoomName, Seq, Timestamp, Topic } from "@chat/domain/Values"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Statement from "effect/sql/Statement"
import { Directory, knownUser } from "../users/Directory.ts"
import { unreadCounts } from "../logs/unread.ts"
import { canSee, type Viewer } from "../logs/visibility.ts"
import { DraftsRow, draftsOf } from "./draftRows.ts"
import { ThreadsRow, threadsOf } from "./threadRows.ts"
import { NotifyColumns, toNotifications } from "../logs/notifications.ts"
import { MessageRow, messageColumns, peopleIn, toMessage } from "../logs/MessageRow.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { gather } from "../storage/gather.ts"
import { Int8, int8, Time } from "../storage/rows.ts"
import { pageCursor } from "../storage/pageCursor.ts"

const Row = Schema.Struct({
  conversationId: ConversationId,
  kind: ConversationKind,
  name: Schema.NullOr(RoomName),
  topic: Schema.NullOr(Topic),
  peer: Schema.NullOr(UserId),
  people: Schema.NullOr(Schema.Array(UserId)),
  history: HistoryVisibility,
  ...roomRules,
  role: Schema.NullOr(Role),
  createdAt: Time,
  memberCount: Schema.Int,
  from: int8(Seq),
  positionSeq: int8(Seq),
  positionRev: Int8,
  ...NotifyColumns,
  unread: Int8,
  mentioned: Int8,
  drafts: DraftsRow,
  threads: ThreadsRow,
  seq: int8(Seq),
  mark: Mark,
  id: Schema.NullOr(Schema.String),
})

const decodeViewers = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ viewer: UserId })))
const decodeRow = Schema.decodeUnknownEffect(Row)
const decodeMessage = Schema.decodeUnknownEffect(MessageRow)

const toConversation = (
  head: typeof Row.Type,
  last: MessageRow | undefined,
  users: ReadonlyMap<UserId, User>,
): Conversation => {
  const {
    conversationId,
    peer,
    people,
    positionSeq,
    positionRev,
    mentioned,
    notify,
    notifyUntil,
    drafts,
    threads,
    id: _,
    ...rest
  } = head
  return {
    ...rest,
    id: conversationId,
    peer: peer === null ? null : knownUser(users, peer),
    ...(people === null ? {} : { people: people.map((id) => knownUser(users, id)) }),
    lastMessage: last === undefined ? null : toMessage(last, users),
    position: { seq: positionSeq, rev: positionRev },
    mentions: mentioned,
    ...toNotifications({ notify, notifyUntil }),
    ...(drafts.length === 0 ? {} : { drafts }),
    ...(threads.length === 0 ? {} : { threads }),
  }
}

interface Ask {
  readonly account: UserId
  readonly id: ConversationId
}

/** So many conversations are read by one query. */
const mostAtOnce = 200

/** A page of a list; `next` goes into the call for the next one. */
export interface ConversationPage {
  readonly conversations: ReadonlyArray<Conversation>
  readonly next: string | null
}

const cursor = pageCursor(Schema.Tuple([Timestamp, ConversationId]))

/** The conversations of an account as its list needs them, each from one statement and so as of one `seq`. */
export class ConversationReader extends Context.Service<
  ConversationReader,
  {
    /** Those of these that the account is a member of. */
    readonly some: (
      account: UserId,
      ids: ReadonlyArray<ConversationId>,
    ) => Effect.Effect<ReadonlyArray<Conversation>, StorageUnavailable>
    readonly one: (
      account: UserId,
      id: ConversationId,
    ) => Effect.Effect<Conversation, ConversationNotFound | StorageUnavailable>
    /** All of them by pages, the one with the newest message first. */
    readonly page: (
      account: UserId,
      options: { readonly after: string | undefined; readonly limit: number },
    ) => Effect.Effect<ConversationPage, BadRequest | StorageUnavailable>
  }
>()("@chat/server/conversations/ConversationReader") {
  static readonly layer = Layer.effect(
    ConversationReader,
    Effect.gen(function* () {
      const { read: sql } = yield* Database
      const directory = yield* Directory

      const asker = sql.literal("asked.account")

      const select = (
        account: Viewer,
        where: Statement.Fragment,
        tail: Statement.Fragment,
        from = sql`visibility v`,
      ) => sql`
        SELECT v.account_id AS viewer, c.id AS "conversationId", c.kind, c.name, c.topic, c.history, c.access,
          c.slow_mode AS "slowMode", c.read_only AS "readOnly", c.member_limit AS "memberLimit", c.archived, b.role,
          c.created_at AS "createdAt",
          CASE WHEN c.kind = 'direct' THEN CASE WHEN c.low_id = ${account} THEN c.high_id ELSE c.low_id END END AS peer,
          CASE WHEN c.kind = 'group' THEN (
            SELECT coalesce(jsonb_agg(g.account_id ORDER BY g.joined, g.account_id), '[]') FROM members g
            WHERE g.conversation_id = c.id AND g.account_id <> ${account}) END AS people,
          c.member_count AS "memberCount", v.from_seq AS "from", l.seq, encode(h.mark, 'hex') AS mark,
          coalesce(p.seq, 0) AS "positionSeq", coalesce(p.rev, 0) AS "positionRev",
          p.notify, p.notify_until AS "notifyUntil",
          n.unread, n.mentioned, ${draftsOf(sql, account, "c.id")} AS drafts,
          ${threadsOf(sql, account, "c.id")} AS threads,
          m.*
        FROM ${from}
        JOIN logs l ON l.id = v.log_id
        JOIN conversations c ON c.id = v.log_id
        JOIN events h ON h.log_id = l.id AND h.seq = l.seq
        LEFT JOIN members b ON b.conversation_id = c.id AND b.account_id = v.account_id
        LEFT JOIN positions p ON p.account_id = v.account_id AND p.conversation_id = c.id
        JOIN LATERAL ${unreadCounts(sql, account, "c.id", "coalesce(p.seq, 0)")} n ON true
        LEFT JOIN LATERAL (
          SELECT ${messageColumns(sql, account)} FROM messages m
          WHERE m.conversation_id = c.id AND ${canSee(sql, account, "m.conversation_id", "m.seq", "m.only_for")}
            -- Without this a log in which nothing can be seen yet would be searched to its beginning.
            AND m.seq >= (SELECT min(f.from_seq) FROM visibility f
              WHERE f.account_id = v.account_id AND f.log_id = v.log_id)
          ORDER BY m.seq DESC LIMIT 1
        ) m ON true
        WHERE v.account_id = ${account} AND v.to_seq IS NULL AND ${where} ${tail}`

      const toConversations = Effect.fnUntraced(function* (rows: ReadonlyArray<unknown>) {
        const parts: Array<{ readonly head: typeof Row.Type; readonly last: MessageRow | undefined }> = []
        for (const row of rows) {
          const head = yield* decodeRow(row)
          parts.push({ head, last: head.id === null ? undefined : yield* decodeMessage(row) })
        }
        const users = yield* directory.resolve(
          parts.flatMap(({ head, last }) => [
            ...(head.peer === null ? [] : [head.peer]),
            ...(head.people ?? []),
            ...(last === undefined ? [] : peopleIn(last)),
          ]),
        )
        return parts.map(({ head, last }) => toConversation(head, last, users))
      })

      const someOf = yield* gather(
        Effect.fn("ConversationReader.some")(function* (asked: ReadonlyArray<ReadonlyArray<Ask>>) {
          const from = sql`(SELECT DISTINCT * FROM jsonb_to_recordset(${PgTypes.jsonb(asked.flat())})
            AS a (account uuid, id uuid)) asked
            JOIN visibility v ON v.account_id = asked.account AND v.log_id = asked.id`
          const rows = yield* select(asker, sql`true`, sql``, from)
          const viewers = yield* decodeViewers(rows)
          const conversations = yield* toConversations(rows)
          return Map.groupBy(conversations, (_, index) => viewers[index]?.viewer)
        }, orUnavailable),
        { most: mostAtOnce, size: (asks) => asks.length },
      )

      const some = (account: UserId, ids: ReadonlyArray<ConversationId>) =>
        Effect.map(someOf(ids.map((id) => ({ account, id }))), (found) => {
          const asked = new Set(ids)
          return (found.get(account) ?? []).filter(({ id }) => asked.has(id))
        })

      const one = Effect.fn("ConversationReader.one")(function* (account: UserId, id: ConversationId) {
        const [conversation] = yield* some(account, [id])
        return conversation ?? (yield* new ConversationNotFound({ conversation: id }))
      })

      const page = Effect.fn("ConversationReader.page")(function* (
        account: UserId,
        { after, limit }: { readonly after: string | undefined; readonly limit: number },
      ) {
        const start = yield* cursor.decode(after)
        const newest = sql`coalesce(m."postedAt", c.created_at)`
        const where =
          start === undefined ? sql`true` : sql`(${newest}, c.id) < (${start[0]}::timestamptz, ${start[1]}::uuid)`
        const rows = yield* select(account, where, sql`ORDER BY ${newest} DESC, c.id DESC LIMIT ${limit + 1}`)
        const found = yield* toConversations(rows)
        const conversations = found.slice(0, limit)
        const last = conversations.at(-1)
        const next =
          found.length > limit && last !== undefined
            ? yield* cursor.encode([last.lastMessage?.postedAt ?? last.createdAt, last.id])
            : null
        return { conversations, next }
      }, orUnavailable)

      return ConversationReader.of({ some, one, page })
    }),
  )
}
