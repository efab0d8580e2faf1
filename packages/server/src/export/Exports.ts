import { AuditEntry } from "@chat/domain/Admin"
import { Conversation } from "@chat/domain/Conversation"
import type { BadRequest, StorageUnavailable } from "@chat/domain/Errors"
import { LogEvent } from "@chat/domain/Event"
import type { ExportItem } from "@chat/domain/ExportRpcs"
import { accountLog, ConversationId, type SessionId, type UserId } from "@chat/domain/Ids"
import { Message } from "@chat/domain/Message"
import { ListedSession } from "@chat/domain/Session"
import { Account, Profile } from "@chat/domain/User"
import { Seq } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Accounts } from "../accounts/Accounts.ts"
import { AuditReader } from "../audit/AuditReader.ts"
import { ConversationReader } from "../conversations/ConversationReader.ts"
import { pageCursor } from "../storage/pageCursor.ts"
import { LogReader } from "../logs/LogReader.ts"
import { History } from "../messages/History.ts"
import { Sessions } from "../sessions/Sessions.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"

/** Where an export is: in the audit log, in the account's log, or in a conversation. */
const Place = Schema.Union([
  Schema.Struct({ in: Schema.Literal("audit"), before: Schema.NullOr(Schema.Int) }),
  Schema.Struct({ in: Schema.Literal("log"), after: Seq }),
  Schema.Struct({ in: Schema.Literal("conversation"), id: Schema.NullOr(ConversationId), after: Seq }),
])
type Place = typeof Place.Type

const cursor = pageCursor(Place)
const Ids = Schema.Array(Schema.Struct({ id: ConversationId }))
const pageSize = 100
const beginning = Seq.make(0)

type Part = { readonly items: ReadonlyArray<ExportItem>; readonly next: Place | null }

const item = <S extends Schema.Codec<unknown, unknown>>(type: string, schema: S) => {
  const encode = Schema.encodeEffect(Schema.toCodecJson(schema))
  // What the server reads is of the contract's form.
  return (value: S["Type"]): Effect.Effect<ExportItem> =>
    Effect.map(Effect.orDie(encode(value)), (data) => ({ type, data }))
}

const toAccount = item("account", Account)
const toProfile = item("profile", Profile)
const toSession = item("session", ListedSession)
const toAudit = item("audit", AuditEntry)
const toEvent = item("event", LogEvent)
const toConversation = item("conversation", Conversation)
const toLeft = item("conversation", Schema.Struct({ id: ConversationId }))
const toMessage = item("message", Message)

/** Everything that concerns an account, by parts, so that neither side ever holds all of it. */
export class Exports extends Context.Service<
  Exports,
  {
    readonly part: (
      who: { readonly user: UserId; readonly session: SessionId },
      after: string | undefined,
    ) => Effect.Effect<
      { readonly items: ReadonlyArray<ExportItem>; readonly next: string | null },
      BadRequest | StorageUnavailable
    >
  }
>()("@chat/server/export/Exports") {
  static readonly layer = Layer.effect(
    Exports,
    Effect.gen(function* () {
      const { read: sql } = yield* Database
      const accounts = yield* Accounts
      const sessions = yield* Sessions
      const auditReader = yield* AuditReader
      const logReader = yield* LogReader
      const conversationReader = yield* ConversationReader
      const history = yield* History

      const person = Effect.fnUntraced(function* (who: { readonly user: UserId; readonly session: SessionId }) {
        const account = yield* toAccount(yield* accounts.me(who.user))
        // Whoever calls is there.
        const profile = yield* Effect.catchTag(accounts.get({ id: who.user }), "UserNotFound", Effect.die)
        const listed = yield* Effect.forEach(yield* sessions.list(who), toSession)
        const items = [account, yield* toProfile(profile), ...listed]
        return { items, next: { in: "audit", before: null } } satisfies Part
      })

      const audit = Effect.fnUntraced(function* (user: UserId, before: number | null) {
        const page = { before: before ?? undefined, limit: pageSize }
        const { entries, more } = yield* auditReader.page({ account: user }, page)
        // What they did to others concerns those.
        const items = yield* Effect.forEach(
          entries.filter(({ account }) => account?.id === user),
          toAudit,
        )
        const last = entries.at(-1)
        const next: Place =
          more && last !== undefined ? { in: "audit", before: last.id } : { in: "log", after: beginning }
        return { items, next } satisfies Part
      })

      const log = Effect.fnUntraced(function* (user: UserId, after: Seq) {
        const want = { log: accountLog(user), after, limit: pageSize }
        const [part] = yield* logReader.read(user, [want], { positions: false })
        const events = part?.items.flatMap((item) => (item._tag === "Event" ? [item.event] : [])) ?? []
        const items = yield* Effect.forEach(events, toEvent)
        const next: Place =
          part !== undefined && part.to < part.last
            ? { in: "log", after: Seq.make(part.to) }
            : { in: "conversation", id: null, after: beginning }
        return { items, next } satisfies Part
      })

      /** The conversation after this one, of all of which the account could ever see something. */
      const following = Effect.fnUntraced(function* (user: UserId, id: ConversationId | null) {
        const rows = yield* sql`SELECT l.id FROM visibility v JOIN logs l ON l.id = v.log_id
          WHERE v.account_id = ${user} AND l.kind = 'conversation' AND (${id}::uuid IS NULL OR l.id > ${id}::uuid)
          ORDER BY l.id LIMIT 1`
        const [found] = yield* Schema.decodeUnknownEffect(Ids)(rows)
        return found?.id
      }, orUnavailable)

      const beginConversation = Effect.fnUntraced(function* (user: UserId, before: ConversationId | null) {
        const id = yield* following(user, before)
        if (id === undefined) return { items: [], next: null } satisfies Part
        const [conversation] = yield* conversationReader.some(user, [id])
        const head = yield* conversation === undefined ? toLeft({ id }) : toConversation(conversation)
        return yield* messagesOf(user, id, beginning, [head])
      })

      const messagesOf = Effect.fnUntraced(function* (
        user: UserId,
        conversation: ConversationId,
        after: Seq,
        before: ReadonlyArray<ExportItem>,
      ) {
        const page = yield* Effect.catchTag(
          history.page(user, { conversation, after, limit: pageSize }),
          "ConversationNotFound",
          // It went away since it was named.
          () => Effect.succeed(undefined),
        )
        const items = yield* Effect.forEach(page?.messages ?? [], toMessage)
        // `id` is the conversation that is done, or with `after` the one to go on with.
        const reached = page?.more === true ? page.to : beginning
        return {
          items: [...before, ...items],
          next: { in: "conversation", id: conversation, after: reached },
        } satisfies Part
      })

      const read = (
        who: { readonly user: UserId; readonly session: SessionId },
        place: Place | undefined,
      ): Effect.Effect<Part, StorageUnavailable> => {
        switch (place?.in) {
          case undefined:
            return person(who)
          case "audit":
            return audit(who.user, place.before)
          case "log":
            return log(who.user, place.after)
          case "conversation":
            return place.id !== null && place.after > 0
              ? messagesOf(who.user, place.id, place.after, [])
              : beginConversation(who.user, place.id)
        }
      }

      const part = Effect.fn("Exports.part")(function* (
        who: { readonly user: UserId; readonly session: SessionId },
        after: string | undefined,
      ) {
        const { items, next } = yield* read(who, yield* cursor.decode(after))
        return { items, next: next === null ? null : yield* cursor.encode(next) }
      }, orUnavailable)

      return Exports.of({ part })
    }),
  )
}
