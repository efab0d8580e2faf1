// Rooms begin, change and end; people come and go.
import type { ConversationId, UserId } from "@chat/domain/Ids"
import type { RoomSettings } from "@chat/domain/Room"
import { isDeepStrictEqual } from "node:util"
import type { Fact } from "../world/facts.ts"
import { bansOf, isDeleted, membersAt, roleAt, roomAt } from "../world/rooms.ts"
import { endInvitation, endInvitationsTo, goodLink, letsIn } from "../world/invitations.ts"
import { append, type Log, logOf, type World } from "../world/World.ts"
import { type Answer, length, type Of, rules } from "./Command.ts"
import { newIn } from "./direct.ts"
import { enter, happen, type Outcome, unchanged } from "./outcome.ts"

interface Measured {
  readonly name?: string
  readonly topic?: string
  readonly slowMode?: number
  readonly memberLimit?: number
}

const isTooLarge = ({ name = "", topic = "", slowMode = 0, memberLimit = 0 }: Measured): boolean =>
  length(name) > rules.roomName ||
  length(topic) > rules.topic ||
  slowMode > rules.slowMode ||
  memberLimit > rules.roomMembers

const isNameTaken = (world: World, name: string): boolean =>
  [...world.logs.values()].some(
    (log) => !isDeleted(log) && roomAt(log)?.settings.name.toLowerCase() === name.toLowerCase(),
  )

export const createRoom = (world: World, command: Of<"CreateRoom">, answer: Answer): Outcome => {
  const { actor, name, topic, history, access = "public", password = null } = command
  const { slowMode = 0, readOnly = false, memberLimit = 0 } = command
  if (isTooLarge(command)) return { refused: "TooLarge" }
  if ((access === "password") !== (password !== null)) return { refused: "BadRequest" }
  if (isNameTaken(world, name)) return { refused: "RoomNameTaken" }
  const id = newIn(answer)
  if (id === undefined || world.logs.has(id)) return { refused: "nobody" }
  const settings = { name, topic, history, access, slowMode, readOnly, memberLimit, archived: false }
  const { world: begun, done } = happen(
    world,
    command,
    id,
    { type: "RoomCreated", room: { settings, password } },
    answer,
  )
  return { done, world: enter(begun, id, actor, 1, 1) }
}

/** Why somebody who is no member may not come in. */
const entryRefusal = (world: World, { actor, conversation, password, link }: Of<"JoinRoom">): string | undefined => {
  const log = logOf(world, conversation)
  if (link !== undefined && goodLink(log, link) === undefined) return "InviteInvalid"
  const room = roomAt(log)
  const isInvited = letsIn(world, conversation, actor)
  const isHidden = room?.settings.access === "private" && link === undefined && isInvited === undefined
  if (room === undefined || isDeleted(log) || isHidden) return "ConversationNotFound"
  if (bansOf(log).has(actor)) return "Banned"
  if (room.settings.archived) return "RoomArchived"
  const { access, memberLimit } = room.settings
  const limit = memberLimit === 0 ? rules.roomMembers : memberLimit
  if (membersAt(log).size >= limit) return "CapacityExceeded"
  if (access === "public" || link !== undefined || isInvited === true) return undefined
  if (access === "private") return "InviteInvalid"
  if (password === room.password) return undefined
  return password === undefined ? "RoomPasswordRequired" : "WrongRoomPassword"
}

export const joinRoom = (world: World, command: Of<"JoinRoom">, answer: Answer): Outcome => {
  const { actor, conversation } = command
  const log = logOf(world, conversation)
  if (roomAt(log) !== undefined && membersAt(log).has(actor)) return unchanged(world, command, conversation)
  const refusal = entryRefusal(world, command)
  if (refusal !== undefined) return { refused: refusal }
  const link = command.link === undefined ? undefined : goodLink(log, command.link)?.link
  const joined: Fact = { type: "MemberJoined", user: actor, link }
  const { world: next, done } = happen(world, command, conversation, joined, answer)
  const from = roomAt(log)?.settings.history === "all" ? 1 : done.seq
  const ended = endInvitation(next, { conversation, user: actor }, "joined")
  return { done, world: enter(ended, conversation, actor, from, done.seq) }
}

/** Whether somebody may know of a room. */
export const knows = (log: Log, user: UserId): boolean => {
  const room = roomAt(log)
  return room !== undefined && !isDeleted(log) && (room.settings.access !== "private" || membersAt(log).has(user))
}

export const leaveRoom = (world: World, command: Of<"LeaveRoom">, answer: Answer): Outcome => {
  const { actor, conversation } = command
  const log = logOf(world, conversation)
  if (!knows(log, actor)) return { refused: "ConversationNotFound" }
  if (!membersAt(log).has(actor)) return unchanged(world, command, conversation)
  if (roleAt(log, actor) === "owner" && membersAt(log).size > 1) return { refused: "OwnerMustStay" }
  const left: Fact = { type: "MemberLeft", user: actor, reason: "left" }
  const { world: next, done } = happen(world, command, conversation, left, answer)
  return { done, world: gone(next, conversation, actor, actor, done.seq) }
}

/** Somebody can see a conversation no longer. */
export const gone = (world: World, conversation: ConversationId, user: UserId, by: UserId, last: number): World =>
  append(world, user, by, { type: "ConversationGone", conversation, last })

const ranks = { member: 0, moderator: 1, owner: 2 }
const rankOf = (log: Log, user: UserId): number => ranks[roleAt(log, user) ?? "member"]

/** Why somebody may not do what takes a moderator or the owner, to whomever it is done. */
export const refusalOf = (
  world: World,
  conversation: ConversationId,
  actor: UserId,
  least: "moderator" | "owner",
  whom?: UserId,
): string | undefined => {
  const log = logOf(world, conversation)
  if (!knows(log, actor)) return "ConversationNotFound"
  if (!membersAt(log).has(actor)) return "NotMember"
  const rank = rankOf(log, actor)
  const isBelow = whom === undefined || !membersAt(log).has(whom) || rankOf(log, whom) < rank
  return rank < ranks[least] || !isBelow ? "Forbidden" : undefined
}

const ofOwner = ["history", "access", "password", "memberLimit"] as const

export const updateRoom = (world: World, command: Of<"UpdateRoom">, answer: Answer): Outcome => {
  const { actor, conversation, changes } = command
  if (isTooLarge(changes)) return { refused: "TooLarge" }
  const least = ofOwner.some((key) => changes[key] !== undefined) ? "owner" : "moderator"
  const refusal = refusalOf(world, conversation, actor, least)
  if (refusal !== undefined) return { refused: refusal }
  const room = roomAt(logOf(world, conversation))
  if (room === undefined) return { refused: "nobody" }
  const { password, ...others } = changes
  // None of the keys is there without a value.
  const settings = { ...room.settings, ...others } as RoomSettings
  const keeps = settings.access === "password" && room.settings.access === "password"
  if ((!keeps || password !== undefined) && (settings.access === "password") !== (password !== undefined)) {
    return { refused: "BadRequest" }
  }
  if (password === undefined && isDeepStrictEqual(settings, room.settings))
    return unchanged(world, command, conversation)
  const isRenamed = settings.name.toLowerCase() !== room.settings.name.toLowerCase()
  if (isRenamed && isNameTaken(world, settings.name)) return { refused: "RoomNameTaken" }
  const now = settings.access === "password" ? (password ?? room.password) : null
  return happen(world, command, conversation, { type: "RoomChanged", room: { settings, password: now } }, answer)
}

export const deleteRoom = (world: World, command: Of<"DeleteRoom">, answer: Answer): Outcome => {
  const { actor, conversation } = command
  const refusal = refusalOf(world, conversation, actor, "owner")
  if (refusal !== undefined) return { refused: refusal }
  const members = [...membersAt(logOf(world, conversation)).keys()]
  const { world: next, done } = happen(world, command, conversation, { type: "RoomDeleted" }, answer)
  const left = members.reduce((after, user) => gone(after, conversation, user, actor, done.seq), next)
  return { done, world: endInvitationsTo(left, conversation) }
}
