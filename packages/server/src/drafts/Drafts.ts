import { ListedDraft } from "@chat/domain/Draft"
import {
  type BadRequest,
  type ConversationNotFound,
  MessageNotFound,
  NotMember,
  type StorageUnavailable,
  TooLarge,
} from "@chat/domain/Errors"
import { type ConversationId, conversationLog, type UserId } from "@chat/domain/Ids"
import type { Body, Seq } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { ServerConfig } from "../config/ServerConfig.ts"
import { Hub } from "../hub/Hub.ts"
import { canSee } from "../logs/visibility.ts"
import { readAccess, requireMember } from "../messages/Access.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { pageCursor } from "../storage/pageCursor.ts"
import { Int8 } from "../storage/rows.ts"
import { makeDraftsReader } from "./draftsReader.ts"

/** Where something is written. */
interface Place {
  readonly conversation: ConversationId
  readonly thread?: Seq
}

const keyOf = ({ thread }: Place): number => thread ?? 0

const Checked = Schema.Tuple([Schema.Struct({ isThere: Schema.Boolean, others: Int8 })])
const Revs = Schema.Array(Schema.Struct({ rev: Int8 }))
const { at, conversation, thread } = ListedDraft.fields
const cursor = pageCursor(Schema.Struct({ at, conversation, thread }))

/** What people have begun to write. Beside the logs: only the latest counts. */
export class Drafts extends Context.Service<
  Drafts,
  {
    /** Keeps a text, or removes the one that there is (`null`); its `rev` then. */
    readonly set: (
      account: UserId,
      draft: Place & { readonly body: Body | null },
    ) => Effect.Effect<
      { readonly rev: number },
      ConversationNotFound | NotMember | MessageNotFound | TooLarge | StorageUnavailable
    >
    /** The last one written first. */
    readonly list: (
      account: UserId,
      query: { readonly after?: string; readonly limit: number },
    ) => Effect.Effect<
      { readonly drafts: ReadonlyArray<ListedDraft>; readonly next: string | null },
      BadRequest | StorageUnavailable
    >
  }
>()("@chat/server/drafts/Drafts") {
  static readonly layer = Layer.effect(
    Drafts,
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const { limits } = yield* ServerConfig
      const hub = yield* Hub
      const reader = yield* makeDraftsReader

      // Where two devices begin the last one at the same moment, both may: a limit for the sake of size, not of right.
      const checkRoom = Effect.fnUntraced(function* (account: UserId, place: Place) {
        const { conversation, thread } = place
        const rows = yield* sql`SELECT ${keyOf(place)} = 0 OR EXISTS (SELECT FROM messages m
            WHERE m.conversation_id = ${conversation} AND m.seq = ${keyOf(place)} AND m.thread IS NULL
              AND ${canSee(sql, account, "m.conversation_id", "m.seq", "m.only_for")}) AS "isThere",
          (SELECT count(*) FROM drafts d WHERE d.account_id = ${account} AND d.body IS NOT NULL
            AND (d.conversation_id, d.thread) <> (${conversation}::uuid, ${keyOf(place)}::bigint)) AS others`
        const [{ isThere, others }] = yield* Schema.decodeUnknownEffect(Checked)(rows)
        if (!isThere && thread !== undefined) return yield* new MessageNotFound({ seq: thread })
        if (others < limits.drafts) return
        return yield* new TooLarge({ what: "list of drafts", limit: limits.drafts, actual: others + 1 })
      })

      const checkLength = (body: Body) => {
        const actual = [...body].length
        const limit = limits.messageBody
        return actual > limit ? Effect.fail(new TooLarge({ what: "draft", limit, actual })) : Effect.void
      }

      // The member's row is held, so that the draft of whoever is leaving goes with it.
      const keep = (account: UserId, place: Place, body: Body) => sql`WITH place AS (
          SELECT account_id, conversation_id FROM members
          WHERE conversation_id = ${place.conversation} AND account_id = ${account} FOR KEY SHARE
        )
        INSERT INTO drafts AS d (account_id, conversation_id, thread, body, at)
        SELECT account_id, conversation_id, ${keyOf(place)}, ${body}, date_trunc('milliseconds', clock_timestamp()) FROM place
        ON CONFLICT (account_id, conversation_id, thread) DO UPDATE
          SET body = excluded.body, at = excluded.at, rev = d.rev + 1, changed = pg_current_xact_id()
          WHERE d.body IS DISTINCT FROM excluded.body
        RETURNING rev`

      const remove = (account: UserId, place: Place) => sql`UPDATE drafts
        SET body = NULL, at = date_trunc('milliseconds', clock_timestamp()), rev = rev + 1, changed = pg_current_xact_id()
        WHERE account_id = ${account} AND conversation_id = ${place.conversation} AND thread = ${keyOf(place)}
          AND body IS NOT NULL
        RETURNING rev`

      const set = Effect.fn("Drafts.set")(function* (
        account: UserId,
        { body, ...place }: Place & { readonly body: Body | null },
      ) {
        const { conversation } = place
        if (body !== null) yield* checkLength(body)
        const { standing } = yield* readAccess(sql, conversation, account)
        yield* requireMember(conversation, standing)
        if (body !== null) yield* checkRoom(account, place)
        const changed = yield* body === null ? remove(account, place) : keep(account, place, body)
        const [now] = yield* Schema.decodeUnknownEffect(Revs)(changed)
        if (now !== undefined) {
          yield* hub.publish({ _tag: "DraftWritten", account, log: conversationLog(conversation) })
          return now
        }
        const rows = yield* sql`SELECT rev FROM drafts
          WHERE account_id = ${account} AND conversation_id = ${conversation} AND thread = ${keyOf(place)}`
        const [same] = yield* Schema.decodeUnknownEffect(Revs)(rows)
        if (same !== undefined) return same
        // What was to be kept was not: a member no longer, since a moment ago.
        return body === null ? { rev: 0 } : yield* new NotMember({ conversation })
      }, orUnavailable)

      const list = Effect.fn("Drafts.list")(function* (
        account: UserId,
        { after, limit }: { readonly after?: string; readonly limit: number },
      ) {
        const found = yield* reader.page(account, { after: yield* cursor.decode(after), limit: limit + 1 })
        const drafts = found.slice(0, limit)
        const last = drafts.at(-1)
        return {
          drafts,
          next: found.length > limit && last !== undefined ? yield* orUnavailable(cursor.encode(last)) : null,
        }
      })

      return Drafts.of({ set, list })
    }),
  )
}
