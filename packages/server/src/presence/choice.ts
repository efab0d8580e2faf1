import type { IdTaken, StorageUnavailable } from "@chat/domain/Errors"
import type { CommandId, UserId } from "@chat/domain/Ids"
import type { PresenceChoice } from "@chat/domain/Presence"
import type { AccountReceipt } from "@chat/domain/User"
import * as Effect from "effect/Effect"
import { AccountLog } from "../logs/AccountLog.ts"
import { Database } from "../storage/Database.ts"
import { Presence } from "./Presence.ts"

type Choose = (
  account: UserId,
  command: { readonly commandId: CommandId; readonly state: PresenceChoice },
) => Effect.Effect<AccountReceipt, IdTaken | StorageUnavailable>

/** How somebody wants to be seen: durable, told to their own devices by their log, and to others at once. */
export const makePresenceChoice = Effect.gen(function* () {
  const { write: sql } = yield* Database
  const log = yield* AccountLog
  const seen = yield* Presence
  const choose: Choose = (actor, { commandId, state }) =>
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
  return choose
})
