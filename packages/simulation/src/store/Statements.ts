// How a node reaches the store: each statement takes as long as the seed says, on the way there and on the way back, and
// may not get there, or lose its answer on the way back.
import { Database } from "@chat/server/src/storage/Database.ts"
import * as PgClient from "@effect/sql-pg/PgClient"
import type * as PgConnection from "@effect/sql-pg/PgConnection"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Semaphore from "effect/Semaphore"
import * as SqlClient from "effect/sql/SqlClient"
import type * as SqlConnection from "effect/sql/SqlConnection"
import { ConnectionError, SqlError, UnknownError } from "effect/sql/SqlError"
import * as Statement from "effect/sql/Statement"
import * as Stream from "effect/Stream"
import type { Store } from "./Store.ts"

/** What a seed has in store for a statement. */
export interface Fate {
  /** Milliseconds on the way there, and on the way back. */
  readonly there: number
  readonly back: number
  /** `lost`: it is not executed. `unanswered`: it is, and nobody hears of it. */
  readonly outcome: "answered" | "lost" | "unanswered"
}

const unavailable = (): SqlError =>
  new SqlError({
    reason: new ConnectionError({
      cause: new Error("The connection was lost"),
      message: "The connection was lost",
      operation: "execute",
    }),
  })

/** The one backend of a store: a transaction has it to itself. */
export class Backend {
  private readonly turn = Semaphore.makeUnsafe(1)
  readonly store: Store

  constructor(store: Store) {
    this.store = store
  }

  /** Looks at what is committed, without anything that a seed decides. */
  readonly look = (sql: string, parameters: ReadonlyArray<unknown> = []) =>
    this.turn.withPermits(1)(Effect.orDie(this.store.query(sql, parameters)))

  /** A database as one node sees it. */
  readonly database = (decide: () => Fate): Layer.Layer<Database> => {
    const { store, turn } = this

    const attempt = (run: Effect.Effect<PgConnection.Result, SqlError>) =>
      Effect.suspend(() => {
        const { there, back, outcome } = decide()
        return Effect.sleep(there).pipe(
          Effect.andThen(outcome === "lost" ? Effect.fail(unavailable()) : run),
          Effect.onExit(() => Effect.sleep(back)),
          Effect.flatMap((result) => (outcome === "unanswered" ? Effect.fail(unavailable()) : Effect.succeed(result))),
        )
      })

    const over = (
      execute: (run: Effect.Effect<PgConnection.Result, SqlError>) => Effect.Effect<PgConnection.Result, SqlError>,
    ) => {
      const query = (sql: string, parameters: ReadonlyArray<unknown>, prepare = true) =>
        execute(store.query(sql, parameters, prepare))
      const rows = (sql: string, parameters: ReadonlyArray<unknown>, prepare?: boolean) =>
        Effect.map(query(sql, parameters, prepare), ({ rows }) => rows)
      const unused = Effect.die("rows without names are not asked for")
      return {
        execute: (sql, parameters) => rows(sql, parameters),
        executeUnprepared: (sql, parameters) => rows(sql, parameters, false),
        executeRaw: query,
        executeValues: () => unused,
        executeValuesUnprepared: () => unused,
        executeStream: () => Stream.die("no query is streamed"),
      } satisfies SqlConnection.Connection
    }

    const single = over((run) => attempt(turn.withPermits(1)(run)))

    // Rolled back by whoever began it, or here, if that did not get through.
    const transaction = Effect.acquireRelease(
      Effect.map(turn.take(1), () => over(attempt)),
      () => Effect.andThen(Effect.orDie(store.query("ROLLBACK")), turn.release(1)),
    )

    const commit = (connection: SqlConnection.Connection): Effect.Effect<void, SqlError> =>
      Effect.flatMap(connection.executeRaw("COMMIT", []), (result) =>
        typeof result === "object" && result !== null && "command" in result && result.command === "ROLLBACK"
          ? Effect.fail(new SqlError({ reason: new UnknownError({ cause: "rolled back", operation: "commit" }) }))
          : Effect.void,
      )

    return Layer.effect(
      Database,
      Effect.gen(function* () {
        const client = yield* SqlClient.make({
          acquirer: Effect.succeed(single),
          transactionAcquirer: transaction,
          compiler: PgClient.makeCompiler(),
          driver: "world",
          spanAttributes: [],
          prepareTransactionControls: true,
          commit,
          releaseSavepoint: (name) => `RELEASE SAVEPOINT ${name}`,
        })
        const sql: PgClient.PgClient = Object.assign(client, {
          [PgClient.TypeId]: PgClient.TypeId,
          config: {},
          json: () => Statement.fragment([]),
          listen: () => Effect.die("nobody listens"),
          notify: () => Effect.die("nobody listens"),
        })
        return Database.of({ kind: "embedded", write: sql, read: sql })
      }),
    ).pipe(Layer.provide(Reactivity.layer))
  }
}
