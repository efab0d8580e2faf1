import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Runtime from "effect/Runtime"
import type { StorageUnavailable } from "@chat/domain/Errors"
import type { CannotListen } from "../connections/HttpServer.ts"
import type { DatabaseStartError } from "../storage/errors.ts"
import type { SigningKeyUnusable } from "../config/keyFile.ts"
import type { InvalidConfiguration } from "../config/ServerConfig.ts"

type StartError = InvalidConfiguration | SigningKeyUnusable | DatabaseStartError | CannotListen | StorageUnavailable

/** A start that came to nothing, and that its user has been told of: `runMain` exits with its code and adds nothing. */
export class StartFailed extends Data.TaggedError("StartFailed")<{ readonly code: number }> {
  override readonly [Runtime.errorReported] = false
  override get [Runtime.errorExitCode](): number {
    return this.code
  }
}

const explain = (error: StartError): string =>
  error._tag === "InvalidConfiguration"
    ? `The configuration is not valid:\n${error.message.replaceAll(/^/gm, "  ")}`
    : error.message

/** Tells why a start cannot go on, in words for the person who started it and without a stack trace. */
export const explainStart = <A, R>(effect: Effect.Effect<A, StartError, R>): Effect.Effect<A, StartFailed, R> =>
  Effect.catch(effect, (error) =>
    Effect.andThen(
      Console.error(explain(error)),
      Effect.fail(new StartFailed({ code: error._tag === "InvalidConfiguration" ? 2 : 1 })),
    ),
  )
