import { type CapacityExceeded, type RateLimited, type StorageUnavailable, WrongPassword } from "@chat/domain/Errors"
import { accountLog, type UserId } from "@chat/domain/Ids"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import { Audit } from "../audit/Audit.ts"
import { makeInvitationStore } from "../invitations/InvitationStore.ts"
import { Logs } from "../logs/Logs.ts"
import { Sessions } from "../sessions/Sessions.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { Alterations } from "../users/Alterations.ts"
import { Farewell } from "./Farewell.ts"
import { OwnPassword } from "./OwnPassword.ts"
import { emailOfDeleted, nameOfDeleted } from "./reserved.ts"

/** Deleting one's account. What takes long is written down with it, and done by `Farewell`. */
export class Deletion extends Context.Service<
  Deletion,
  {
    readonly delete: (
      user: UserId,
      wanted: { readonly password: Redacted.Redacted; readonly erase: boolean },
    ) => Effect.Effect<void, WrongPassword | RateLimited | CapacityExceeded | StorageUnavailable>
  }
>()("@chat/server/accounts/Deletion") {
  static readonly layer = Layer.effect(
    Deletion,
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const own = yield* OwnPassword
      const logs = yield* Logs
      const sessions = yield* Sessions
      const alterations = yield* Alterations
      const farewell = yield* Farewell
      const audit = yield* Audit
      const invitations = yield* makeInvitationStore

      const close = Effect.fnUntraced(
        function* (user: UserId, hash: string, erase: boolean) {
          yield* logs.lock([accountLog(user)])
          // No password has an empty hash.
          const closed = yield* sql`UPDATE users SET username = ${nameOfDeleted(user)}, email = ${emailOfDeleted(user)},
              password_hash = '', name = NULL, bio = '', status = '', status_until = NULL, role = 'member',
              deleted_at = now()
            WHERE id = ${user} AND password_hash = ${hash} AND deleted_at IS NULL RETURNING id`
          if (closed.length === 0) return yield* new WrongPassword()
          yield* alterations.note(user)
          yield* sql`DELETE FROM drafts WHERE account_id = ${user}`
          yield* sql`DELETE FROM reset_links WHERE account_id = ${user}`
          yield* invitations.endAllOf(user)
          yield* sql`INSERT INTO deletions (account_id, erase) VALUES (${user}, ${erase})`
          yield* sessions.endAll(user, { actor: user, reason: "deleted" })
          yield* audit.record("deletion", { account: user, detail: { erase: String(erase) } })
        },
        sql.withTransaction,
        orUnavailable,
      )

      const remove = Effect.fn("Deletion.delete")(function* (
        user: UserId,
        { password, erase }: { readonly password: Redacted.Redacted; readonly erase: boolean },
      ) {
        const hash = yield* own.prove(user, password)
        yield* close(user, hash, erase)
        yield* farewell.wake
      })

      return Deletion.of({ delete: remove })
    }),
  )
}
