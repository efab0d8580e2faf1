/** Signing up and in, and the sessions of an account. */
import * as Schema from "effect/Schema"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import { Authentication } from "./Authentication.ts"
import {
  AccountDeactivated,
  EmailTaken,
  InvalidCredentials,
  ResetLinkInvalid,
  SessionNotFound,
  Unauthenticated,
  UsernameTaken,
  WeakPassword,
  failures,
} from "./Errors.ts"
import { CommandId, SessionId } from "./Ids.ts"
import { Limits } from "./Limits.ts"
import { ListedSession, Session, Tokens } from "./Session.ts"
import { Account } from "./User.ts"
import { DeviceName, Email, Password, Query, Timestamp, Username } from "./Values.ts"

/** Who one is after signing up or in. */
export const SignedIn = Schema.Struct({ account: Account, session: Session, tokens: Tokens })
export type SignedIn = typeof SignedIn.Type

/** What a server is. */
export const ServerInfo = Schema.Struct({
  version: Schema.String,
  /** The contract that it serves; see `contractVersion`. */
  contract: Schema.Int,
  limits: Limits,
  time: Timestamp,
})
export type ServerInfo = typeof ServerInfo.Type

/** The first call on a connection: versions and limits. A client shows its user if `contract` is not the one it knows. */
export class Hello extends Rpc.make("Hello", {
  payload: { client: Schema.String.check(Schema.isMaxLength(128)), contract: Schema.Int },
  success: ServerInfo,
  error: failures(),
}) {}

/**
 * Makes an account and a first session. Repeated with the same `commandId`, name and password, it makes no second
 * account but signs in to the first.
 */
export class SignUp extends Rpc.make("SignUp", {
  payload: { commandId: CommandId, username: Username, email: Email, password: Password, device: DeviceName },
  success: SignedIn,
  error: failures(UsernameTaken, EmailTaken, WeakPassword),
}) {}

/** Makes a session. `login` is the name or the email address, in any case. Each call makes a session of its own. */
export class LogIn extends Rpc.make("LogIn", {
  payload: { login: Query, password: Password, device: DeviceName },
  success: SignedIn,
  error: failures(InvalidCredentials, AccountDeactivated),
}) {}

/**
 * Chooses a new password with the token that an admin made, and ends every session of the account. Repeated with the
 * same password it has no further effect.
 */
export class ResetPassword extends Rpc.make("ResetPassword", {
  payload: { token: Schema.String.check(Schema.isMaxLength(256)), newPassword: Password },
  error: failures(ResetLinkInvalid, WeakPassword),
}) {}

/**
 * Changes a refresh token for new tokens. The same refresh token gets the same successor again, so that a lost answer
 * costs nothing, until the successor is first used and for 30 s after; used later still, it ends the session
 * (RFC 9700, section 4.14.2).
 */
export class Refresh extends Rpc.make("Refresh", {
  payload: { refreshToken: Schema.String.check(Schema.isMaxLength(256)) },
  success: Tokens,
  error: failures(Unauthenticated),
}) {}

/** Ends the session that calls, and with it its live connections. */
export class LogOut extends Rpc.make("LogOut", { error: failures() }) {}

/** The sessions of the account that have not ended, newest first. */
export class ListSessions extends Rpc.make("ListSessions", {
  success: Schema.Array(ListedSession),
  error: failures(),
}) {}

/** Ends a session of the account. One that has ended already stays so. */
export class RevokeSession extends Rpc.make("RevokeSession", {
  payload: { session: SessionId },
  error: failures(SessionNotFound),
}) {}

/** What needs no session. */
export class OpenRpcs extends RpcGroup.make(Hello, SignUp, LogIn, ResetPassword, Refresh) {}

/** The sessions of somebody who is signed in. */
export class SessionRpcs extends RpcGroup.make(LogOut, ListSessions, RevokeSession).middleware(Authentication) {}
