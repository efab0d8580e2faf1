import type { AccountEntry, AccountState } from "@chat/domain/Admin"
import { type IdTaken, type LastAdmin, type StorageUnavailable, UserNotFound } from "@chat/domain/Errors"
import { accountLog, type CommandId, type UserId } from "@chat/domain/Ids"
import type { AccountReceipt } from "@chat/domain/User"
import { ServerRole } from "@chat/domain/User"
import { Email } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AccountLog } from "../logs/AccountLog.ts"
import { Audit } from "../audit/Audit.ts"
import { makeInvitationStore } from "../invitations/InvitationStore.ts"
import { Logs } from "../logs/Logs.ts"
import { Sessions } from "../sessions/Sessions.ts"
import { Database } from "../storage/Database.ts"
import { orUnavailable } from "../storage/errors.ts"
import { escapeLike } from "../storage/like.ts"
import { Time } from "../storage/rows.ts"
import { toUser, UserRow, userColumns } from "../users/UserRow.ts"
import { ServerRoles } from "./ServerRoles.ts"

/** Which accounts; what is undefined does not matter. */
export interface AccountQuery {
  readonly query?: string | undefined
  readonly role?: ServerRole | undefined
  readonly state?: AccountState | undefined
  readonly after?: string | undefined
  readonly limit: number
}

interface Target {
  readonly commandId: CommandId
  readonly user: UserId
}

type Refusal = UserNotFound | IdTaken | StorageUnavailable

const State = Schema.Literals(["active", "deactivated", "deleted"])
const Rows = Schema.Array(
  Schema.Struct({
    ...UserRow.fields,
    email: Email,
    role: ServerRole,
    state: State,
    createdAt: Time,
    lastSeenAt: Schema.NullOr(Time),
  }),
)
const Standing = Schema.Array(Schema.Struct({ role: ServerRole, deactivated: Schema.Boolean }))

/** What admins do with accounts. Whoever calls has shown that they are one. */
export class AccountAdmin extends Context.Service<
  AccountAdmin,
  {
    readonly list: (
      query: AccountQuery,
    ) => Effect.Effect<
      { readonly accounts: ReadonlyArray<AccountEntry>; readonly next: string | null },
      StorageUnavailable
    >
    readonly setRole: (
      actor: UserId,
      command: Target & { readonly role: ServerRole },
    ) => Effect.Effect<AccountReceipt, LastAdmin | Refusal>
    readonly deactivate: (actor: UserId, command: Target) => Effect.Effect<AccountReceipt, LastAdmin | Refusal>
    readonly reactivate: (actor: UserId, command: Target) => Effect.Effect<AccountReceipt, Refusal>
    readonly endSessions: (actor: UserId, user: UserId) => Effect.Effect<void, UserNotFound | StorageUnavailable>
  }
>()("@chat/server/admin/AccountAdmin") {
  static readonly layer = Layer.effect(
    AccountAdmin,
    Effect.gen(function* () {
      const { write: sql, read } = yield* Database
      const log = yield* AccountLog
      const logs = yield* Logs
      const roles = yield* ServerRoles
      const sessions = yield* Sessions
      const audit = yield* Audit
      const invitations = yield* makeInvitationStore

      const list = Effect.fn("AccountAdmin.list")(function* ({ query, role, state, after, limit }: AccountQuery) {
        const holds = query === undefined ? null : `%${escapeLike(query)}%`
        const rows = yield* read`SELECT ${userColumns(read)}, u.email, u.role, s.state, u.created_at AS "createdAt",
            (SELECT max(o.last_seen_at) FROM sessions o WHERE o.user_id = u.id AND o.ended_at IS NULL) AS "lastSeenAt"
          FROM users u CROSS JOIN LATERAL (SELECT CASE WHEN u.deleted_at IS NOT NULL THEN 'deleted'
            WHEN u.deactivated_at IS NOT NULL THEN 'deactivated' ELSE 'active' END AS state) s
          WHERE (${after ?? null}::text IS NULL OR u.username > ${after ?? null}::text)
            AND (${holds}::text IS NULL OR u.username ILIKE ${holds}::text OR u.email ILIKE ${holds}::text)
            AND (${role ?? null}::text IS NULL OR u.role = ${role ?? null}::text)
            AND (${state ?? null}::text IS NULL OR s.state = ${state ?? null}::text)
          ORDER BY u.username LIMIT ${limit + 1}`
        const found = yield* Schema.decodeUnknownEffect(Rows)(rows)
        const accounts = found.slice(0, limit).map(({ email, role, state, createdAt, lastSeenAt, ...user }) => ({
          user: toUser(user),
          email,
          role,
          state,
          createdAt,
          lastSeenAt,
        }))
        return { accounts, next: found.length > limit ? (accounts.at(-1)?.user.username ?? null) : null }
      }, orUnavailable)

      // Under the lock of the account's log.
      const standing = Effect.fnUntraced(function* (user: UserId) {
        const rows = yield* sql`SELECT role, deactivated_at IS NOT NULL AS deactivated FROM users
          WHERE id = ${user} AND deleted_at IS NULL`
        const [found] = yield* Schema.decodeUnknownEffect(Standing)(rows)
        return found ?? (yield* new UserNotFound({ user }))
      })

      const command = <E>(actor: UserId, { commandId, user }: Target, change: Effect.Effect<boolean, E>) => ({
        actor,
        account: user,
        id: commandId,
        type: "AccountChanged" as const,
        change,
      })

      const setRole = Effect.fn("AccountAdmin.setRole")(function* (
        actor: UserId,
        target: Target & { readonly role: ServerRole },
      ) {
        const { user, role } = target
        const change = Effect.gen(function* () {
          const old = yield* standing(user)
          if (old.role === role) return false
          if (old.role === "admin") yield* roles.keepOne(user)
          yield* sql`UPDATE users SET role = ${role} WHERE id = ${user}`
          yield* audit.record("role-change", { account: user, actor, detail: { role } })
          return true
        })
        return yield* log.run<LastAdmin | UserNotFound>(command(actor, target, change))
      })

      const deactivate = Effect.fn("AccountAdmin.deactivate")(function* (actor: UserId, target: Target) {
        const { user } = target
        const change = Effect.gen(function* () {
          const { role, deactivated } = yield* standing(user)
          if (deactivated) return false
          if (role === "admin") yield* roles.keepOne(user)
          yield* sql`UPDATE users SET deactivated_at = now() WHERE id = ${user}`
          yield* invitations.endAllOf(user)
          yield* sessions.endAll(user, { actor, reason: "admin" })
          yield* audit.record("deactivation", { account: user, actor })
          return true
        })
        return yield* log.run<LastAdmin | UserNotFound>(command(actor, target, change))
      })

      const reactivate = Effect.fn("AccountAdmin.reactivate")(function* (actor: UserId, target: Target) {
        const { user } = target
        const change = Effect.gen(function* () {
          if (!(yield* standing(user)).deactivated) return false
          yield* sql`UPDATE users SET deactivated_at = NULL WHERE id = ${user}`
          yield* audit.record("reactivation", { account: user, actor })
          return true
        })
        return yield* log.run<UserNotFound>(command(actor, target, change))
      })

      const endSessions = Effect.fn("AccountAdmin.endSessions")(
        function* (actor: UserId, user: UserId) {
          yield* logs.lock([accountLog(user)])
          yield* standing(user)
          yield* sessions.endAll(user, { actor, reason: "admin" })
          yield* audit.record("sessions-ended", { account: user, actor })
        },
        sql.withTransaction,
        orUnavailable,
      )

      return AccountAdmin.of({ list, setRole, deactivate, reactivate, endSessions })
    }),
  )
}
