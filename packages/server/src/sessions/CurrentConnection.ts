import type { SessionId } from "@chat/domain/Ids"
import * as Context from "effect/Context"

/** The connection that a call came over. Over HTTP each request is one, and ends by itself. */
export const CurrentConnection = Context.Reference<{
  /** A call over it was made by this session: when the session ends, so does the connection. */
  readonly bind: (session: SessionId) => void
}>("@chat/server/sessions/CurrentConnection", { defaultValue: () => ({ bind: () => undefined }) })
