// Conversations between two.
import type { ConversationId } from "@chat/domain/Ids"
import { type Answer, type Of } from "./Command.ts"
import { enter, happen, type Outcome, said, unchanged } from "./outcome.ts"
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
      return unchanged(world, command, id as ConversationId)
    }
  }
  const id = newIn(answer)
  const [low, high] = members
  if (id === undefined || low === undefined || high === undefined || world.logs.has(id)) return { refused: "nobody" }
  const { world: begun, done } = happen(world, command, id, { type: "DirectOpened", members: [low, high] }, answer)
  return { done, world: enter(enter(begun, id, low, 1, 0), id, high, 1, 0) }
}
