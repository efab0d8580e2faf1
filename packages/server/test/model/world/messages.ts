// What was said, as it stands.
import type { ConversationId, UserId } from "@chat/domain/Ids"
import { type Message, unmarked } from "@chat/domain/Message"
import { Seq } from "@chat/domain/Values"
import { known, type Log, logOf, upTo, userOf, type World } from "./World.ts"
import { pinAt, reactionsAt, reactionsFor } from "./reactions.ts"
import { canSee, stretchesAt } from "./rooms.ts"

/** The message posted at `seq` as somebody sees it, after `until`. */
export const messageAt = (world: World, viewer: UserId, id: ConversationId, seq: number, until = Infinity): Message => {
  const log = logOf(world, id)
  const posted = log[seq - 1]
  if (posted?.fact.type !== "MessagePosted") throw new Error(`There is no message at ${id}/${seq}`)
  let message: Message = {
    ...unmarked,
    id: posted.fact.id,
    conversation: id,
    seq: Seq.make(seq),
    author: userOf(world, posted.actor),
    body: posted.fact.body,
    rev: Seq.make(seq),
    postedAt: known(posted.at),
    editedAt: null,
    deletedAt: null,
    ...unmarked,
  }
  for (const [rev, { fact, at }] of upTo(log, until)) {
    if (fact.type === "RoomDeleted" && message.deletedAt === null) {
      message = { ...message, body: null, rev: Seq.make(rev), deletedAt: known(at) }
    }
    if (!("message" in fact) || fact.message !== seq) continue
    message = { ...message, rev: Seq.make(rev) }
    if (fact.type === "MessageEdited") message = { ...message, body: fact.body, editedAt: known(at) }
    if (fact.type === "MessageDeleted") message = { ...message, body: null, deletedAt: known(at) }
  }
  const reactions = reactionsFor(reactionsAt(log, seq, until), viewer)
  return { ...message, reactions, pinned: pinAt(world, id, seq, until) }
}

/** The places of the messages that somebody can see after `until`. */
export const visibleMessages = (log: Log, user: UserId, until = Infinity): ReadonlyArray<number> => {
  const stretches = stretchesAt(log, user, until)
  return upTo(log, until).flatMap(([seq, { fact }]) =>
    fact.type === "MessagePosted" && canSee(stretches, seq) ? [seq] : [],
  )
}

/** How many messages of others after `position` are not deleted, after `until`. */
export const unreadAt = (world: World, id: ConversationId, user: UserId, position: number, until = Infinity): number =>
  visibleMessages(logOf(world, id), user, until).filter((seq) => {
    const message = messageAt(world, user, id, seq, until)
    return seq > position && message.author.id !== user && message.deletedAt === null
  }).length
