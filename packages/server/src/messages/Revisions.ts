import {
  ConversationNotFound,
  MessageNotFound,
  NotAuthor,
  NotMember,
  type StorageUnavailable,
} from "@chat/domain/Errors"
import { type ConversationId, type MessageId, UserId } from "@chat/domain/Ids"
import type { Revision } from "@chat/domain/Message"
import { may } from "@chat/domain/permissions"
import { Body } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { canSee } from "../logs/visibility.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { Time } from "../storage/rows.ts"
import { readAccess } from "./Access.ts"

const Rows = Schema.Array(
  Schema.Struct({ author: UserId, deleted: Schema.Boolean, body: Schema.NullOr(Body), at: Schema.NullOr(Time) }),
)

/** What messages said before they were changed. */
export class Revisions extends Context.Service<
  Revisions,
  {
    readonly list: (
      account: UserId,
      message: { readonly conversation: ConversationId; readonly message: MessageId },
    ) => Effect.Effect<
      ReadonlyArray<Revision>,
      ConversationNotFound | NotMember | MessageNotFound | NotAuthor | StorageUnavailable
    >
  }
>()("@chat/server/messages/Revisions") {
  static readonly layer = Layer.effect(
    Revisions,
    Effect.gen(function* () {
      const { read: sql } = yield* Database

      const list = Effect.fn("Revisions.list")(function* (
        account: UserId,
        { conversation, message }: { readonly conversation: ConversationId; readonly message: MessageId },
      ) {
        const { standing, role } = yield* readAccess(sql, conversation, account)
        if (standing === "none") return yield* new ConversationNotFound({ conversation })
        if (standing === "outside") return yield* new NotMember({ conversation })
        const rows = yield* sql`SELECT m.author_id AS author, m.deleted_at IS NOT NULL AS deleted, r.body, r.at
          FROM messages m LEFT JOIN message_revisions r ON r.message_id = m.id
          WHERE m.id = ${message} AND m.conversation_id = ${conversation}
            AND ${canSee(sql, account, "m.conversation_id", "m.seq", "m.only_for")}
          ORDER BY r.rev`
        const revisions = yield* Schema.decodeUnknownEffect(Rows)(rows)
        const [first] = revisions
        if (first === undefined || first.deleted) return yield* new MessageNotFound({ messageId: message })
        if (first.author !== account && !may(role, "deleteMessages"))
          return yield* new NotAuthor({ messageId: message })
        return revisions.flatMap(({ body, at }) => (body === null || at === null ? [] : [{ body, at }]))
      }, orUnavailable)

      return Revisions.of({ list })
    }),
  )
}
