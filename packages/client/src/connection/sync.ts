/** One `Sync` on one connection, from the cursors of the state to its end. */
import type { Limits } from "@chat/domain/Limits"
import type { LogId } from "@chat/domain/Ids"
import type { Cursor, SyncItem } from "@chat/domain/Sync"
import type { Stamp } from "@chat/domain/Values"
import { type CallError, type SyncReplaced, Unauthenticated } from "@chat/domain/Errors"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { ProtocolError } from "../Errors.ts"
import type { RenewError, Session } from "../session/Session.ts"
import * as Codec from "../wire/Codec.ts"
import type { Link } from "../wire/Link.ts"
import { Lost } from "../wire/Transport.ts"

/** More than a cursor takes as JSON: two ids, a number and their names. */
const cursorBytes = 128
/** More than everything else of a call takes: the access token first of all. */
const overheadBytes = 8_192

/** The cursors in parts that fit into a frame; as many as the server takes, the newest conversations first. */
export const partition = (all: ReadonlyArray<Cursor>, limits: Limits): ReadonlyArray<ReadonlyArray<Cursor>> => {
  const size = Math.max(1, Math.floor((limits.frameBytes - overheadBytes) / cursorBytes))
  const parts: Array<ReadonlyArray<Cursor>> = []
  for (let start = 0; start < Math.min(all.length, limits.cursors); start += size) {
    parts.push(all.slice(start, Math.min(start + size, limits.cursors)))
  }
  return parts
}

/** From where on a `Sync` sends, and of which logs. */
export interface Position {
  readonly cursors: ReadonlyArray<Cursor>
  readonly stamp?: Stamp
  readonly only?: ReadonlyArray<LogId>
}

export type SyncEnd = Lost | Unauthenticated | SyncReplaced | CallError | ProtocolError | RenewError

/**
 * Runs until the connection or the session ends. An access token that has expired is renewed; a session that has ended is
 * forgotten.
 */
export const run = (
  link: Link,
  limits: Limits,
  session: Session,
  position: () => Position,
  onItems: (items: ReadonlyArray<SyncItem>) => void,
): Effect.Effect<never, SyncEnd> =>
  Effect.gen(function* () {
    for (;;) {
      const token = yield* session.token
      const refusal = yield* once(link, limits, position(), token, onItems)
      if (!(refusal instanceof Unauthenticated)) return yield* refusal
      if (refusal.reason === "expired") yield* session.renew(token)
      else {
        yield* session.refuse(token, refusal.reason)
        return yield* refusal
      }
    }
  })

const once = Effect.fnUntraced(function* (
  link: Link,
  limits: Limits,
  { cursors, ...rest }: Position,
  token: string,
  onItems: (items: ReadonlyArray<SyncItem>) => void,
) {
  const parts = partition(cursors, limits)
  for (const part of parts.slice(0, -1)) {
    const payload = yield* Codec.encode("OfferCursors", { cursors: part })
    const refusal = endOf(Codec.decodeEnd("OfferCursors", yield* link.call({ tag: "OfferCursors", payload, token })))
    if (refusal !== undefined) return refusal
  }
  const payload = yield* Codec.encode("Sync", { ...rest, cursors: parts.at(-1) ?? [] })
  const end = yield* link.sync({ tag: "Sync", payload, token }, onItems)
  return endOf(Codec.decodeEnd("Sync", end)) ?? new Lost({ detail: "the server ends" })
})

const endOf = <E>(answer: Codec.Answer<void, E>): E | ProtocolError | Lost | undefined => {
  if (answer === "interrupted") return new Lost({ detail: "the server ends" })
  return Exit.isSuccess(answer) ? undefined : Codec.refusalOf(answer)
}
