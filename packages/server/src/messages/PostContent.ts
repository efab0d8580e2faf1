import { MessageNotFound } from "@chat/domain/Errors"
import { type ConversationId, UserId } from "@chat/domain/Ids"
import { findMentions, maxMentions, mentionedNames } from "@chat/domain/mentions"
import type { RoomMention } from "@chat/domain/Message"
import { may, Role } from "@chat/domain/permissions"
import { Body, Seq } from "@chat/domain/Values"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { versionFor } from "../logs/versions.ts"
import { canSee, isThere } from "../logs/visibility.ts"
import { int8 } from "../storage/rows.ts"
import { User } from "@chat/domain/User"
import type { Content } from "./PostBatch.ts"

/** Where a message stands, and what it answers. */
export interface Places {
  readonly replyTo?: Seq
  readonly thread?: Seq
}

/** A message that is to be forwarded. */
export interface Source {
  readonly conversation: ConversationId
  readonly seq: Seq
}

type MentionsIn = Pick<Content, "mentions" | "mentionsRoom">

const Found = Schema.Array(Schema.Struct({ seq: int8(Seq), thread: Schema.NullOr(int8(Seq)) }))
const Origin = Schema.Array(Schema.Struct({ body: Body, author: UserId }))
const Addressees = Schema.Array(
  Schema.Struct({ hasOthers: Schema.Boolean, role: Schema.NullOr(Role), people: Schema.Array(User) }),
)

const nobody: MentionsIn = { mentions: [], mentionsRoom: null }

/** What a text mentions, if nobody has to be looked up: nobody. */
export const namesNobody = (body: Body): MentionsIn | undefined =>
  mentionedNames(body).size === 0 ? nobody : undefined

/** Whom a text mentions, of those who are members. Most texts have no `@`, and cost nothing. */
export const readMentions = Effect.fnUntraced(function* (
  sql: PgClient,
  actor: UserId,
  conversation: ConversationId,
  body: Body,
) {
  const names = mentionedNames(body)
  if (names.size === 0) return nobody
  // Between two people everything is for the other.
  const rows = yield* sql`SELECT c.kind <> 'direct' AS "hasOthers", a.role,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('id', u.id, 'username', u.username)), '[]')
        FROM members m JOIN users u ON u.id = m.account_id
        WHERE m.conversation_id = c.id
          AND u.username IN (SELECT jsonb_array_elements_text(${PgTypes.jsonb([...names])}))) AS people
    FROM conversations c LEFT JOIN members a ON a.conversation_id = c.id AND a.account_id = ${actor}
    WHERE c.id = ${conversation}`
  const [row] = yield* Schema.decodeUnknownEffect(Addressees)(rows)
  return row === undefined ? nobody : mentionsIn(body, row)
})

const mentionsIn = (body: Body, { hasOthers, role, people }: (typeof Addressees.Type)[0]): MentionsIn => {
  const members = new Map<string, UserId>(people.map(({ id, username }) => [username, id]))
  const all = new Map<string, RoomMention>()
  if (may(role, "mentionRoom")) all.set("room", "room")
  if (hasOthers) all.set("here", "here")
  const users = new Set<UserId>()
  let mentionsRoom: RoomMention | null = null
  // Nobody is meant by name who is called like one of these.
  const known = (name: string) => {
    const room = all.get(name)
    const user = members.get(name)
    return room !== undefined ? { room } : user !== undefined ? { user } : undefined
  }
  for (const { who } of findMentions(body, known)) {
    if (who.room !== undefined) mentionsRoom = mentionsRoom === "room" ? "room" : who.room
    else if (users.size < maxMentions) users.add(who.user)
  }
  return { mentions: [...users], mentionsRoom }
}

/**
 * What a post says, with whatever it names looked up: only a post that names something costs a query here. It holds as
 * long as the access of the log, which the statement that stores the post compares: messages never go away, and what
 * somebody can see of a log only changes with it.
 */
export const written = Effect.fnUntraced(function* (
  sql: PgClient,
  actor: UserId,
  { conversation, body, ...places }: PostedText,
) {
  const { replyTo, thread }: Pick<Content, "replyTo" | "thread"> = { replyTo: null, thread: null, ...places }
  const named = [replyTo, thread].filter((place) => place !== null)
  if (named.length > 0) {
    const rows = yield* sql`SELECT m.seq, m.thread FROM messages m
      WHERE m.conversation_id = ${conversation} AND ${canSee(sql, actor, "m.conversation_id", "m.seq", "m.only_for")}
        AND m.seq IN (SELECT value::bigint FROM jsonb_array_elements_text(${PgTypes.jsonb(named)}))`
    const found = yield* Schema.decodeUnknownEffect(Found)(rows)
    const missing = named.find((place) => !found.some(({ seq }) => seq === place))
    if (missing !== undefined) return yield* new MessageNotFound({ seq: missing })
    const root = found.find(({ seq }) => seq === thread)
    if (root !== undefined && root.thread !== null) return yield* new MessageNotFound({ seq: root.seq })
  }
  const mentions = yield* readMentions(sql, actor, conversation, body)
  return { body, replyTo, thread, forwarded: null, ...mentions } satisfies Content
})

interface PostedText extends Places {
  readonly conversation: ConversationId
  readonly body: Body
}

/** The text of another message as it is now, and who wrote it first. */
export const forwarded = Effect.fnUntraced(function* (sql: PgClient, actor: UserId, { conversation, seq }: Source) {
  const rows =
    yield* sql`SELECT ${versionFor(sql, actor).body} AS body, coalesce(m.forwarded, m.author_id) AS author FROM messages m
    WHERE m.conversation_id = ${conversation} AND m.seq = ${seq} AND ${isThere(sql, actor)}`
  const [origin] = yield* Schema.decodeUnknownEffect(Origin)(rows)
  if (origin === undefined) return yield* new MessageNotFound({ seq })
  return { body: origin.body, replyTo: null, thread: null, forwarded: origin.author, ...nobody } satisfies Content
})
