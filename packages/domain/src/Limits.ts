/** The limits of a server that a client can run into, as `Hello` states them. */
import * as Schema from "effect/Schema"
import { orAbsent } from "./orAbsent.ts"

const Bound = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/** Texts are measured in code points, frames and bodies in bytes. */
export const Limits = Schema.Struct({
  messageBody: Bound,
  roomName: Bound,
  topic: Bound,
  page: Bound,
  frameBytes: Bound,
  bodyBytes: Bound,
  /** Over this many missing events in one log a `Sync` sends a snapshot. */
  syncGap: Bound,
  /** Over this many missing events in all logs together a `Sync` sends snapshots for the rest. */
  syncGapTotal: Bound,
  /** How many cursors one connection can offer. */
  cursors: Bound,
  /** How many reactions one person can have on one message. */
  reactionsPerPerson: Bound.pipe(orAbsent(20)),
  /** How many different emojis can stand under one message. */
  reactionsPerMessage: Bound.pipe(orAbsent(50)),
  /** How many messages of one conversation can be pinned. */
  pins: Bound.pipe(orAbsent(100)),
  /** How many drafts one account can have. */
  drafts: Bound.pipe(orAbsent(100)),
  /** How many notices to everybody can be in force. */
  notices: Bound.pipe(orAbsent(20)),
  /** How many conversations one connection can watch. */
  watched: Bound.pipe(orAbsent(50)),
  /** How many seconds a room can ask its members to wait between two messages. */
  slowMode: Bound.pipe(orAbsent(21_600)),
  /** How many members a room can have. */
  roomMembers: Bound.pipe(orAbsent(100_000)),
  /** How many people a group can have. */
  groupMembers: Bound.pipe(orAbsent(16)),
})
export type Limits = typeof Limits.Type

/** What a server has if nothing is configured. */
export const defaultLimits: Limits = {
  messageBody: 4_000,
  roomName: 64,
  topic: 250,
  page: 100,
  frameBytes: 65_536,
  bodyBytes: 1_048_576,
  syncGap: 1_000,
  syncGapTotal: 20_000,
  cursors: 20_000,
  reactionsPerPerson: 20,
  reactionsPerMessage: 50,
  pins: 100,
  drafts: 100,
  notices: 20,
  watched: 50,
  slowMode: 21_600,
  roomMembers: 100_000,
  groupMembers: 16,
}
