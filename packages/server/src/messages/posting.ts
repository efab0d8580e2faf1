import type { Receipt } from "@chat/domain/Conversation"
import { type MessageNotFound, SlowMode, type StorageUnavailable, TooLarge } from "@chat/domain/Errors"
import { accountLog, type ConversationId, conversationLog, type MessageId, type UserId } from "@chat/domain/Ids"
import { pauseOf } from "@chat/domain/permissions"
import type { Body } from "@chat/domain/Values"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SqlError from "effect/sql/SqlError"
import { ServerConfig } from "../config/ServerConfig.ts"
import { Membership } from "../conversations/Membership.ts"
import { RateLimits } from "../limits/RateLimits.ts"
import { Commands } from "../logs/Commands.ts"
import { type CommandKey, makeInFlight } from "../logs/InFlight.ts"
import { Logs } from "../logs/Logs.ts"
import { Database } from "../storage/Database.ts"
import { isConflict, orUnavailable } from "../storage/errors.ts"
import { type Access, checkWriting, makeAccessCache, readAccess } from "./Access.ts"
import type { Content } from "./PostBatch.ts"
import { forwarded, namesNobody, type Places, type Source, written } from "./PostContent.ts"
import { makePostWriter } from "./PostWriter.ts"

interface NewMessage {
  readonly conversation: ConversationId
  readonly id: MessageId
}

export interface PostCommand extends NewMessage, Places {
  readonly body: Body
}

export interface ForwardCommand extends NewMessage {
  readonly source: Source
}

/** What comes of a post that was decided from memory. */
export interface Plainly {
  readonly answer: (receipt: Receipt) => void
  /** It may or may not be stored. To try again at once would take as long again. */
  readonly fail: (error: StorageUnavailable) => void
  /** It has to be posted as any other: what was remembered holds no longer, or it is refused. */
  readonly instead: () => void
}

/** Why a post is refused that has cost a message. */
const refusals = [
  "NotMember",
  "ConversationNotFound",
  "FriendsOnly",
  "MessageNotFound",
  "RoomArchived",
  "ReadOnly",
] as const
const conflictRetries = 3
const Pause = Schema.Tuple([Schema.Struct({ retryAfter: Schema.Int })])

/** What a text may be, here. */
export const makeCheckLength = Effect.map(ServerConfig, ({ limits }) => (body: Body) => {
  const actual = [...body].length
  const limit = limits.messageBody
  return actual > limit ? Effect.fail(new TooLarge({ what: "message", limit, actual })) : Effect.void
})

/** Posting, of one's own and of what others have written. */
export const makePosting = Effect.gen(function* () {
  const { write: sql, read } = yield* Database
  const { limits } = yield* ServerConfig
  const logs = yield* Logs
  const membership = yield* Membership
  const commands = yield* Commands
  const rates = yield* RateLimits
  const access = yield* makeAccessCache
  const writer = yield* makePostWriter
  const inFlight = yield* makeInFlight
  const checkLength = yield* makeCheckLength

  // The first thing that somebody may see of a conversation is about to come. It raises the revision, so that the post
  // is decided again.
  const reveal = Effect.fnUntraced(
    function* (conversation: ConversationId, actor: UserId, peer: UserId) {
      yield* logs.lock([conversationLog(conversation), accountLog(peer)])
      const { unseenBy, silenced } = yield* readAccess(sql, conversation, actor)
      if (unseenBy === peer && !silenced) yield* membership.reveal(conversation, peer)
    },
    sql.withTransaction,
    Effect.retry({ while: (error) => SqlError.isSqlError(error) && isConflict(error), times: conflictRetries }),
    orUnavailable,
  )

  // A repeat is answered before anything is checked: so where a check refuses, it may have been a repeat.
  const refused =
    (key: CommandKey) =>
    <E>(error: E) =>
      Effect.flatMap(commands.find(key), (known) => (known === undefined ? Effect.fail(error) : Effect.succeed(known)))
  // These took nothing of the rate of messages, and looking up is not for nothing: it counts as a call.
  const refusedUnpaid =
    (key: CommandKey) =>
    <E>(error: E) =>
      Effect.andThen(rates.call(key.actor), refused(key)(error))

  // Only whoever is refused pays for being told how long it is.
  const refuseSlow = Effect.fnUntraced(function* (conversation: ConversationId, actor: UserId) {
    const rows = yield* sql`SELECT greatest(1, ceil(extract(epoch FROM
          s.at + make_interval(secs => c.slow_mode) - clock_timestamp()) * 1000))::int AS "retryAfter"
      FROM slow_posts s JOIN conversations c ON c.id = s.conversation_id
      WHERE s.conversation_id = ${conversation} AND s.account_id = ${actor}`
    const [{ retryAfter }] = yield* Schema.decodeUnknownEffect(Pause)(rows)
    return yield* new SlowMode({ retryAfter })
  }, orUnavailable)

  const checkNow = (conversation: ConversationId, actor: UserId) =>
    Effect.flatMap(orUnavailable(readAccess(read, conversation, actor)), (now) => checkWriting(conversation, now))

  const place = Effect.fnUntraced(function* (
    actor: UserId,
    { conversation, id }: NewMessage,
    reading: Effect.Effect<Content, MessageNotFound | SqlError.SqlError | Schema.SchemaError>,
  ) {
    yield* rates.message(actor)
    while (true) {
      const found = yield* access.get(conversation, actor)
      yield* checkWriting(conversation, found)
      const { rev, rules, role, silenced, unseenBy } = found
      const content = yield* orUnavailable(reading).pipe(
        // They may be a member no longer, of which the cache has not heard.
        Effect.tapErrorTag("MessageNotFound", () => checkNow(conversation, actor)),
      )
      if (unseenBy !== undefined && !silenced) yield* reveal(conversation, actor, unseenBy)
      const onlyFor = silenced ? actor : null
      const verdict = yield* writer.submit({
        conversation,
        actor,
        id,
        content,
        rev,
        pause: pauseOf(rules, role),
        onlyFor,
      })
      if (verdict === "slow") return yield* refuseSlow(conversation, actor)
      if (verdict !== "stale") return verdict
      access.forget(conversation, rev)
    }
  })

  // The span of the call is enough: this is what is called most.
  const post = Effect.fnUntraced(function* (actor: UserId, command: PostCommand) {
    const key = { actor, id: command.id, type: "MessagePosted" }
    const placing = place(actor, command, written(read, actor, command)).pipe(
      Effect.catchTag(refusals, refused(key)),
      Effect.catchTag("RateLimited", refusedUnpaid(key)),
    )
    const checked = Effect.matchEffect(checkLength(command.body), {
      onFailure: refusedUnpaid(key),
      onSuccess: () => placing,
    })
    return yield* inFlight(key, checked)
  })

  const postPlain = (actor: UserId, command: PostCommand, { answer, fail, instead }: Plainly): boolean => {
    const { conversation, id, body, replyTo, thread } = command
    const mentions = namesNobody(body)
    if (replyTo !== undefined || thread !== undefined || mentions === undefined) return false
    const found = access.recall(conversation, actor)
    if (found === undefined || !isPlain(found)) return false
    if (body.length > limits.messageBody || !rates.tryMessage(actor)) return false
    const { rev } = found
    const content = { body, replyTo: null, thread: null, forwarded: null, ...mentions }
    const goUsualWay = () => {
      rates.returnMessage(actor)
      instead()
    }
    const isTaken = writer.take({ conversation, actor, id, content, rev, pause: 0, onlyFor: null }, (exit) => {
      if (exit._tag === "Success") {
        if (typeof exit.value === "object") return answer(exit.value)
        access.forget(conversation, rev)
        return goUsualWay()
      }
      const error = exit.cause.reasons.find(Cause.isFailReason)?.error
      return error?._tag === "StorageUnavailable" ? fail(error) : goUsualWay()
    })
    if (!isTaken) rates.returnMessage(actor)
    return isTaken
  }

  const forward = Effect.fn("Messages.forward")(function* (actor: UserId, command: ForwardCommand) {
    const key = { actor, id: command.id, type: "MessagePosted" }
    const placing = place(actor, command, forwarded(read, actor, command.source)).pipe(
      Effect.catchTag(refusals, refused(key)),
      Effect.catchTag("RateLimited", refusedUnpaid(key)),
    )
    return yield* inFlight(key, placing)
  })

  return { post, postPlain, forward }
})

// Everybody there gets what is posted, and may be told at once.
const isPlain = ({ rules, role, silenced, unseenBy }: Access): boolean =>
  !silenced && unseenBy === undefined && pauseOf(rules, role) === 0
