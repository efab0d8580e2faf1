import type { LogId } from "@chat/domain/Ids"
import type { LogPage } from "@chat/domain/Sync"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Call, CallFailure } from "../calls/Calls.ts"
import { type LogPosition, readPage } from "./readLog.ts"

/** What follows `after` in a log, to its end as of now, by pages. Never skips. */
export const logItems =
  (call: Call) =>
  (log: LogId, after: number): Stream.Stream<LogPage["items"][number], CallFailure<"ReadLog">> =>
    Stream.paginate({ log, after } satisfies LogPosition, (position) =>
      Effect.map(readPage(call, position), ([page, next]) => [page.items, Option.fromNullOr(next)] as const),
    )
