// What a command does to the world, or why it does nothing.
import type { ConversationId, UserId } from "@chat/domain/Ids"
import { type Answer, type Durable, type Place, remembered } from "./Command.ts"
import { append, type Done, headOf, logOf, type World } from "../world/World.ts"
import type { Fact } from "../world/facts.ts"
import { move } from "../world/positions.ts"
import { contactsOf, peerOf } from "../world/contacts.ts"
import { isDeleted, isMember, roleAt, roomAt } from "../world/rooms.ts"

export type Outcome = { readonly refused: string } | { readonly world: World; readonly done: Done }

// What the server alone decides, the model takes from its answer: when something happened, and the ids that it made.
export const said = (answer: Answer): Place | undefined => (answer._tag === "Receipt" ? answer.receipt : undefined)

/** Appends what a command does to a log. */
export const happen = (
  world: World,
  command: Durable,
  log: string,
  fact: Fact,
  answer: Answer,
  onlyFor?: UserId,
): { readonly world: World; readonly done: Done } => {
  const before = logOf(world, log).at(-1)?.at
  const at = said(answer)?.at
  // Time never goes back within a log: an answer that says so is judged by the time before.
  const accepted = at !== undefined && (before === undefined || at >= before) ? at : before
  const next = append(world, log, command.actor, fact, accepted, onlyFor)
  const done = { type: remembered[command.type], log, seq: headOf(next, log), at: accepted }
  return { world: next, done }
}

/** Everything is as it is asked to be already; `seq` says where that can be seen. */
export const unchanged = (world: World, command: Durable, log: string, seq = headOf(world, log)): Outcome => {
  const at = logOf(world, log)[seq - 1]?.at
  return { world, done: { type: remembered[command.type], log, seq, at } }
}

/** Somebody can see a conversation from now on. */
export const enter = (world: World, conversation: ConversationId, user: UserId, from: number, read: number): World => {
  const appeared = append(world, user, user, { type: "ConversationAppeared", conversation, from })
  return move(appeared, conversation, user, { seq: read })
}

/** Why somebody is no member there. */
export const standing = (world: World, conversation: ConversationId, user: UserId): string | undefined => {
  const log = logOf(world, conversation)
  if (isMember(log, user)) return undefined
  const room = isDeleted(log) ? undefined : roomAt(log)?.settings
  return room === undefined || room.access === "private" ? "ConversationNotFound" : "NotMember"
}

/** Why somebody may not write there. */
export const writing = (world: World, conversation: ConversationId, user: UserId): string | undefined => {
  const refusal = standing(world, conversation, user)
  if (refusal !== undefined) return refusal
  const log = logOf(world, conversation)
  const peer = peerOf(log, user)
  const theirs = peer === undefined ? undefined : contactsOf(world, peer)
  if (theirs?.preferences.whoMayWrite === "friends" && !theirs.friends.has(user)) return "FriendsOnly"
  const room = roomAt(log)?.settings
  if (room?.archived) return "RoomArchived"
  return room?.readOnly && roleAt(log, user) === "member" ? "ReadOnly" : undefined
}
