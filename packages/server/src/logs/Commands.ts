import { Receipt } from "@chat/domain/Conversation"
import { IdTaken, type StorageUnavailable } from "@chat/domain/Errors"
import { ConversationId } from "@chat/domain/Ids"
import { Seq, Timestamp } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as SqlError from "effect/sql/SqlError"
import { Hub } from "../hub/Hub.ts"
import { Database } from "../storage/Database.ts"
import { isConflict, isUnavailable, orUnavailable } from "../storage/errors.ts"
import { int8, Time } from "../storage/rows.ts"
import { type CommandKey, makeInFlight } from "./InFlight.ts"

/** What a command came to: an event in a log, or nothing, because things were already as it wants them. */
export interface Outcome {
  readonly conversation: ConversationId
  readonly seq: Seq
  readonly at: string
  readonly changed: boolean
}

/** One durable command of one account. */
export interface Command<E> extends CommandKey {
  /**
   * Runs inside the transaction, on `Database.write`, and may run again after a conflict: what it decides, it decides
   * from what it reads under the locks that it takes.
   */
  readonly execute: Effect.Effect<Outcome, E | SqlError.SqlError | Schema.SchemaError>
}

const Known = Schema.Array(
  Schema.Struct({ type: Schema.String, conversation: ConversationId, seq: int8(Seq), at: Time }),
)

const conflictRetries = 5

/**
 * Runs durable commands, each of them once for ever. A command runs to its end whether or not its caller still waits,
 * and a repeat of one in flight waits for the same outcome.
 */
export class Commands extends Context.Service<
  Commands,
  {
    readonly run: <E>(command: Command<E>) => Effect.Effect<Receipt, E | IdTaken | StorageUnavailable>
    /** The receipt of a command that took effect before, if there is one. */
    readonly find: (command: CommandKey) => Effect.Effect<Receipt | undefined, IdTaken | StorageUnavailable>
  }
>()("@chat/server/logs/Commands") {
  static readonly layer = Layer.effect(
    Commands,
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const hub = yield* Hub
      const inFlight = yield* makeInFlight

      const lookUp = Effect.fnUntraced(function* (command: CommandKey) {
        const rows = yield* sql`SELECT type, log_id AS conversation, seq, at FROM events
            WHERE actor_id = ${command.actor} AND command_id = ${command.id}
          UNION ALL
          SELECT type, log_id, seq, at FROM idle_commands
            WHERE actor_id = ${command.actor} AND command_id = ${command.id}`
        const [known] = yield* Schema.decodeUnknownEffect(Known)(rows)
        if (known === undefined) return undefined
        if (known.type !== command.type) return yield* new IdTaken({ id: command.id })
        return { conversation: known.conversation, seq: known.seq, at: known.at }
      })

      const remember = (command: Command<unknown>, outcome: Outcome) =>
        sql`INSERT INTO idle_commands (actor_id, command_id, type, log_id, seq, at)
          VALUES (${command.actor}, ${command.id}, ${command.type}, ${outcome.conversation}, ${outcome.seq},
            ${outcome.at}::timestamptz)`

      const attempt = <E>(command: Command<E>) =>
        Effect.gen(function* () {
          // Repeats on several nodes go one after the other, so that each sees what came of the one before: a command that
          // changed nothing is in another table than one that did, where no index would tell.
          yield* sql`SELECT pg_advisory_xact_lock(hashtextextended(${`${command.actor}/${command.id}`}, 0))`
          const known = yield* lookUp(command)
          if (known !== undefined) return known
          const { changed, ...receipt } = yield* command.execute
          if (!changed) yield* remember(command, { changed, ...receipt })
          return Receipt.make({ ...receipt, at: Timestamp.make(receipt.at) })
        }).pipe(
          sql.withTransaction,
          // Whatever the conflict was about, the next attempt sees it: a repeat on another node, a name, a pair.
          Effect.retry({ while: (error) => SqlError.isSqlError(error) && isConflict(error), times: conflictRetries }),
          // The commit may have happened without its wake-up.
          Effect.tapError((error) =>
            SqlError.isSqlError(error) && isUnavailable(error) ? hub.publish({ _tag: "HeadsUnknown" }) : Effect.void,
          ),
          orUnavailable,
        )

      const run = <E>(command: Command<E>) => inFlight(command, attempt(command))

      return Commands.of({ run, find: (command) => orUnavailable(lookUp(command)) })
    }),
  )
}
