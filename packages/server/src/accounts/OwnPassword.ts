import { type CapacityExceeded, type RateLimited, type StorageUnavailable, WrongPassword } from "@chat/domain/Errors"
import type { UserId } from "@chat/domain/Ids"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Audit } from "../audit/Audit.ts"
import { RateLimits } from "../limits/RateLimits.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { Passwords } from "../passwords/Passwords.ts"

const Stored = Schema.Array(Schema.Struct({ hash: Schema.String }))

/** Asks somebody who is signed in for their password again, before what a borrowed session must not do. */
export class OwnPassword extends Context.Service<
  OwnPassword,
  {
    /** Answers the stored hash, so that the change can hold on to it. Wrong ones are limited as failed logins are. */
    readonly prove: (
      user: UserId,
      password: Redacted.Redacted,
    ) => Effect.Effect<string, WrongPassword | RateLimited | CapacityExceeded | StorageUnavailable>
  }
>()("@chat/server/accounts/OwnPassword") {
  static readonly layer = Layer.effect(
    OwnPassword,
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const passwords = yield* Passwords
      const rates = yield* RateLimits
      const audit = yield* Audit

      const stored = Effect.fnUntraced(function* (user: UserId) {
        const rows = yield* sql`SELECT password_hash AS hash FROM users WHERE id = ${user} AND deleted_at IS NULL`
        const [row] = yield* Schema.decodeUnknownEffect(Stored)(rows)
        return row?.hash
      }, orUnavailable)

      const prove = Effect.fn("OwnPassword.prove")(function* (user: UserId, password: Redacted.Redacted) {
        // An allowance of its own: whoever has the session knows no more of the password than anybody else.
        const attempt = { login: user, address: "", familiar: false }
        yield* rates.guess(attempt)
        const hash = yield* stored(user)
        const verdict = yield* passwords.verifyOrWaste(hash, password)
        if (hash === undefined || verdict === "wrong") {
          yield* orUnavailable(audit.record("wrong-password", { account: user }))
          return yield* new WrongPassword()
        }
        yield* rates.guessedRight(attempt)
        return hash
      })

      return OwnPassword.of({ prove })
    }),
  )
}
