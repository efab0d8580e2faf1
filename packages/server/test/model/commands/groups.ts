// Groups: a few people, who are all equals.
import type { ConversationId, UserId } from "@chat/domain/Ids"
import { contactsOf } from "../world/contacts.ts"
import { isGroup, revealGroup } from "../world/groups.ts"
import { isMember, membersAt } from "../world/rooms.ts"
import { isThereStill, logOf, type World } from "../world/World.ts"
import { type Answer, type Of, rules } from "./Command.ts"
import { newIn } from "./direct.ts"
import { enter, happen, type Outcome, unchanged } from "./outcome.ts"
import { gone } from "./rooms.ts"

/** Why one of these may not be added, if so. */
const guestRefusal = (world: World, actor: UserId, users: ReadonlyArray<UserId>): string | undefined => {
  for (const user of users) {
    if (!isThereStill(world, user)) return "UserNotFound"
    if (contactsOf(world, actor).blocks.has(user)) return "UserBlocked"
    const { preferences, friends } = contactsOf(world, user)
    if (preferences.whoMayWrite === "friends" && !friends.has(actor)) return "FriendsOnly"
  }
  return undefined
}

const silences = (world: World, user: UserId, actor: UserId): boolean => contactsOf(world, user).blocks.has(actor)

export const openGroup = (world: World, command: Of<"OpenGroup">, answer: Answer): Outcome => {
  const { actor, users } = command
  const others = [...new Set(users)].filter((user) => user !== actor)
  if (others.length < 2) return { refused: "BadRequest" }
  if (others.length >= rules.groupMembers) return { refused: "TooLarge" }
  const refusal = guestRefusal(world, actor, others)
  if (refusal !== undefined) return { refused: refusal }
  const id = newIn(answer)
  if (id === undefined || world.logs.has(id)) return { refused: "nobody" }
  const unseenBy = others.filter((user) => silences(world, user, actor))
  const members = [actor, ...others]
  const { world: begun, done } = happen(world, command, id, { type: "GroupOpened", members, unseenBy }, answer)
  const seen = members.filter((user) => !unseenBy.includes(user))
  return { done, world: seen.reduce((after, user) => enter(after, id, user, 1, 1), begun) }
}

const isThere = (world: World, conversation: ConversationId, user: UserId): boolean => {
  const log = logOf(world, conversation)
  return isGroup(log) && isMember(log, user)
}

export const addToGroup = (world: World, command: Of<"AddToGroup">, answer: Answer): Outcome => {
  const { actor, conversation, user } = command
  if (!isThere(world, conversation, actor)) return { refused: "ConversationNotFound" }
  const log = logOf(world, conversation)
  const isUnseen = world.users.has(user) && silences(world, user, actor)
  if (membersAt(log).has(user)) {
    const appears = !isMember(log, user) && !isUnseen
    return unchanged(appears ? revealGroup(world, conversation, user) : world, command, conversation)
  }
  const refusal = guestRefusal(world, actor, [user])
  if (refusal !== undefined) return { refused: refusal }
  if (membersAt(log).size >= rules.groupMembers) return { refused: "TooLarge" }
  const { world: next, done } = happen(world, command, conversation, { type: "MemberAdded", user, isUnseen }, answer)
  return { done, world: isUnseen ? next : enter(next, conversation, user, 1, done.seq) }
}

export const leaveGroup = (world: World, command: Of<"LeaveGroup">, answer: Answer): Outcome => {
  const { actor, conversation } = command
  if (!isThere(world, conversation, actor)) return { refused: "ConversationNotFound" }
  const left = { type: "MemberLeft", user: actor, reason: "left" } as const
  const { world: next, done } = happen(world, command, conversation, left, answer)
  return { done, world: gone(next, conversation, actor, actor, done.seq) }
}
