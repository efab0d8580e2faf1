import { accountLog, type LogId, type UserId } from "@chat/domain/Ids"
import type { Cursor } from "@chat/domain/Sync"
import type { Stamp } from "@chat/domain/Values"
import type { Follower } from "../followers/Follower.ts"
import { type Unsent, unsentSince } from "./beside.ts"

/** What a client asks for. */
export interface SyncRequest {
  readonly cursors: ReadonlyArray<Cursor>
  readonly stamp: Stamp | undefined
  readonly only: ReadonlyArray<LogId> | undefined
}

/** What one follower is fed from. There are many of them and they rest, so that nothing more is kept for each. */
export interface Feed extends Unsent {
  readonly follower: Follower
  readonly account: UserId
  readonly own: LogId
  readonly cursors: Map<LogId, Cursor>
  readonly only: ReadonlySet<LogId> | undefined
  /** How far each log has to come until all of them are caught up ... */
  readonly targets: Map<LogId, number>
  /** ... with this stamp; undefined: they are, or have not begun. */
  stamp: Stamp | undefined
}

export const newFeed = (follower: Follower, { cursors, stamp, only }: SyncRequest): Feed => ({
  follower,
  account: follower.account,
  own: accountLog(follower.account),
  cursors: new Map(cursors.map((cursor) => [cursor.log, cursor])),
  only: only === undefined ? undefined : new Set(only),
  targets: new Map(),
  stamp: undefined,
  ...unsentSince(stamp, cursors.length > 0),
})

/** Whether the client wants to hear of a log. */
export const wants = ({ only }: Feed, log: LogId): boolean => only === undefined || only.has(log)
