/** Sessions: one per login, named, listed and revocable; and the tokens that prove one. */
import * as Schema from "effect/Schema"
import { SessionId } from "./Ids.ts"
import { DeviceName, Timestamp } from "./Values.ts"

/** One login on one device. */
export const Session = Schema.Struct({
  id: SessionId,
  device: DeviceName,
  createdAt: Timestamp,
})
export type Session = typeof Session.Type

/** A session in the list of sessions. */
export const ListedSession = Schema.Struct({
  ...Session.fields,
  /** When it last refreshed its tokens. */
  lastSeenAt: Timestamp,
  /** Whether it is the one that asks. */
  current: Schema.Boolean,
})
export type ListedSession = typeof ListedSession.Type

/**
 * The proof of a session. The access token is a JWT (RFC 7519) that goes into the `authorization` header of each call
 * and into nothing else; the refresh token is opaque and good for one `Refresh`.
 */
export const Tokens = Schema.Struct({
  accessToken: Schema.String,
  /** After this the access token is refused and `Refresh` gives a new one. */
  accessExpiresAt: Timestamp,
  refreshToken: Schema.String,
})
export type Tokens = typeof Tokens.Type

/**
 * Why a session ended. `password`: the password was changed; `admin`: an admin ended it; `deleted`: the account is gone.
 */
export const SessionEndReason = Schema.Literals([
  "logout",
  "revoked",
  "reuse",
  "expired",
  "password",
  "admin",
  "deleted",
])
export type SessionEndReason = typeof SessionEndReason.Type
