import { TooLarge } from "@chat/domain/Errors"
import { accountLog, type CommandId, ConversationId, conversationLog, type UserId } from "@chat/domain/Ids"
import { Seq } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { ServerConfig } from "../config/ServerConfig.ts"
import { type Appended, Logs } from "../logs/Logs.ts"
import { Database } from "../storage/Database.ts"
import { Int8, int8, Time } from "../storage/rows.ts"
import { contactRows, type ContactList } from "./contactRows.ts"

/** A request: there is none, the other one has seen it, or it was sent to somebody who had blocked the sender. */
const Request = Schema.Literals(["none", "seen", "unseen"])

/** How two people stand to each other, seen from the first. */
const Pair = Schema.Struct({
  friends: Schema.Boolean,
  sent: Request,
  received: Request,
  /** The first has blocked the second. */
  blocked: Schema.Boolean,
  /** The second has blocked the first. */
  silenced: Schema.Boolean,
  /** The account of the second has been deleted. */
  gone: Schema.Boolean,
})
export type Pair = typeof Pair.Type

const Pairs = Schema.Array(Pair)
const Direct = Schema.Array(Schema.Struct({ id: ConversationId }))
const Count = Schema.Tuple([Schema.Struct({ count: Int8 })])
const Head = Schema.Tuple([Schema.Struct({ seq: int8(Seq), at: Time })])

/** What an event about somebody says. */
interface About {
  readonly actor: UserId
  readonly user: UserId
  readonly command?: CommandId | undefined
  readonly direction?: "sent" | "received"
  readonly outcome?: "cancelled" | "declined" | "accepted"
}

/** What is between two people, in the database. Everything here is called inside a command's transaction. */
export const makeContactStore = Effect.gen(function* () {
  const { write: sql } = yield* Database
  const logs = yield* Logs
  const { contacts: limit } = yield* ServerConfig

  const directOf = Effect.fnUntraced(function* (one: UserId, other: UserId) {
    const rows = yield* sql`SELECT id FROM conversations WHERE kind = 'direct'
      AND low_id = least(${one}::uuid, ${other}::uuid) AND high_id = greatest(${one}::uuid, ${other}::uuid)`
    return (yield* Schema.decodeUnknownEffect(Direct)(rows)).map(({ id }) => conversationLog(id))
  })

  /** Locks what is between two people, and says how they stand; undefined: there is no such second. */
  const lock = Effect.fnUntraced(function* (actor: UserId, user: UserId) {
    const direct = yield* directOf(actor, user)
    const locked = yield* logs.lock([accountLog(actor), accountLog(user), ...direct])
    if (locked.get(user) !== "account") return undefined
    const rows = yield* sql`SELECT
        EXISTS (SELECT FROM friends WHERE account_id = ${actor} AND friend_id = ${user}) AS friends,
        coalesce((SELECT CASE WHEN received_at IS NULL THEN 'unseen' ELSE 'seen' END FROM friend_requests
          WHERE from_id = ${actor} AND to_id = ${user}), 'none') AS sent,
        coalesce((SELECT CASE WHEN received_at IS NULL THEN 'unseen' ELSE 'seen' END FROM friend_requests
          WHERE from_id = ${user} AND to_id = ${actor}), 'none') AS received,
        EXISTS (SELECT FROM blocks WHERE account_id = ${actor} AND blocked_id = ${user}) AS blocked,
        EXISTS (SELECT FROM blocks WHERE account_id = ${user} AND blocked_id = ${actor}) AS silenced,
        EXISTS (SELECT FROM users WHERE id = ${user} AND deleted_at IS NOT NULL) AS gone`
    return (yield* Schema.decodeUnknownEffect(Pairs)(rows))[0]
  })

  /** Where the log of an account ends. */
  const head = Effect.fnUntraced(function* (account: UserId) {
    const rows = yield* sql`SELECT l.seq, e.at FROM logs l JOIN events e ON e.log_id = l.id AND e.seq = l.seq
      WHERE l.id = ${accountLog(account)}`
    return (yield* Schema.decodeUnknownEffect(Head)(rows))[0]
  })

  const tell = (account: UserId, type: string, { actor, command, ...data }: About) =>
    logs.append({ log: accountLog(account), actor, type, data, ...(command === undefined ? {} : { command }) })

  /** What was decided from a cache about the conversation of these two is decided again. */
  const raiseAccess = Effect.fnUntraced(function* (one: UserId, other: UserId) {
    for (const log of yield* directOf(one, other)) yield* logs.raiseAccess(log)
  })

  /** One more must fit. */
  const makeRoom = Effect.fnUntraced(function* (what: string, account: UserId, list: ContactList) {
    const { table, owner } = contactRows(sql, list)
    const rows = yield* sql`SELECT count(*) FROM ${table} WHERE ${owner} = ${account}`
    const [{ count }] = yield* Schema.decodeUnknownEffect(Count)(rows)
    if (count >= limit) return yield* new TooLarge({ what, limit, actual: count + 1 })
  })

  const befriendOne = Effect.fnUntraced(function* (account: UserId, about: About) {
    const added = yield* tell(account, "FriendAdded", about)
    yield* sql`INSERT INTO friends (account_id, friend_id, since)
      VALUES (${account}, ${about.user}, ${added.at}::timestamptz)`
    return added
  })

  /** Both are friends: the second had asked the first, who knows of it or not. */
  const befriend = Effect.fnUntraced(function* (actor: UserId, user: UserId, pair: Pair, command?: CommandId) {
    yield* makeRoom("list of friends", actor, "friends")
    yield* makeRoom("list of friends that they have", user, "friends")
    yield* sql`DELETE FROM friend_requests WHERE from_id = ${user} AND to_id = ${actor}`
    const ended = { actor, outcome: "accepted" } as const
    yield* tell(user, "FriendRequestEnded", { ...ended, user: actor, direction: "sent" })
    if (pair.received === "seen") yield* tell(actor, "FriendRequestEnded", { ...ended, user, direction: "received" })
    yield* befriendOne(user, { actor, user: actor })
    const added: Appended = yield* befriendOne(actor, { actor, user, command })
    yield* raiseAccess(actor, user)
    return added
  })

  /** They are friends no longer. */
  const part = Effect.fnUntraced(function* (actor: UserId, user: UserId, command?: CommandId) {
    yield* sql`DELETE FROM friends
      WHERE (account_id = ${actor} AND friend_id = ${user}) OR (account_id = ${user} AND friend_id = ${actor})`
    yield* tell(user, "FriendRemoved", { actor, user: actor })
    const removed = yield* tell(actor, "FriendRemoved", { actor, user, command })
    yield* raiseAccess(actor, user)
    return removed
  })

  return { lock, head, tell, raiseAccess, makeRoom, befriend, part }
})
