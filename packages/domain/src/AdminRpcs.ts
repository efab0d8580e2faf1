/** Looking after a server: for admins of it. Everything here that changes something is in the audit log. */
import * as Schema from "effect/Schema"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import { AccountEntry, AccountState, AuditEntry, AuditFilter, ResetLink } from "./Admin.ts"
import { Authentication } from "./Authentication.ts"
import { IdTaken, LastAdmin, NotPermitted, UserNotFound, failures } from "./Errors.ts"
import { CommandId, UserId } from "./Ids.ts"
import { AccountReceipt, ServerRole } from "./User.ts"
import { PageSize, Query } from "./Values.ts"

/** The accounts by username; those whose name or address holds `query`, if given. */
export class ListAccounts extends Rpc.make("ListAccounts", {
  payload: {
    query: Schema.optionalKey(Query),
    role: Schema.optionalKey(ServerRole),
    state: Schema.optionalKey(AccountState),
    after: Schema.optionalKey(Query),
    limit: Schema.optionalKey(PageSize),
  },
  success: Schema.Struct({ accounts: Schema.Array(AccountEntry), next: Schema.NullOr(Schema.String) }),
  error: failures(NotPermitted),
}) {}

/** Makes somebody a member, moderator or admin of the server. The last admin stays one. */
export class SetServerRole extends Rpc.make("SetServerRole", {
  payload: { commandId: CommandId, user: UserId, role: ServerRole },
  success: AccountReceipt,
  error: failures(NotPermitted, UserNotFound, LastAdmin, IdTaken),
}) {}

/** Ends every session of an account and lets nobody sign in to it. What was written stays. The last admin cannot go. */
export class DeactivateAccount extends Rpc.make("DeactivateAccount", {
  payload: { commandId: CommandId, user: UserId },
  success: AccountReceipt,
  error: failures(NotPermitted, UserNotFound, LastAdmin, IdTaken),
}) {}

/** Lets its owner sign in again. */
export class ReactivateAccount extends Rpc.make("ReactivateAccount", {
  payload: { commandId: CommandId, user: UserId },
  success: AccountReceipt,
  error: failures(NotPermitted, UserNotFound, IdTaken),
}) {}

/** Ends every session of an account. */
export class EndSessions extends Rpc.make("EndSessions", {
  payload: { user: UserId },
  error: failures(NotPermitted, UserNotFound),
}) {}

/**
 * For somebody who has lost their password: a token that goes into `ResetPassword`, once and within a day. It is not
 * stored and cannot be shown again; another one ends the one before.
 */
export class MakeResetLink extends Rpc.make("MakeResetLink", {
  payload: { user: UserId },
  success: ResetLink,
  error: failures(NotPermitted, UserNotFound),
}) {}

/** What concerns security, the newest first. */
export class ReadAudit extends Rpc.make("ReadAudit", {
  payload: {
    ...AuditFilter.fields,
    /** Entries with a smaller `id`. */
    before: Schema.optionalKey(Schema.Int),
    limit: Schema.optionalKey(PageSize),
  },
  success: Schema.Struct({ entries: Schema.Array(AuditEntry), more: Schema.Boolean }),
  error: failures(NotPermitted),
}) {}

export class AdminRpcs extends RpcGroup.make(
  ListAccounts,
  SetServerRole,
  DeactivateAccount,
  ReactivateAccount,
  EndSessions,
  MakeResetLink,
  ReadAudit,
).middleware(Authentication) {}
