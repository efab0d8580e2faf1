/** What `connection` says. Times are milliseconds since 1970 by this device's clock. */
import type { Unauthenticated } from "@chat/domain/Errors"
import type { LogId } from "@chat/domain/Ids"
import type { ServerInfo } from "@chat/domain/SessionRpcs"

/** There is no sign-in, or the server no longer takes it. Signing in ends it. */
export interface SignedOut {
  readonly _tag: "SignedOut"
  readonly reason: Unauthenticated["reason"]
}

/** Opening a connection, or catching up on one. */
export interface Connecting {
  readonly _tag: "Connecting"
}

/** Connected, and everything that had happened by then is in `state`. */
export interface Online {
  readonly _tag: "Online"
  readonly since: number
  readonly server: ServerInfo
  /** How many events came that had been missed. */
  readonly recovered: number
  /** The logs of which a snapshot came in the place of what had been missed. */
  readonly resynchronised: ReadonlyArray<LogId>
}

/** Not connected; tries again by itself at `retryAt`. */
export interface Offline {
  readonly _tag: "Offline"
  readonly since: number
  readonly retryAt: number
  readonly reason: string
}

export type ConnectionStatus = SignedOut | Connecting | Online | Offline
