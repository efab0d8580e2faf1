/** Staying in step: the stream of everything that the account can see, and the logs themselves. */
import * as Schema from "effect/Schema"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import { Authentication } from "./Authentication.ts"
import { ConversationNotFound, SyncReplaced, Unauthenticated, failures } from "./Errors.ts"
import { LogId } from "./Ids.ts"
import { Cursor, LogPage, SyncItem } from "./Sync.ts"
import { PageSize, Seq, Stamp } from "./Values.ts"

/**
 * Cursors for the next `Sync` of the same connection, for a client that has more of them than fit into one frame. Only
 * over a WebSocket, where a connection lasts; over HTTP all cursors go into `Sync`.
 */
export class OfferCursors extends Rpc.make("OfferCursors", {
  payload: { cursors: Schema.Array(Cursor) },
  error: failures(),
}) {}

/**
 * One stream for everything. For each log that the account can see comes what follows the cursor, in order and without a
 * gap, or a snapshot; then `CaughtUp`; then what happens, as it happens, until the session ends. Per log every event
 * comes once and in the order of `seq`. Between logs: `ConversationAppeared` comes before that log's first event or
 * snapshot, `ConversationGone` after its last. A second `Sync` of a connection ends the first with `SyncReplaced`. It
 * outlives its access token and ends with its session, with `Unauthenticated`.
 */
export class Sync extends Rpc.make("Sync", {
  payload: {
    cursors: Schema.Array(Cursor),
    /** From the last `CaughtUp`: what changed beside the logs since then is sent again. */
    stamp: Schema.optionalKey(Stamp),
    /** Only these logs; all, if absent. */
    only: Schema.optionalKey(Schema.Array(LogId)),
  },
  success: SyncItem,
  error: failures(SyncReplaced, Unauthenticated),
  stream: true,
}) {}

/**
 * Part of a log after a `seq`, of any age: for whoever must not miss anything. 20 items unless told, 100 at most. A log
 * of which the account can see nothing: `ConversationNotFound`.
 */
export class ReadLog extends Rpc.make("ReadLog", {
  payload: { log: LogId, after: Seq, limit: Schema.optionalKey(PageSize) },
  success: LogPage,
  error: failures(ConversationNotFound),
}) {}

export class SyncRpcs extends RpcGroup.make(OfferCursors, Sync, ReadLog).middleware(Authentication) {}
