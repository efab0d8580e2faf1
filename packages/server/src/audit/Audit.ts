import type { SessionId, UserId } from "@chat/domain/Ids"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { SqlError } from "effect/sql/SqlError"
import { ClientAddress } from "../limits/ClientAddress.ts"
import { Database } from "../storage/Database.ts"

/** What is recorded of what concerns security. */
export type AuditAction =
  | "sign-up"
  | "login"
  | "failed-login"
  | "refresh-reuse"
  | "logout"
  | "revocation"
  | "username-change"
  | "email-change"
  | "password-change"
  | "wrong-password"
  | "deletion"
  | "report-closed"
  | "role-change"
  | "deactivation"
  | "reactivation"
  | "sessions-ended"
  | "reset-link"
  | "password-reset"
  | "role"
  | "kick"
  | "ban"
  | "unban"
  | "room-access"
  | "room-deletion"
  | "notice"
  | "notice-withdrawn"

export interface AuditEntry {
  readonly account?: UserId
  /** Who did it, if not the owner of the account. */
  readonly actor?: UserId
  readonly session?: SessionId
  /** Never a password, a token or the text of a message. */
  readonly detail?: Readonly<Record<string, string>>
}

/** The record of what concerns security, with the address that it came from. */
export class Audit extends Context.Service<
  Audit,
  {
    /** In the transaction on `Database.write` that it is called in, if there is one. */
    readonly record: (action: AuditAction, entry: AuditEntry) => Effect.Effect<void, SqlError>
  }
>()("@chat/server/audit/Audit") {
  static readonly layer = Layer.effect(
    Audit,
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const record = Effect.fn("Audit.record")(function* (action: AuditAction, entry: AuditEntry) {
        const { account = null, actor = null, session = null, detail = {} } = entry
        const address = yield* ClientAddress
        yield* sql`INSERT INTO audit (action, account_id, actor_id, session_id, address, detail)
          VALUES (${action}, ${account}, ${actor}, ${session}, ${address}, ${PgTypes.jsonb(detail)})`
      })
      return Audit.of({ record })
    }),
  )
}
