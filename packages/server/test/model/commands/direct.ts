// Conversations between two.
import type { ConversationId } from "@chat/domain/Ids"
import { type Answer, type Of } from "./Command.ts"
import { enter, happen, type Outcome, said, unchanged } from "./outcome.ts"
import { contactsOf, reveal, unseenBy } from "../world/contacts.ts"
import { type World } from "../world/World.ts"

// The log of a new conversation has its id.
export const newIn = (answer: Answer) => said(answer)?.log as ConversationId | undefined

export const openDirect = (world: World, command: Of<"OpenDirect">, answer: Answer): Outcome => {
  const { actor, user } = command
  if (!world.users.has(user)) return { refused: "UserNotFound" }
  const members = [actor, user].toSorted()
  for (const [id, log] of world.logs) {
    const fact = log[0]?.fact
    if (fact?.type === "DirectOpened" && members.every((member) => fact.members.includes(member))) {
      // The log's first fact says that it is a conversation.
      const conversation = id as ConversationId
      const seen = unseenBy(log) === actor ? reveal(world, conversation) : world
      return unchanged(seen, command, conversation)
    }
  }
  if (world.departed.has(user)) return { refused: "UserNotFound" }
  const theirs = contactsOf(world, user)
  if (theirs.preferences.whoMayWrite === "friends" && !theirs.friends.has(actor)) return { refused: "FriendsOnly" }
  const id = newIn(answer)
  const [low, high] = members
  if (id === undefined || low === undefined || high === undefined || world.logs.has(id)) return { refused: "nobody" }
  const isSilent = theirs.blocks.has(actor)
  const fact = { type: "DirectOpened", members: [low, high], ...(isSilent ? { unseenBy: user } : {}) } as const
  const { world: begun, done } = happen(world, command, id, fact, answer, isSilent ? actor : undefined)
  const entered = enter(begun, id, actor, 1, 0)
  return { done, world: isSilent ? entered : enter(entered, id, user, 1, 0) }
}
