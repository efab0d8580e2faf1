import {
  Banned,
  CapacityExceeded,
  ConversationNotFound,
  InviteInvalid,
  RoomArchived,
  RoomPasswordRequired,
  WrongRoomPassword,
} from "@chat/domain/Errors"
import type { ConversationId } from "@chat/domain/Ids"
import { BanReason } from "@chat/domain/Room"
import type { RoomRow } from "./RoomRow.ts"

/** What somebody who wants to come in can show. */
export interface EntryProof {
  /** The hash of the password that they have shown to know. */
  readonly passwordHash?: string
  /** Whether the link that they have is good. */
  readonly link?: boolean
  /** Whether the invitation that they have is good. */
  readonly invitation?: boolean
}

export type EntryRefusal =
  | ConversationNotFound
  | Banned
  | RoomArchived
  | RoomPasswordRequired
  | WrongRoomPassword
  | InviteInvalid
  | CapacityExceeded

/**
 * Why somebody who is not a member may not come in, if they may not: the one place that decides it. `room` is read under
 * the lock of its log.
 */
export const entryRefusal = (
  conversation: ConversationId,
  room: RoomRow | undefined,
  proof: EntryProof,
  largest: number,
): EntryRefusal | undefined => {
  // Before anything that would say that there is such a room.
  if (proof.link === false) return new InviteInvalid()
  const knows = proof.link !== undefined || proof.invitation !== undefined
  if (room === undefined || (room.access === "private" && !knows)) {
    return new ConversationNotFound({ conversation })
  }
  if (room.banned) return new Banned({ until: room.bannedUntil, reason: room.banReason ?? BanReason.make("") })
  if (room.archived) return new RoomArchived({ conversation })
  const limit = room.memberLimit === 0 ? largest : Math.min(room.memberLimit, largest)
  if (room.memberCount >= limit) return new CapacityExceeded({ resource: "members", limit })
  if (room.access === "public" || proof.link === true || proof.invitation === true) return undefined
  if (room.access === "private") return new InviteInvalid()
  if (room.passwordHash === proof.passwordHash) return undefined
  // Either it was not asked for yet, or it is another one since it was compared.
  return proof.passwordHash === undefined ? new RoomPasswordRequired() : new WrongRoomPassword()
}
