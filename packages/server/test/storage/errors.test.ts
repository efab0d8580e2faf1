import { assert, describe, it } from "@effect/vitest"
import { StorageUnavailable } from "@chat/domain/Errors"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import { ConnectionError, DeadlockError, SerializationError, SqlError, UnknownError } from "effect/sql/SqlError"
import { Database } from "../../src/storage/Database.ts"
import { isConflict, orUnavailable, RowUnreadable } from "../../src/storage/errors.ts"
import { onEachDatabase } from "../support/databases.ts"

const withState = (code: string, operation = "execute") =>
  new SqlError({ reason: new UnknownError({ cause: Object.assign(new Error("a secret"), { code }), operation }) })

const outcome = <E>(error: E) => Effect.exit(orUnavailable(Effect.fail(error)))

const defect = (exit: Exit.Exit<unknown, unknown>) =>
  Exit.isFailure(exit) && Cause.hasDies(exit.cause) ? Cause.squash(exit.cause) : undefined

describe("orUnavailable", () => {
  it.effect("says that the database is not available where it may be later", () =>
    Effect.gen(function* () {
      const passing = [
        new SqlError({ reason: new ConnectionError({ cause: new Error("ECONNRESET") }) }),
        withState("57P01"),
        withState("57P03"),
        withState("53300"),
        withState("53100"),
        withState("58030"),
        withState("25006"),
        withState("28P01", "connect"),
      ]
      for (const error of passing) {
        assert.deepStrictEqual(yield* outcome(error), Exit.fail(new StorageUnavailable()))
      }
    }),
  )

  it.effect("makes a defect of everything else, which quotes neither values nor statements", () =>
    Effect.gen(function* () {
      const died = defect(yield* outcome(withState("22P02")))
      assert.instanceOf(died, Error)
      assert.notInclude(JSON.stringify(died) + String(died), "secret")
      assert.include(String(died), "22P02")
    }),
  )

  it.effect("makes a defect of a row that cannot be read, naming the column alone", () =>
    Effect.gen(function* () {
      const Rows = Schema.Array(Schema.Struct({ name: Schema.Struct({ first: Schema.Int }) }))
      const decode = Schema.decodeUnknownEffect(Rows)
      const exit = yield* Effect.exit(orUnavailable(decode([{ name: { first: "a secret" } }])))
      assert.deepStrictEqual(defect(exit), new RowUnreadable({ path: "0.name.first" }))
    }),
  )

  it.effect("leaves the errors of the caller alone", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* outcome("mine"), Exit.fail("mine"))
    }),
  )
})

describe("isConflict", () => {
  it("knows what goes again one by one", () => {
    const cause = new Error()
    assert.isTrue(isConflict(new SqlError({ reason: new DeadlockError({ cause }) })))
    assert.isTrue(isConflict(new SqlError({ reason: new SerializationError({ cause }) })))
    assert.isFalse(isConflict(withState("22P02")))
  })
})

onEachDatabase("Errors of queries", (database) => {
  it.effect("are told apart, and do not quote the row", () =>
    Effect.gen(function* () {
      const { write } = yield* Database
      yield* write`CREATE TABLE people (email text CONSTRAINT people_email UNIQUE, age int CHECK (age > 0))`
      yield* write`INSERT INTO people VALUES ('ada@example.org', 1)`
      const insert = write`INSERT INTO people VALUES ('ada@example.org', 1)`
      assert.isTrue(isConflict(yield* Effect.flip(insert)))
      const unique = defect(yield* Effect.exit(orUnavailable(insert)))
      assert.include(String(unique), "people_email")
      assert.notInclude(JSON.stringify(unique) + String(unique), "ada@example.org")

      const syntax = defect(yield* Effect.exit(orUnavailable(write`SELECT nobody FROM people`)))
      assert.include(String(syntax), 'column "nobody" does not exist')
      const values = defect(yield* Effect.exit(orUnavailable(write`SELECT ${"ada"}::uuid`)))
      assert.notInclude(JSON.stringify(values) + String(values), "ada")
      assert.include(String(values), "22P02")
    }).pipe(Effect.provide(database)),
  )
})
