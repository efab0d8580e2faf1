// Who is what to a room, and who is kept out.
import type { Fact } from "../world/facts.ts"
import { bansOf, membersAt, roleAt } from "../world/rooms.ts"
import { endInvitation } from "../world/invitations.ts"
import { append, logOf, type World } from "../world/World.ts"
import type { Answer, Of } from "./Command.ts"
import { happen, type Outcome, unchanged } from "./outcome.ts"
import { gone, refusalOf } from "./rooms.ts"

export const transferRoom = (world: World, command: Of<"TransferRoom">, answer: Answer): Outcome => {
  const { actor, conversation, user } = command
  const refusal = refusalOf(world, conversation, actor, "owner")
  if (refusal !== undefined) return { refused: refusal }
  if (!membersAt(logOf(world, conversation)).has(user)) return { refused: "MemberNotFound" }
  if (user === actor) return unchanged(world, command, conversation)
  return happen(world, command, conversation, { type: "RoomTransferred", from: actor, to: user }, answer)
}

export const setMemberRole = (world: World, command: Of<"SetMemberRole">, answer: Answer): Outcome => {
  const { actor, conversation, user, role } = command
  const refusal = refusalOf(world, conversation, actor, "owner")
  if (refusal !== undefined) return { refused: refusal }
  const before = roleAt(logOf(world, conversation), user)
  if (before === null) return { refused: "MemberNotFound" }
  if (before === "owner") return { refused: "Forbidden" }
  if (before === role) return unchanged(world, command, conversation)
  return happen(world, command, conversation, { type: "RoleChanged", user, role }, answer)
}

export const kickMember = (world: World, command: Of<"KickMember">, answer: Answer): Outcome => {
  const { actor, conversation, user } = command
  const refusal = refusalOf(world, conversation, actor, "moderator", user)
  if (refusal !== undefined) return { refused: refusal }
  if (!membersAt(logOf(world, conversation)).has(user)) return unchanged(world, command, conversation)
  const left: Fact = { type: "MemberLeft", user, reason: "kicked" }
  const { world: next, done } = happen(world, command, conversation, left, answer)
  return { done, world: gone(next, conversation, user, actor, done.seq) }
}

export const banMember = (world: World, command: Of<"BanMember">, answer: Answer): Outcome => {
  const { actor, conversation, user, reason } = command
  const refusal = refusalOf(world, conversation, actor, "moderator", user)
  if (refusal !== undefined) return { refused: refusal }
  if (!world.users.has(user)) return { refused: "UserNotFound" }
  const log = logOf(world, conversation)
  const isMember = membersAt(log).has(user)
  if (!isMember && bansOf(log).get(user)?.reason === reason) return unchanged(world, command, conversation)
  const banned: Fact = { type: "MemberBanned", user, reason }
  if (!isMember) {
    const { world: next, done } = happen(world, command, conversation, banned, answer)
    return { done, world: endInvitation(next, command, "void") }
  }
  // The removal comes first, and is the last that they see.
  const removed = append(world, conversation, actor, { type: "MemberLeft", user, reason: "banned" })
  const { world: next, done } = happen(removed, command, conversation, banned, answer)
  return { done, world: gone(next, conversation, user, actor, done.seq - 1) }
}

export const unbanMember = (world: World, command: Of<"UnbanMember">, answer: Answer): Outcome => {
  const { actor, conversation, user } = command
  const refusal = refusalOf(world, conversation, actor, "moderator")
  if (refusal !== undefined) return { refused: refusal }
  if (!bansOf(logOf(world, conversation)).has(user)) return unchanged(world, command, conversation)
  return happen(world, command, conversation, { type: "MemberUnbanned", user }, answer)
}
