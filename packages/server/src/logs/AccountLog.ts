import type { IdTaken, StorageUnavailable } from "@chat/domain/Errors"
import { accountLog, type CommandId, ConversationId, type UserId } from "@chat/domain/Ids"
import type { AccountReceipt } from "@chat/domain/User"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Schema from "effect/Schema"
import type * as SqlError from "effect/sql/SqlError"
import { Commands } from "./Commands.ts"
import { Logs } from "./Logs.ts"

type Failure = SqlError.SqlError | Schema.SchemaError

/** A command about an account. */
export interface AccountCommand<E> {
  readonly actor: UserId
  /** Whose account; the actor's own if absent. */
  readonly account?: UserId
  readonly id: CommandId
  readonly type:
    | "AccountChanged"
    | "PasswordChanged"
    | "ReportSent"
    | "MessageHidden"
    | "MessageStarred"
    | "MessageUnstarred"
    | "PresenceChosen"
    | "ReceiptsChanged"
  /** Under the lock of the account's log; false: things are already as the command wants them. Else the event's facts. */
  readonly change: Effect.Effect<boolean | object, E | Failure>
}

/** Commands about an account, each with its event in the account's log. */
export class AccountLog extends Context.Service<
  AccountLog,
  {
    readonly run: <E>(command: AccountCommand<E>) => Effect.Effect<AccountReceipt, E | IdTaken | StorageUnavailable>
    /** The receipt of a command that took effect before. */
    readonly find: (
      command: Pick<AccountCommand<never>, "actor" | "id" | "type">,
    ) => Effect.Effect<AccountReceipt | undefined, IdTaken | StorageUnavailable>
  }
>()("@chat/server/logs/AccountLog") {
  static readonly layer = Layer.effect(
    AccountLog,
    Effect.gen(function* () {
      const commands = yield* Commands
      const logs = yield* Logs

      const run = Effect.fnUntraced(function* <E>({ actor, account = actor, id, type, change }: AccountCommand<E>) {
        const log = accountLog(account)
        // A receipt of the commands of conversations names the log, which here is the account's.
        const conversation = ConversationId.make(log)
        const { seq, at } = yield* commands.run<E>({
          actor,
          id,
          type,
          execute: Effect.gen(function* () {
            yield* logs.lock([log])
            const facts = yield* change
            if (facts === false) return { conversation, ...(yield* logs.head(log)), changed: false }
            const place = yield* logs.append({ log, actor, command: id, type, data: facts === true ? {} : facts })
            return { conversation, seq: place.seq, at: place.at, changed: true }
          }),
        })
        return { seq, at }
      })

      const find = Effect.fnUntraced(function* (command: Pick<AccountCommand<never>, "actor" | "id" | "type">) {
        const known = yield* commands.find(command)
        return known === undefined ? undefined : { seq: known.seq, at: known.at }
      })

      return AccountLog.of({ run, find })
    }),
  )
}
