import type { SessionId, UserId } from "@chat/domain/Ids"
import * as Context from "effect/Context"
import type { ServerClient } from "effect/rpc/Rpc"

/**
 * Gives what a stream has to say, encoded and separated by commas: as much as fits into so many bytes, but at least one
 * value if there is any. Empty: there is nothing.
 */
export type Source = (bytes: number) => string

/** A stream that a connection takes from its source by itself. */
export interface Outlet {
  /** The source has something; it is asked when the connection can take it. */
  readonly due: () => void
  readonly close: () => void
}

/** Who called over a connection, as the token of the call proved. */
export interface Caller {
  readonly user: UserId
  readonly session: SessionId
  readonly client: ServerClient
  /** The header with the token, and when that expires, in milliseconds of the clock. */
  readonly authorization: string
  readonly expiresAt: number
}

/** The connection that a call came over. Over HTTP each request is one, and ends by itself. */
export const CurrentConnection = Context.Reference<{
  /** A call over it was made by this session: when the session ends, so does the connection. */
  readonly bind: (caller: Caller) => void
  /** Past the RPC server, which would encode each value for each connection. Undefined: there is no such way. */
  readonly stream: ((requestId: string | number, source: Source) => Outlet) | undefined
}>("@chat/server/sessions/CurrentConnection", {
  defaultValue: () => ({ bind: () => undefined, stream: undefined }),
})
