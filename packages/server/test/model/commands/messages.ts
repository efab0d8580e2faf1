// What is said, changed and taken back.
import { type Answer, length, type Of, rules } from "./Command.ts"
import { happen, type Outcome, standing, unchanged, writing } from "./outcome.ts"
import { logOf, upTo, type World } from "../world/World.ts"
import type { Fact } from "../world/facts.ts"
import { plainAt } from "../world/messages.ts"
import { silencedIn, unseenBy } from "../world/contacts.ts"
import { isFor, isSlowAt, roleAt, stretchesAt } from "../world/rooms.ts"

export const postMessage = (world: World, command: Of<"PostMessage">, answer: Answer): Outcome => {
  const { actor, conversation, id, body } = command
  if (length(body) > rules.messageBody) return { refused: "TooLarge" }
  const refusal = writing(world, conversation, actor)
  if (refusal !== undefined) return { refused: refusal }
  const log = logOf(world, conversation)
  const isSlow = upTo(log).some(
    ([seq, { fact, actor: author }]) => fact.type === "MessagePosted" && author === actor && isSlowAt(log, actor, seq),
  )
  if (isSlow && isSlowAt(log, actor, log.length + 1)) return { refused: "SlowMode" }
  const taken = [...world.logs.values()].flat().some(({ fact }) => fact.type === "MessagePosted" && fact.id === id)
  if (taken) return { refused: "IdTaken" }
  const onlyFor = silencedIn(world, conversation, actor)
  // It has to be revealed first.
  if (onlyFor === undefined && unseenBy(log) !== undefined) return { refused: "nobody" }
  return happen(world, command, conversation, { type: "MessagePosted", id, body }, answer, onlyFor)
}

/** The place of a message that somebody can see. */
export const seenAt = (
  world: World,
  { actor, conversation, message }: Pick<Of<"DeleteMessage">, "actor" | "conversation" | "message">,
): number | undefined => {
  const log = logOf(world, conversation)
  const seq = log.findIndex(({ fact }) => fact.type === "MessagePosted" && fact.id === message) + 1
  return seq === 0 || !isFor(log, actor, stretchesAt(log, actor), seq) ? undefined : seq
}

export const changeMessage = (world: World, command: Of<"EditMessage" | "DeleteMessage">, answer: Answer): Outcome => {
  const { actor, conversation } = command
  if (command.type === "EditMessage" && length(command.body) > rules.messageBody) return { refused: "TooLarge" }
  const refusal = (command.type === "EditMessage" ? writing : standing)(world, conversation, actor)
  if (refusal !== undefined) return { refused: refusal }
  const seq = seenAt(world, command)
  if (seq === undefined) return { refused: "MessageNotFound" }
  // As the database has it, whoever may see that.
  const now = plainAt(world, undefined, conversation, seq)
  const role = roleAt(logOf(world, conversation), actor)
  const moderates = command.type === "DeleteMessage" && (role === "owner" || role === "moderator")
  if (now.author.id !== actor && !moderates) return { refused: "NotAuthor" }
  if (command.type === "EditMessage" && now.deletedAt !== null) return { refused: "MessageNotFound" }
  const same = command.type === "EditMessage" ? now.body === command.body : now.deletedAt !== null
  if (same) return unchanged(world, command, conversation, now.rev)
  const fact: Fact =
    command.type === "EditMessage"
      ? { type: "MessageEdited", message: seq, body: command.body }
      : { type: "MessageDeleted", message: seq }
  // A deletion is told to everybody who has seen the message.
  const onlyFor = command.type === "EditMessage" ? silencedIn(world, conversation, actor) : undefined
  return happen(world, command, conversation, fact, answer, onlyFor)
}
