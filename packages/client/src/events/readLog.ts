/** A log by pages: for whoever must not miss anything, of any age. */
import type { LogId } from "@chat/domain/Ids"
import type { LogPage } from "@chat/domain/Sync"
import type { Seq } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import type { Call, CallFailure } from "../calls/Calls.ts"

export const pageSize = 100

/** The last `seq` that a page stands for; `undefined`: none. */
export const lastOf = (items: LogPage["items"]): Seq | undefined => {
  const last = items.at(-1)
  return last === undefined ? undefined : last._tag === "Event" ? last.event.seq : last.to
}

/** Where a reader of a log is: `after` the event that it had last. */
export interface LogPosition {
  readonly log: LogId
  readonly after: number
}

/** The page after a position, and the position after the page; `null`: the end of the log as of now. */
export const readPage = (
  call: Call,
  { log, after }: LogPosition,
): Effect.Effect<readonly [LogPage, LogPosition | null], CallFailure<"ReadLog">> =>
  // What is not a `Seq` is refused by the call itself.
  Effect.map(call("ReadLog", { log, after: after as Seq, limit: pageSize }), (page) => {
    const last = lastOf(page.items)
    return [page, last === undefined || last >= page.head ? null : { log, after: last }] as const
  })
