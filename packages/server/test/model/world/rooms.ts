// Who is where, and what they can see of it.
import type { UserId } from "@chat/domain/Ids"
import type { BanReason } from "@chat/domain/Room"
import { type Log, upTo } from "./World.ts"
import type { RoomState } from "./facts.ts"

/** What is set for a room after `until`, and its password; nothing for what is no room. */
export const roomAt = (log: Log, until = Infinity): RoomState | undefined => {
  let room: RoomState | undefined
  for (const [, { fact }] of upTo(log, until)) {
    if (fact.type === "RoomCreated" || fact.type === "RoomChanged") room = fact.room
  }
  return room
}

export const isRoom = (log: Log): boolean => log[0]?.fact.type === "RoomCreated"

/** It was a room, and is no more. */
export const isDeleted = (log: Log): boolean => log.some(({ fact }) => fact.type === "RoomDeleted")

/** Who is a member after `until`, and since when. */
export const membersAt = (log: Log, until = Infinity): ReadonlyMap<UserId, number> => {
  const members = new Map<UserId, number>()
  for (const [seq, { fact, actor }] of upTo(log, until)) {
    if (fact.type === "RoomCreated") members.set(actor, seq)
    else if (fact.type === "DirectOpened" || fact.type === "GroupOpened")
      for (const member of fact.members) members.set(member, seq)
    else if (fact.type === "MemberJoined" || fact.type === "MemberAdded") members.set(fact.user, seq)
    else if (fact.type === "MemberLeft") members.delete(fact.user)
    else if (fact.type === "RoomDeleted") members.clear()
  }
  return members
}

type Role = "owner" | "moderator" | "member"

/** What the members of a room are to it after `until`. */
const rolesAt = (log: Log, until = Infinity): ReadonlyMap<UserId, Role> => {
  const roles = new Map<UserId, Role>()
  for (const [, { fact, actor }] of upTo(log, until)) {
    if (fact.type === "RoomCreated") roles.set(actor, "owner")
    else if (fact.type === "MemberJoined") roles.set(fact.user, "member")
    else if (fact.type === "RoleChanged") roles.set(fact.user, fact.role)
    else if (fact.type === "RoomTransferred") roles.set(fact.from, "moderator").set(fact.to, "owner")
    else if (fact.type === "MemberLeft") roles.delete(fact.user)
    else if (fact.type === "RoomDeleted") roles.clear()
  }
  return roles
}

export const roleAt = (log: Log, user: UserId, until = Infinity): Role | null => rolesAt(log, until).get(user) ?? null

/** Why somebody is kept out of a room, if they are. */
export const bansOf = (log: Log): ReadonlyMap<UserId, { readonly reason: BanReason; readonly seq: number }> => {
  const bans = new Map<UserId, { readonly reason: BanReason; readonly seq: number }>()
  for (const [seq, { fact }] of upTo(log)) {
    if (fact.type === "MemberBanned") bans.set(fact.user, { reason: fact.reason, seq })
    else if (fact.type === "MemberUnbanned") bans.delete(fact.user)
  }
  return bans
}

/** Whether somebody who posts at `seq` has to wait before they post again: in these programs for longer than they run. */
export const isSlowAt = (log: Log, user: UserId, seq: number): boolean =>
  (roomAt(log, seq - 1)?.settings.slowMode ?? 0) > 0 && roleAt(log, user, seq - 1) === "member"

interface Stretch {
  readonly from: number
  readonly to: number
}

/** What somebody can see of a log after `until`; a stretch without an end goes on. */
export const stretchesAt = (log: Log, user: UserId, until = Infinity): ReadonlyArray<Stretch> => {
  if (log[0]?.fact.type === "AccountCreated") return log[0].actor === user ? [{ from: 1, to: Infinity }] : []
  let stretches: ReadonlyArray<Stretch> = []
  let seesAll = false
  for (const [seq, { fact, actor }] of upTo(log, until)) {
    const enters =
      (fact.type === "RoomCreated" && actor === user) ||
      (fact.type === "DirectOpened" && fact.members.includes(user) && fact.unseenBy !== user) ||
      (fact.type === "GroupOpened" && fact.members.includes(user) && !fact.unseenBy.includes(user)) ||
      (fact.type === "MemberAdded" && fact.user === user && !fact.isUnseen) ||
      (fact.type === "MemberJoined" && fact.user === user)
    if (fact.type === "RoomCreated" || fact.type === "RoomChanged") seesAll = fact.room.settings.history === "all"
    const isAll = fact.type === "MemberAdded" || (isRoom(log) && seesAll)
    if (enters) stretches = [...stretches, { from: isAll ? 1 : seq, to: Infinity }]
    else if ((fact.type === "MemberLeft" && fact.user === user) || fact.type === "RoomDeleted") {
      stretches = stretches.map((stretch) => (stretch.to === Infinity ? { ...stretch, to: seq } : stretch))
    }
  }
  return stretches
}

export const canSee = (stretches: ReadonlyArray<Stretch>, seq: number): boolean =>
  stretches.some(({ from, to }) => from <= seq && seq <= to)

/** The place of the message that an event is about, if it is about one. */
const subjectOf = (log: Log, seq: number): number | undefined => {
  const fact = log[seq - 1]?.fact
  if (fact === undefined) return undefined
  if (fact.type === "MessagePosted") return seq
  return "message" in fact ? fact.message : undefined
}

/** Whether an event is for this viewer, who can see these stretches. */
export const isFor = (log: Log, viewer: UserId, stretches: ReadonlyArray<Stretch>, seq: number): boolean =>
  [seq, subjectOf(log, seq) ?? seq].every((place) => {
    const onlyFor = log[place - 1]?.onlyFor
    return canSee(stretches, place) && (onlyFor === undefined || onlyFor === viewer)
  })

/** Whether somebody is a member of it, and knows. */
export const isMember = (log: Log, user: UserId): boolean => stretchesAt(log, user).some(({ to }) => to === Infinity)
