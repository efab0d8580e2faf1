import type { ResetLink } from "@chat/domain/Admin"
import {
  type CapacityExceeded,
  type RateLimited,
  ResetLinkInvalid,
  type StorageUnavailable,
  UserNotFound,
  type WeakPassword,
} from "@chat/domain/Errors"
import { accountLog, UserId } from "@chat/domain/Ids"
import { Timestamp } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { createHash, randomBytes } from "node:crypto"
import { Passwords } from "../passwords/Passwords.ts"
import { Audit } from "../audit/Audit.ts"
import { ClientAddress } from "../limits/ClientAddress.ts"
import { RateLimits } from "../limits/RateLimits.ts"
import { Logs } from "../logs/Logs.ts"
import { Sessions } from "../sessions/Sessions.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"

const lifetime = Duration.days(1)

const hashOf = (token: Redacted.Redacted): string => createHash("sha256").update(Redacted.value(token)).digest("hex")

const Links = Schema.Array(Schema.Struct({ user: UserId, used: Schema.Boolean, passwordHash: Schema.String }))

/** Ways to a new password for those who have lost theirs: 256 random bits each, of which the hash is stored. */
export class ResetLinks extends Context.Service<
  ResetLinks,
  {
    /** Ends the one before. Whoever calls has shown that they are an admin. */
    readonly make: (actor: UserId, user: UserId) => Effect.Effect<ResetLink, UserNotFound | StorageUnavailable>
    readonly use: (
      token: Redacted.Redacted,
      password: Redacted.Redacted,
    ) => Effect.Effect<void, ResetLinkInvalid | WeakPassword | RateLimited | CapacityExceeded | StorageUnavailable>
  }
>()("@chat/server/admin/ResetLinks") {
  static readonly layer = Layer.effect(
    ResetLinks,
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const logs = yield* Logs
      const passwords = yield* Passwords
      const sessions = yield* Sessions
      const rates = yield* RateLimits
      const audit = yield* Audit

      const make = Effect.fn("ResetLinks.make")(
        function* (actor: UserId, user: UserId) {
          const known = yield* sql`SELECT FROM users WHERE id = ${user} AND deleted_at IS NULL FOR SHARE`
          if (known.length === 0) return yield* new UserNotFound({ user })
          const token = Redacted.make(randomBytes(32).toString("base64url"))
          const expiresAt = DateTime.addDuration(yield* DateTime.now, lifetime)
          yield* sql`INSERT INTO reset_links (account_id, hash, expires_at)
            VALUES (${user}, decode(${hashOf(token)}, 'hex'), ${DateTime.toDateUtc(expiresAt)})
            ON CONFLICT (account_id)
            DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at, used_at = NULL`
          yield* audit.record("reset-link", { account: user, actor })
          return { token: Redacted.value(token), expiresAt: Timestamp.make(DateTime.formatIso(expiresAt)) }
        },
        sql.withTransaction,
        orUnavailable,
      )

      const find = Effect.fnUntraced(function* (token: Redacted.Redacted) {
        const rows = yield* sql`SELECT u.id AS user, r.used_at IS NOT NULL AS used, u.password_hash AS "passwordHash"
          FROM reset_links r JOIN users u ON u.id = r.account_id
          WHERE r.hash = decode(${hashOf(token)}, 'hex') AND u.deleted_at IS NULL
            AND r.expires_at > ${yield* DateTime.nowAsDate}`
        const [link] = yield* Schema.decodeUnknownEffect(Links)(rows)
        return link ?? (yield* new ResetLinkInvalid())
      }, orUnavailable)

      // Of several that use it at once, one does.
      const apply = Effect.fnUntraced(
        function* (token: Redacted.Redacted, user: UserId, hash: string) {
          yield* logs.lock([accountLog(user)])
          const taken = yield* sql`UPDATE reset_links SET used_at = ${yield* DateTime.nowAsDate}
            WHERE account_id = ${user} AND hash = decode(${hashOf(token)}, 'hex') AND used_at IS NULL RETURNING account_id`
          const changed = yield* sql`UPDATE users SET password_hash = ${hash}
            WHERE id = ${user} AND deleted_at IS NULL AND ${taken.length > 0} RETURNING id`
          if (changed.length === 0) return false
          yield* logs.append({ log: accountLog(user), actor: null, type: "PasswordChanged", data: {} })
          yield* sessions.endAll(user, { actor: null, reason: "password" })
          yield* audit.record("password-reset", { account: user })
          return true
        },
        sql.withTransaction,
        orUnavailable,
      )

      const isRepeat = Effect.fnUntraced(function* (token: Redacted.Redacted, password: Redacted.Redacted) {
        const { passwordHash } = yield* find(token)
        return (yield* passwords.verifyOrWaste(passwordHash, password)) !== "wrong"
      })

      const use = Effect.fn("ResetLinks.use")(function* (token: Redacted.Redacted, password: Redacted.Redacted) {
        yield* rates.logInFrom(yield* ClientAddress)
        yield* passwords.check(password)
        const { user, used } = yield* find(token)
        if (!used && (yield* apply(token, user, yield* passwords.hash(password)))) return
        if (!(yield* isRepeat(token, password))) return yield* new ResetLinkInvalid()
      })

      return ResetLinks.of({ make, use })
    }),
  )
}
