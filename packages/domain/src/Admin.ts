/** What those who look after a server see of it. */
import * as Schema from "effect/Schema"
import { SessionId, UserId } from "./Ids.ts"
import { ServerRole, User } from "./User.ts"
import { Email, Timestamp } from "./Values.ts"

/** Whether an account can be used; `deactivated`: until an admin says otherwise; `deleted`: never again. */
export const AccountState = Schema.Literals(["active", "deactivated", "deleted"])
export type AccountState = typeof AccountState.Type

/** An account as admins see it. */
export const AccountEntry = Schema.Struct({
  user: User,
  email: Email,
  role: ServerRole,
  state: AccountState,
  createdAt: Timestamp,
  /** When one of its sessions last refreshed its tokens; `null`: it has none. */
  lastSeenAt: Schema.NullOr(Timestamp),
})
export type AccountEntry = typeof AccountEntry.Type

/** What a detail of an audit entry is called, such as `role`: a name of the server's, and never one like `__proto__`. */
const AuditDetail = Schema.String.check(Schema.isPattern(/^[a-z][A-Za-z]{0,63}$/u))

/** Something that concerns security. */
export const AuditEntry = Schema.Struct({
  /** Greater than those of all entries before. */
  id: Schema.Int,
  at: Timestamp,
  /** Such as `login` or `password-change`; later versions have more. */
  action: Schema.String,
  /** Whose account it is about; `null`: there is none. */
  account: Schema.NullOr(User),
  /** Who did it, if somebody else. */
  actor: Schema.NullOr(User),
  session: Schema.NullOr(SessionId),
  /** Where it came from, if it came over the network. */
  address: Schema.NullOr(Schema.String),
  detail: Schema.Record(AuditDetail, Schema.String),
})
export type AuditEntry = typeof AuditEntry.Type

/** Which entries of the audit log; what is absent does not matter. */
export const AuditFilter = Schema.Struct({
  /** About this account, or done by it. */
  account: Schema.optionalKey(UserId),
  action: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(64))),
  since: Schema.optionalKey(Timestamp),
  until: Schema.optionalKey(Timestamp),
})
export type AuditFilter = typeof AuditFilter.Type

/** What lets somebody who has lost their password choose a new one, once and until then. */
export const ResetLink = Schema.Struct({ token: Schema.String, expiresAt: Timestamp })
export type ResetLink = typeof ResetLink.Type
