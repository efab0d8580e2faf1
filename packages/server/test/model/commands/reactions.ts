// What people put on messages.
import { messageAt } from "../world/messages.ts"
import { roleAt, roomAt } from "../world/rooms.ts"
import { pinAt, pinned, reactionsAt } from "../world/reactions.ts"
import { silencedIn } from "../world/contacts.ts"
import { logOf, type World } from "../world/World.ts"
import { type Answer, type Of, rules } from "./Command.ts"
import { seenAt } from "./messages.ts"
import { happen, type Outcome, standing, unchanged } from "./outcome.ts"

type Marking = Of<"React" | "Unreact" | "PinMessage" | "UnpinMessage">

/** The place of a message that says something to a member. */
const subject = (world: World, command: Marking): number | { readonly refused: string } => {
  const { actor, conversation } = command
  const refusal = standing(world, conversation, actor)
  if (refusal !== undefined) return { refused: refusal }
  if (roomAt(logOf(world, conversation))?.settings.archived) return { refused: "RoomArchived" }
  const seq = seenAt(world, command)
  const isThere = seq !== undefined && messageAt(world, actor, conversation, seq).body !== null
  return isThere ? seq : { refused: "MessageNotFound" }
}

const onlyForIn = (world: World, { actor, conversation }: Marking) => silencedIn(world, conversation, actor)

export const react = (world: World, command: Of<"React" | "Unreact">, answer: Answer): Outcome => {
  const { actor, conversation, emoji } = command
  const message = subject(world, command)
  if (typeof message !== "number") return message
  const onlyFor = onlyForIn(world, command)
  const reactions = reactionsAt(logOf(world, conversation), message, undefined, actor)
  const own = reactions.filter(({ user }) => user === actor)
  const same = own.find((reaction) => reaction.emoji === emoji)
  if (command.type === "Unreact") {
    if (same === undefined) return unchanged(world, command, conversation)
    return happen(world, command, conversation, { type: "ReactionRemoved", message, emoji }, answer, onlyFor)
  }
  if (same !== undefined) return unchanged(world, command, conversation, same.seq)
  const kinds = new Set(reactions.map((reaction) => reaction.emoji))
  const isFull = !kinds.has(emoji) && kinds.size >= rules.reactionsPerMessage
  if (own.length >= rules.reactionsPerPerson || isFull) return { refused: "CapacityExceeded" }
  return happen(world, command, conversation, { type: "ReactionAdded", message, emoji }, answer, onlyFor)
}

export const pin = (world: World, command: Of<"PinMessage" | "UnpinMessage">, answer: Answer): Outcome => {
  const { actor, conversation, type } = command
  const message = subject(world, command)
  if (typeof message !== "number") return message
  if (roleAt(logOf(world, conversation), actor) === "member") return { refused: "Forbidden" }
  const onlyFor = onlyForIn(world, command)
  const isPinned = pinAt(world, conversation, message, undefined, actor) !== null
  if (isPinned === (type === "PinMessage")) return unchanged(world, command, conversation)
  if (type === "UnpinMessage") {
    return happen(world, command, conversation, { type: "MessageUnpinned", message }, answer, onlyFor)
  }
  if (pinned(world, conversation, actor).length >= rules.pins) return { refused: "CapacityExceeded" }
  return happen(world, command, conversation, { type: "MessagePinned", message }, answer, onlyFor)
}
