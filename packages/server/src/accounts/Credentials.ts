import {
  type CapacityExceeded,
  EmailTaken,
  type IdTaken,
  type RateLimited,
  type StorageUnavailable,
  type WeakPassword,
  WrongPassword,
} from "@chat/domain/Errors"
import type { CommandId, SessionId, UserId } from "@chat/domain/Ids"
import type { AccountReceipt } from "@chat/domain/User"
import type { Email } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import { Audit } from "../audit/Audit.ts"
import { Sessions } from "../sessions/Sessions.ts"
import { Database } from "../storage/Database.ts"
import { AccountLog } from "../logs/AccountLog.ts"
import { OwnPassword } from "./OwnPassword.ts"
import { Passwords } from "../passwords/Passwords.ts"

type Refusal = WrongPassword | RateLimited | CapacityExceeded | IdTaken | StorageUnavailable

export interface EmailCommand {
  readonly commandId: CommandId
  readonly password: Redacted.Redacted
  readonly email: Email
}

export interface PasswordCommand {
  readonly commandId: CommandId
  readonly oldPassword: Redacted.Redacted
  readonly newPassword: Redacted.Redacted
}

/** What one signs in with, changed by whoever knows the password. */
export class Credentials extends Context.Service<
  Credentials,
  {
    readonly changeEmail: (actor: UserId, command: EmailCommand) => Effect.Effect<AccountReceipt, EmailTaken | Refusal>
    /** Every session but the one that asks ends. */
    readonly changePassword: (
      actor: { readonly user: UserId; readonly session: SessionId },
      command: PasswordCommand,
    ) => Effect.Effect<AccountReceipt, WeakPassword | Refusal>
  }
>()("@chat/server/accounts/Credentials") {
  static readonly layer = Layer.effect(
    Credentials,
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const log = yield* AccountLog
      const own = yield* OwnPassword
      const passwords = yield* Passwords
      const sessions = yield* Sessions
      const audit = yield* Audit

      // A repeat is answered before anything is checked, also one that overtook the first while that was checked.
      const once = <E>(
        key: Parameters<AccountLog["Service"]["find"]>[0],
        attempt: Effect.Effect<AccountReceipt, E>,
      ) => {
        const known = <F>(otherwise: Effect.Effect<AccountReceipt, F>) =>
          Effect.flatMap(log.find(key), (receipt) => (receipt === undefined ? otherwise : Effect.succeed(receipt)))
        return known(Effect.catch(attempt, (error) => known(Effect.fail(error))))
      }

      const isTaken = (email: Email, user: UserId) =>
        Effect.map(
          sql`SELECT FROM users WHERE lower(email) = lower(${email}) AND id <> ${user}`,
          (rows) => rows.length > 0,
        )

      const changeEmail = Effect.fn("Credentials.changeEmail")(function* (
        actor: UserId,
        { commandId, password, email }: EmailCommand,
      ) {
        const key = { actor, id: commandId, type: "AccountChanged" } as const
        const attempt = Effect.gen(function* () {
          const hash = yield* own.prove(actor, password)
          return yield* log.run({
            ...key,
            change: Effect.gen(function* () {
              if (yield* isTaken(email, actor)) return yield* new EmailTaken()
              const changed = yield* sql`UPDATE users SET email = ${email}
                WHERE id = ${actor} AND password_hash = ${hash} AND email <> ${email} RETURNING id`
              if (changed.length > 0) yield* audit.record("email-change", { account: actor })
              return changed.length > 0
            }),
          })
        })
        return yield* once(key, attempt)
      })

      const changePassword = Effect.fn("Credentials.changePassword")(function* (
        { user, session }: { readonly user: UserId; readonly session: SessionId },
        { commandId, oldPassword, newPassword }: PasswordCommand,
      ) {
        const key = { actor: user, id: commandId, type: "PasswordChanged" } as const
        const attempt = Effect.gen(function* () {
          yield* passwords.check(newPassword)
          const old = yield* own.prove(user, oldPassword)
          const hash = yield* passwords.hash(newPassword)
          return yield* log.run({
            ...key,
            change: Effect.gen(function* () {
              const changed = yield* sql`UPDATE users SET password_hash = ${hash}
                WHERE id = ${user} AND password_hash = ${old} RETURNING id`
              // Somebody else who knew it has changed it meanwhile.
              if (changed.length === 0) return yield* new WrongPassword()
              yield* sessions.endAll(user, { except: session, actor: user, reason: "password" })
              yield* audit.record("password-change", { account: user, session })
              return true
            }),
          })
        })
        return yield* once(key, attempt)
      })

      return Credentials.of({ changeEmail, changePassword })
    }),
  )
}
