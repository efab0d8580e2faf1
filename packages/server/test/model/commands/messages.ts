// What is said, changed and taken back.
import { type Answer, length, type Of, rules } from "./Command.ts"
import type { ConversationId, UserId } from "@chat/domain/Ids"
import { mentionsIn } from "./mentions.ts"
import { happen, type Outcome, standing, unchanged, writing } from "./outcome.ts"
import { append, type Log, logOf, upTo, type World } from "../world/World.ts"
import type { Fact, Placed, Said } from "../world/facts.ts"
import { messageAt, plainAt } from "../world/messages.ts"
import { isRoot } from "../world/threads.ts"
import { silencedIn, unseenBy } from "../world/contacts.ts"
import { isFor, isSlowAt, roleAt, stretchesAt } from "../world/rooms.ts"

export const postMessage = (world: World, command: Of<"PostMessage">, answer: Answer): Outcome => {
  const { actor, conversation, body, replyTo, thread } = command
  if (length(body) > rules.messageBody) return { refused: "TooLarge" }
  const refusal = writing(world, conversation, actor)
  if (refusal !== undefined) return { refused: refusal }
  const log = logOf(world, conversation)
  const isThere = (seq: number | undefined) => seq === undefined || isSeen(log, actor, seq)
  const hasRoot = thread === undefined || isRoot(world, conversation, actor, thread)
  if (!isThere(replyTo) || !hasRoot) return { refused: "MessageNotFound" }
  const mentions = mentionsIn(world, actor, conversation, body)
  return place(world, command, { body, mentions, replyTo, thread }, answer)
}

export const forwardMessage = (world: World, command: Of<"ForwardMessage">, answer: Answer): Outcome => {
  const { actor, conversation, source } = command
  const refusal = writing(world, conversation, actor)
  if (refusal !== undefined) return { refused: refusal }
  if (!isSeen(logOf(world, source.conversation), actor, source.seq)) return { refused: "MessageNotFound" }
  const { body, author, forwarded } = messageAt(world, actor, source.conversation, source.seq)
  if (body === null) return { refused: "MessageNotFound" }
  const content = { body, mentions: null, forwarded: forwarded?.author.id ?? author.id }
  return place(world, command, content, answer)
}

/** A message takes its place, unless its author has to wait, or its id is that of something else. */
const place = (
  world: World,
  command: Of<"PostMessage" | "ForwardMessage">,
  content: Said & Placed,
  answer: Answer,
): Outcome => {
  const { actor, conversation, id } = command
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
  return happen(world, command, conversation, { type: "MessagePosted", id, ...content }, answer, onlyFor)
}

/** Whether there is a message at a place for somebody, even if it says nothing any more. */
const isSeen = (log: Log, user: UserId, seq: number): boolean =>
  log[seq - 1]?.fact.type === "MessagePosted" && isFor(log, user, stretchesAt(log, user), seq)

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
  if (command.type === "EditMessage") {
    const { body } = command
    const mentions = mentionsIn(world, actor, conversation, body)
    const edited: Fact = { type: "MessageEdited", message: seq, body, mentions }
    return happen(world, command, conversation, edited, answer, silencedIn(world, conversation, actor))
  }
  // A deletion is told to everybody who has seen the message.
  const { world: next, done } = happen(world, command, conversation, { type: "MessageDeleted", message: seq }, answer)
  return { done, world: recounted(next, conversation, actor, seq) }
}

/** The thread of a message that was deleted has one less; who has seen the message is told. */
const recounted = (world: World, conversation: ConversationId, actor: UserId, seq: number): World => {
  const { fact, onlyFor } = logOf(world, conversation)[seq - 1] ?? {}
  if (fact?.type !== "MessagePosted" || fact.thread === undefined) return world
  const changed: Fact = { type: "ThreadChanged", message: fact.thread }
  return append(world, conversation, actor, changed, undefined, onlyFor)
}

/** The world in which somebody has deleted a message, of which nobody was told when. */
export const removed = (world: World, conversation: ConversationId, actor: UserId, seq: number): World =>
  recounted(append(world, conversation, actor, { type: "MessageDeleted", message: seq }), conversation, actor, seq)
