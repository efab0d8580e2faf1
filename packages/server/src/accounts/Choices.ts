import type { IdTaken, StorageUnavailable } from "@chat/domain/Errors"
import type { CommandId, UserId } from "@chat/domain/Ids"
import type { PresenceChoice } from "@chat/domain/Presence"
import type { Receipts } from "@chat/domain/ReadMarks"
import type { AccountReceipt } from "@chat/domain/User"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Presence } from "../presence/Presence.ts"
import { Database } from "../storage/Database.ts"
import { AccountLog } from "./AccountLog.ts"

type Answer = Effect.Effect<AccountReceipt, IdTaken | StorageUnavailable>

/** What somebody chose about what others are told of them: durable, and told to their own devices by their log. */
export class Choices extends Context.Service<
  Choices,
  {
    readonly presence: (
      account: UserId,
      command: { readonly commandId: CommandId; readonly state: PresenceChoice },
    ) => Answer
    readonly receipts: (account: UserId, command: Receipts & { readonly commandId: CommandId }) => Answer
  }
>()("@chat/server/accounts/Choices") {
  static readonly layer = Layer.effect(
    Choices,
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const log = yield* AccountLog
      const seen = yield* Presence

      const presence: Choices["Service"]["presence"] = (actor, { commandId, state }) =>
        log.run<never>({
          actor,
          id: commandId,
          type: "PresenceChosen",
          change: Effect.gen(function* () {
            const rows = yield* sql`UPDATE users SET presence = ${state}
                WHERE id = ${actor} AND presence <> ${state} RETURNING id`
            if (rows.length > 0) yield* sql.afterCommit(seen.chosen(actor, state))
            return rows.length > 0 && { presence: state }
          }),
        })

      const receipts: Choices["Service"]["receipts"] = (actor, { commandId, read, delivered }) =>
        log.run<never>({
          actor,
          id: commandId,
          type: "ReceiptsChanged",
          change: Effect.map(
            sql`UPDATE users SET read_receipts = ${read}, delivered_receipts = ${delivered}
                WHERE id = ${actor} AND (read_receipts, delivered_receipts) <> (${read}, ${delivered}) RETURNING id`,
            (rows) => rows.length > 0 && { read, delivered },
          ),
        })

      return Choices.of({ presence, receipts })
    }),
  )
}
