import type { SessionId } from "@chat/domain/Ids"
import * as Context from "effect/Context"

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

/** The connection that a call came over. Over HTTP each request is one, and ends by itself. */
export const CurrentConnection = Context.Reference<{
  /** A call over it was made by this session: when the session ends, so does the connection. */
  readonly bind: (session: SessionId) => void
  /** Past the RPC server, which would encode each value for each connection. Undefined: there is no such way. */
  readonly stream: ((requestId: string | number, source: Source) => Outlet) | undefined
}>("@chat/server/sessions/CurrentConnection", {
  defaultValue: () => ({ bind: () => undefined, stream: undefined }),
})
