import { CurrentSession } from "@chat/domain/Authentication"
import { MessageNotFound, type StorageUnavailable } from "@chat/domain/Errors"
import { ConversationId, type MessageId, type UserId } from "@chat/domain/Ids"
import type { Problem } from "@chat/domain/rest/Problem"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { canSee, sees } from "../logs/visibility.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { asProblem } from "./Calls.ts"

const Found = Schema.Array(Schema.Struct({ conversation: ConversationId }))

/**
 * In which conversation something is, where a path does not say so.
 *
 * @effect-expect-leaking CurrentSession HttpServerRequest
 */
export class Places extends Context.Service<
  Places,
  {
    /** Adds the conversation to what names a message that the caller may see. */
    readonly withPlace: <Named extends { readonly message: MessageId }>(
      named: Named,
    ) => Effect.Effect<Named & { readonly conversation: ConversationId }, Problem, CurrentSession | HttpServerRequest>
    /** The conversation with somebody; undefined: there is none yet, or none that they see. */
    readonly direct: (account: UserId, other: UserId) => Effect.Effect<ConversationId | undefined, StorageUnavailable>
  }
>()("@chat/server/rest/Places") {
  static readonly layer = Layer.effect(
    Places,
    Effect.gen(function* () {
      const { read: sql } = yield* Database
      const first = (rows: unknown) =>
        Effect.map(Schema.decodeUnknownEffect(Found)(rows), ([found]) => found?.conversation)

      const placeOf = Effect.fn("Places.placeOf")(function* (message: MessageId) {
        const { user } = yield* CurrentSession
        const found = yield* first(
          yield* sql`SELECT m.conversation_id AS conversation FROM messages m
            WHERE m.id = ${message} AND ${canSee(sql, user, "m.conversation_id", "m.seq", "m.only_for")}`,
        )
        return found ?? (yield* new MessageNotFound({ messageId: message }))
      }, orUnavailable)

      const withPlace = <Named extends { readonly message: MessageId }>(named: Named) =>
        asProblem(Effect.map(placeOf(named.message), (conversation) => ({ ...named, conversation })))

      const direct = Effect.fn("Places.direct")(function* (account: UserId, other: UserId) {
        return yield* first(
          yield* sql`SELECT c.id AS conversation FROM conversations c WHERE c.kind = 'direct'
            AND ${sees(sql, account, "c.id")} AND low_id = least(${account}::uuid, ${other}::uuid) AND high_id = greatest(${account}::uuid, ${other}::uuid)`,
        )
      }, orUnavailable)

      return Places.of({ withPlace, direct })
    }),
  )
}
