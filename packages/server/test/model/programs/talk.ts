// What people say to each other: answers, threads, mentions, and what others have said elsewhere.
import type { CommandId, ConversationId, UserId } from "@chat/domain/Ids"
import { MessageId } from "@chat/domain/Ids"
import { Body, Seq } from "@chat/domain/Values"
import type { Command } from "../commands/Command.ts"
import { headOf, logOf, type World } from "../world/World.ts"
import type { Call } from "./Program.ts"
import { conversationFor, nth } from "./places.ts"
import type { Context } from "./resolve.ts"

interface There extends Context {
  readonly actor: UserId
  readonly commandId: CommandId
  readonly conversation: ConversationId
}

/** The place of a message, mostly of one of the last. */
const placeFor = (world: World, conversation: ConversationId, what: number, isRoot = false): Seq => {
  const places = logOf(world, conversation).flatMap(({ fact }, index) =>
    fact.type === "MessagePosted" && !(isRoot && fact.thread !== undefined) ? [index + 1] : [],
  )
  // Where nothing was said, somewhere else.
  const place = nth(places.slice(what % 5 === 0 ? 0 : -3), what) ?? headOf(world, conversation)
  return Seq.make(what % 31 === 30 ? place + 1 : place)
}

const mentioned = ({ what, where }: Call, { users, world }: Context): string => {
  if (what % 5 === 0) return where % 2 === 0 ? "@room" : "@here"
  const user = nth(users, what)
  return `@${user === undefined ? "nobody" : (world.users.get(user.id)?.username ?? user.username)}`
}

/** The place where a thread begins: now and then one that is in a thread itself. */
const threadFor = (world: World, conversation: ConversationId, what: number): Seq =>
  placeFor(world, conversation, what, what % 13 !== 12)

/** Something that is said, if the call is such a thing. */
export const talk = (call: Call, there: There): Command | undefined => {
  const { actor, commandId, conversation, world } = there
  const { what, where } = call
  const post = { type: "PostMessage", actor, id: MessageId.make(commandId), conversation } as const
  const text = Body.make(call.text)
  const mention = Body.make(`${mentioned(call, there)} ${call.text}`)
  switch (call.kind) {
    case "reply":
      return { ...post, body: text, replyTo: placeFor(world, conversation, what) }
    case "thread":
      return { ...post, body: what % 3 === 0 ? mention : text, thread: threadFor(world, conversation, what) }
    case "mention":
      return { ...post, body: mention }
    case "forward": {
      // Elsewhere, also where they have never been.
      const from = conversationFor(world, actor, what) ?? conversation
      const source = { conversation: from, seq: placeFor(world, from, where < 0 ? what : where) }
      return { type: "ForwardMessage", actor, id: post.id, conversation, source }
    }
    case "read thread": {
      const thread = threadFor(world, conversation, what)
      return {
        type: "MarkRead",
        actor,
        conversation,
        thread,
        seq: Seq.make(thread + (where < 0 ? 50 : where % 4)),
      }
    }
    case "draft": {
      const thread = where % 3 === 0 ? { thread: threadFor(world, conversation, what) } : {}
      return { type: "SetDraft", actor, conversation, ...thread, body: what % 4 === 0 ? null : text }
    }
    default:
      return undefined
  }
}
