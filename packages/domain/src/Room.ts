/** Rooms: how one comes in, who may write, and who is kept out. */
import * as Schema from "effect/Schema"
import { orAbsent } from "./orAbsent.ts"
import { User } from "./User.ts"
import { oneLine, RoomName, Timestamp, Topic } from "./Values.ts"

/** What a newcomer can read of a room: everything, or what comes from the moment of joining. */
export const HistoryVisibility = Schema.Literals(["all", "joined"])
export type HistoryVisibility = typeof HistoryVisibility.Type

/**
 * Who comes in: everybody, who knows the password, or who is invited. A private room does not exist for others: they are
 * told `ConversationNotFound`.
 */
export const RoomAccess = Schema.Literals(["public", "password", "private"])
export type RoomAccess = typeof RoomAccess.Type

/** Seconds between two messages of one member; 0: none. The server's limit says how many there can be. */
export const SlowMode = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/** How many members a room takes; 0: as many as the server allows. */
export const MemberLimit = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/** What a conversation has of these; a direct one is private, and has nothing set. */
export const roomRules = {
  access: RoomAccess.pipe(orAbsent("public")),
  slowMode: SlowMode.pipe(orAbsent(0)),
  /** Only owner and moderators write. */
  readOnly: Schema.Boolean.pipe(orAbsent(false)),
  memberLimit: MemberLimit.pipe(orAbsent(0)),
  /** Nobody writes or joins any more, until it is taken back. */
  archived: Schema.Boolean.pipe(orAbsent(false)),
}

/** Everything that is set for a room, but its password, which is told nobody. */
export const RoomSettings = Schema.Struct({
  name: RoomName,
  topic: Topic,
  history: HistoryVisibility,
  ...roomRules,
})
export type RoomSettings = typeof RoomSettings.Type

/** A room's password as typed: like that of an account, it is 8 to 128 code points and not a common one. */
export const RoomPassword = Schema.String.check(Schema.isMaxCodePoints(1_024))

/** What can be said about a room when it is made. `password` belongs to the access of that name, and to no other. */
export const roomOptions = {
  access: Schema.optionalKey(RoomAccess),
  password: Schema.optionalKey(RoomPassword),
  slowMode: Schema.optionalKey(SlowMode),
  readOnly: Schema.optionalKey(Schema.Boolean),
  memberLimit: Schema.optionalKey(MemberLimit),
}

/** What changes about a room; the rest stays. A new password alone changes the password. */
export const RoomChanges = Schema.Struct({
  name: Schema.optionalKey(RoomName),
  topic: Schema.optionalKey(Topic),
  history: Schema.optionalKey(HistoryVisibility),
  ...roomOptions,
  archived: Schema.optionalKey(Schema.Boolean),
})
export type RoomChanges = typeof RoomChanges.Type

/** Why somebody is kept out, in one line; may be empty. Who is banned is told it. */
export const BanReason = oneLine(250).pipe(Schema.brand("BanReason"))
export type BanReason = typeof BanReason.Type

/** Somebody who is kept out of a room. */
export const Ban = Schema.Struct({
  user: User,
  by: User,
  reason: BanReason,
  at: Timestamp,
  /** When it ends by itself; `null`: never. */
  until: Schema.NullOr(Timestamp),
})
export type Ban = typeof Ban.Type

/** Why somebody is a member no longer. */
export const LeaveReason = Schema.Literals(["left", "kicked", "banned"])
export type LeaveReason = typeof LeaveReason.Type
