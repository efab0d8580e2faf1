import type { Receipt } from "@chat/domain/Conversation"
import {
  type CapacityExceeded,
  type ConversationNotFound,
  type FriendsOnly,
  type IdTaken,
  MessageNotFound,
  NotAuthor,
  type NotMember,
  type RateLimited,
  type ReadOnly,
  type RoomArchived,
  type SlowMode,
  type StorageUnavailable,
  type TooLarge,
} from "@chat/domain/Errors"
import { type CommandId, type ConversationId, conversationLog, MessageId, UserId } from "@chat/domain/Ids"
import { Mentions } from "@chat/domain/Message"
import { may } from "@chat/domain/permissions"
import { Body, Seq } from "@chat/domain/Values"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Commands, type Outcome } from "../logs/Commands.ts"
import { Logs } from "../logs/Logs.ts"
import { factsOf, mentionsOf } from "../logs/MessageRow.ts"
import { canSee } from "../logs/visibility.ts"
import { Database } from "../storage/Database.ts"
import { int8, Time } from "../storage/rows.ts"
import { type Access, checkWriting, readAccess, requireMember } from "./Access.ts"
import { readMentions } from "./PostContent.ts"
import { type ForwardCommand, makeCheckLength, makePosting, type Plainly, type PostCommand } from "./posting.ts"

export interface DeleteCommand {
  readonly commandId: CommandId
  readonly conversation: ConversationId
  readonly message: MessageId
}

export interface EditCommand extends DeleteCommand {
  readonly body: Body
}

type Refusal = ConversationNotFound | NotMember | IdTaken | StorageUnavailable
type WriteRefusal = Refusal | FriendsOnly | RoomArchived | ReadOnly | TooLarge
type PostRefusal = WriteRefusal | MessageNotFound | SlowMode | RateLimited | CapacityExceeded

const Subject = Schema.Array(
  Schema.Struct({
    id: MessageId,
    seq: int8(Seq),
    author: UserId,
    body: Schema.NullOr(Body),
    rev: int8(Seq),
    textAt: Time,
    revAt: Time,
    thread: Schema.NullOr(int8(Seq)),
    onlyFor: Schema.NullOr(UserId),
    /** By the last text of which more people than the author were told. */
    mentioned: Schema.NullOr(Mentions),
  }),
)
const Root = Schema.Tuple([Schema.Struct({ id: MessageId })])
type Subject = (typeof Subject.Type)[number]

/** Posting messages and changing them. */
export class Messages extends Context.Service<
  Messages,
  {
    readonly post: (actor: UserId, command: PostCommand) => Effect.Effect<Receipt, PostRefusal>
    /**
     * Posts what can be decided from memory, without a fiber: most of what a node does is this. False: it cannot, and
     * nothing has happened.
     */
    readonly postPlain: (actor: UserId, command: PostCommand, done: Plainly) => boolean
    readonly forward: (actor: UserId, command: ForwardCommand) => Effect.Effect<Receipt, Exclude<PostRefusal, TooLarge>>
    readonly edit: (
      actor: UserId,
      command: EditCommand,
    ) => Effect.Effect<Receipt, WriteRefusal | MessageNotFound | NotAuthor>
    /** `left`: also where the author is a member no longer. */
    readonly delete: (
      actor: UserId,
      command: DeleteCommand,
      options?: { readonly left: boolean },
    ) => Effect.Effect<Receipt, Refusal | MessageNotFound | NotAuthor>
  }
>()("@chat/server/messages/Messages") {
  static readonly layer = Layer.effect(
    Messages,
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const logs = yield* Logs
      const commands = yield* Commands
      const checkLength = yield* makeCheckLength
      const posting = yield* makePosting

      // Under the log's lock, so that what is decided here holds at the commit.
      const subject = Effect.fnUntraced(function* <E>(
        actor: UserId,
        { conversation, message }: DeleteCommand,
        by: "author" | "authorOrModerator",
        check: (conversation: ConversationId, access: Access) => Effect.Effect<void, E>,
      ) {
        yield* logs.lock([conversationLog(conversation)])
        const access = yield* readAccess(sql, conversation, actor)
        yield* check(conversation, access)
        const rows = yield* sql`SELECT m.id, m.seq, m.author_id AS author, m.body, m.rev,
            coalesce(m.edited_at, m.posted_at) AS "textAt",
            (SELECT e.at FROM events e WHERE e.log_id = m.conversation_id AND e.seq = m.rev) AS "revAt",
            m.thread, m.only_for AS "onlyFor",
            (SELECT e.data->'mentionsAfter' FROM events e
              WHERE e.message_id = m.id AND e.type IN ('MessagePosted', 'MessageEdited')
                AND (e.only_for IS NULL OR e.only_for = m.only_for) ORDER BY e.seq DESC LIMIT 1) AS mentioned
          FROM messages m WHERE m.id = ${message} AND m.conversation_id = ${conversation}
            AND ${canSee(sql, actor, "m.conversation_id", "m.seq", "m.only_for")}`
        const [found] = yield* Schema.decodeUnknownEffect(Subject)(rows)
        if (found === undefined) return yield* new MessageNotFound({ messageId: message })
        const mayTouch = found.author === actor || (by === "authorOrModerator" && may(access.role, "deleteMessages"))
        return mayTouch ? { ...found, access } : yield* new NotAuthor({ messageId: message })
      })

      const unchanged = (conversation: ConversationId, { rev, revAt }: Pick<Subject, "rev" | "revAt">): Outcome => ({
        conversation,
        seq: rev,
        at: revAt,
        changed: false,
      })

      const edit = Effect.fn("Messages.edit")(function* (actor: UserId, command: EditCommand) {
        const { commandId, conversation, message, body } = command
        const key = { actor, id: commandId, type: "MessageEdited" }
        return yield* commands.run({
          ...key,
          execute: Effect.gen(function* () {
            yield* checkLength(body)
            const old = yield* subject(actor, command, "author", checkWriting)
            if (old.body === null) return yield* new MessageNotFound({ messageId: message })
            if (old.body === body) return unchanged(conversation, old)
            const now = yield* readMentions(sql, actor, conversation, body)
            const { seq, at } = yield* logs.append({
              log: conversationLog(conversation),
              actor,
              command: commandId,
              type: "MessageEdited",
              message: { id: message, seq: old.seq },
              onlyFor: old.access.silenced ? actor : undefined,
              data: factsOf(old.mentioned, mentionsOf(now)),
            })
            yield* sql`INSERT INTO message_revisions (message_id, rev, body, at)
              VALUES (${message}, ${old.rev}, ${old.body}, ${old.textAt}::timestamptz)`
            yield* sql`UPDATE messages SET body = ${body}, rev = ${seq}, edited_at = ${at}::timestamptz,
                mentions = ARRAY(SELECT value::uuid FROM jsonb_array_elements_text(${PgTypes.jsonb(now.mentions)})),
                mentions_room = ${now.mentionsRoom}, forked = forked OR ${old.access.silenced}
              WHERE id = ${message}`
            return { conversation, seq, at, changed: true }
          }),
        })
      })

      // Counted by those who can see the root, and told to them alone: others may see what was in the thread.
      const recount = Effect.fnUntraced(function* (
        actor: UserId,
        conversation: ConversationId,
        thread: Seq,
        onlyFor: UserId | undefined,
      ) {
        const rows = yield* sql`SELECT id FROM messages WHERE conversation_id = ${conversation} AND seq = ${thread}`
        const [{ id }] = yield* Schema.decodeUnknownEffect(Root)(rows)
        const { seq } = yield* logs.append({
          log: conversationLog(conversation),
          actor,
          type: "ThreadChanged",
          message: { id, seq: thread },
          onlyFor,
          data: {},
        })
        yield* sql`UPDATE messages r SET rev = ${seq}, replies = t.replies, last_reply = t.last
          FROM (SELECT count(*) AS replies, max(seq) AS last FROM messages
            WHERE conversation_id = ${conversation} AND thread = ${thread} AND deleted_at IS NULL) t
          WHERE r.id = ${id}`
      })

      const remove = Effect.fn("Messages.delete")(function* (
        actor: UserId,
        command: DeleteCommand,
        options?: { readonly left: boolean },
      ) {
        const { commandId, conversation, message } = command
        return yield* commands.run({
          actor,
          id: commandId,
          type: "MessageDeleted",
          execute: Effect.gen(function* () {
            const old = yield* subject(actor, command, "authorOrModerator", (conversation, { standing }) =>
              options?.left === true ? Effect.void : requireMember(conversation, standing),
            )
            if (old.body === null) return unchanged(conversation, old)
            const { seq, at } = yield* logs.append({
              log: conversationLog(conversation),
              actor,
              command: commandId,
              type: "MessageDeleted",
              message: { id: message, seq: old.seq },
              data: factsOf(old.mentioned, null),
            })
            yield* sql`DELETE FROM message_revisions WHERE message_id = ${message}`
            yield* sql`DELETE FROM reactions WHERE message_id = ${message}`
            yield* sql`UPDATE messages SET body = NULL, rev = ${seq}, deleted_at = ${at}::timestamptz, mentions = '{}',
                mentions_room = NULL, forwarded = NULL, reacted = false, pinned_at = NULL, pinned_by = NULL
              WHERE id = ${message}`
            if (old.thread !== null) yield* recount(actor, conversation, old.thread, old.onlyFor ?? undefined)
            return { conversation, seq, at, changed: true }
          }),
        })
      })

      return Messages.of({ ...posting, edit, delete: remove })
    }),
  )
}
