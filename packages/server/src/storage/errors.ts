import { StorageUnavailable } from "@chat/domain/Errors"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as SqlError from "effect/sql/SqlError"
import { Meters } from "../meters/Meters.ts"

/** Two servers on one embedded database would lose each other's rows. */
export class DataDirectoryInUse extends Data.TaggedError("DataDirectoryInUse")<{ readonly directory: string }> {
  override get message(): string {
    return `Another server is using ${this.directory}: stop it, or set CHAT_DATA_DIR to another directory`
  }
}

export class DataDirectoryUnusable extends Data.TaggedError("DataDirectoryUnusable")<{
  readonly directory: string
  readonly reason: string
}> {
  override get message(): string {
    return `The data directory ${this.directory} cannot be used: ${this.reason}`
  }
}

/** The database answers, but what is acknowledged on it would not be safe or not be right. */
export class DatabaseUnsuitable extends Data.TaggedError("DatabaseUnsuitable")<{ readonly reason: string }> {
  override get message(): string {
    return `The database cannot be used: ${this.reason}`
  }
}

export class DatabaseUnreachable extends Data.TaggedError("DatabaseUnreachable")<{ readonly reason: string }> {
  override get message(): string {
    return `The database of CHAT_DATABASE_URL cannot be reached: ${this.reason}`
  }
}

export class MigrationFailed extends Data.TaggedError("MigrationFailed")<{ readonly reason: string }> {
  override get message(): string {
    return `The database cannot be brought up to date: ${this.reason}`
  }
}

/** Why a start cannot go on for the sake of the database. */
export type DatabaseStartError =
  | DataDirectoryInUse
  | DataDirectoryUnusable
  | DatabaseUnsuitable
  | DatabaseUnreachable
  | MigrationFailed

/**
 * A query that is wrong, not unlucky. It is a defect, and it is logged: so it carries neither the statement, nor its
 * parameters, nor the database's detail, which quotes rows.
 */
class QueryFailed extends Data.TaggedError("QueryFailed")<{
  readonly reason: string
  readonly sqlState: string | undefined
  readonly constraint: string | undefined
  readonly detail: string | undefined
}> {
  override get message(): string {
    const parts = [this.sqlState, this.constraint, this.detail].filter(Predicate.isNotUndefined)
    return [this.reason, ...parts].join(", ")
  }
}

/** A row that is not of the form that its reader expects. */
export class RowUnreadable extends Data.TaggedError("RowUnreadable")<{ readonly path: string }> {
  override get message(): string {
    return `A row is not as expected${this.path === "" ? "" : ` at ${this.path}`}`
  }
}

const field = (error: SqlError.SqlError, name: string): string | undefined => {
  const cause = error.reason.cause
  const value = Predicate.hasProperty(cause, name) ? cause[name] : undefined
  return typeof value === "string" ? value : undefined
}

export const sqlState = (error: SqlError.SqlError): string | undefined => field(error, "code")

// Insufficient resources, shut down or starting up, a disk's failure, a primary that has become read-only: all of them
// pass, and the client library calls none of them retryable.
const passing = /^(53|57P|58|25006)/

/** Whether the same statement may succeed later. */
export const isUnavailable = (error: SqlError.SqlError): boolean =>
  error.isRetryable || error.reason.operation === "connect" || passing.test(sqlState(error) ?? "")

export const isUniqueViolation = (error: SqlError.SqlError, constraint?: string): boolean =>
  error.reason._tag === "UniqueViolation" && (constraint === undefined || error.reason.constraint === constraint)

/** What other transactions brought about: the commands of a batch go again one by one. */
export const isConflict = (error: SqlError.SqlError): boolean =>
  error.reason._tag === "UniqueViolation" ||
  error.reason._tag === "DeadlockError" ||
  error.reason._tag === "SerializationError"

const toDefect = (error: SqlError.SqlError): QueryFailed => {
  const state = sqlState(error)
  return new QueryFailed({
    reason: error.reason._tag,
    sqlState: state,
    constraint: field(error, "constraint"),
    // Syntax and missing objects speak of the schema; other messages may quote values.
    detail: state?.startsWith("42") ? field(error, "message") : undefined,
  })
}

const pathOf = (issue: Schema.SchemaError["issue"]): string => {
  switch (issue._tag) {
    case "Pointer":
      return [issue.path.map(String).join("."), pathOf(issue.issue)].filter((part) => part !== "").join(".")
    case "Composite":
      return pathOf(issue.issues[0])
    case "Encoding":
    case "Filter":
      return pathOf(issue.issue)
    default:
      return ""
  }
}

const countError = (kind: "unavailable" | "fault") =>
  Effect.map(Meters, (meters) => void meters.databaseErrors(kind).value++)

/**
 * What every repository's methods end with: a database that does not answer is `StorageUnavailable`; a wrong query or
 * row is a defect. `isConflict` and the others are for those who must look at a `SqlError` before.
 */
export const orUnavailable = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
): Effect.Effect<A, Exclude<E, SqlError.SqlError | Schema.SchemaError> | StorageUnavailable, R> =>
  Effect.catch(
    effect,
    (error): Effect.Effect<never, Exclude<E, SqlError.SqlError | Schema.SchemaError> | StorageUnavailable> => {
      if (SqlError.isSqlError(error)) {
        return isUnavailable(error)
          ? Effect.andThen(countError("unavailable"), Effect.fail(new StorageUnavailable()))
          : Effect.andThen(countError("fault"), Effect.die(toDefect(error)))
      }
      if (Schema.isSchemaError(error)) {
        return Effect.andThen(countError("fault"), Effect.die(new RowUnreadable({ path: pathOf(error.issue) })))
      }
      // The two guards above have taken these members out of the union, which a type parameter does not show.
      return Effect.fail(error as Exclude<E, SqlError.SqlError | Schema.SchemaError>)
    },
  )
