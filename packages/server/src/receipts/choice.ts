import type { IdTaken, StorageUnavailable } from "@chat/domain/Errors"
import type { CommandId, UserId } from "@chat/domain/Ids"
import type { Receipts } from "@chat/domain/ReadMarks"
import type { AccountReceipt } from "@chat/domain/User"
import * as Effect from "effect/Effect"
import { AccountLog } from "../logs/AccountLog.ts"
import { Database } from "../storage/Database.ts"

type Choose = (
  account: UserId,
  command: Receipts & { readonly commandId: CommandId },
) => Effect.Effect<AccountReceipt, IdTaken | StorageUnavailable>

/** Which marks others get of somebody: durable, and told to their own devices by their log. */
export const makeReceiptsChoice = Effect.gen(function* () {
  const { write: sql } = yield* Database
  const log = yield* AccountLog
  const choose: Choose = (actor, { commandId, read, delivered }) =>
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
  return choose
})
