// What was said, as it stands.
import type { ConversationId, UserId } from "@chat/domain/Ids"
import { type Message, unmarked } from "@chat/domain/Message"
import { Seq } from "@chat/domain/Values"
import { changesTo, known, type Log, logOf, toldTo, userOf, type World } from "./World.ts"
import { pinAt, reactionsAt, reactionsFor } from "./reactions.ts"
import { hiddenAt } from "./positions.ts"
import { canSee, stretchesAt } from "./rooms.ts"

/** The message posted at `seq` after `until`, as it is but for those who have hidden it; without a viewer, as nobody may have it. */
export const plainAt = (
  world: World,
  viewer: UserId | undefined,
  id: ConversationId,
  seq: number,
  until = Infinity,
): Message => {
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
  for (const [rev, { fact, at }] of changesTo(log, seq, viewer, until)) {
    if (fact.type === "RoomDeleted" && message.deletedAt === null) {
      message = { ...message, body: null, rev: Seq.make(rev), deletedAt: known(at) }
    }
    if (!("message" in fact) || fact.message !== seq) continue
    message = { ...message, rev: Seq.make(rev) }
    if (fact.type === "MessageEdited") message = { ...message, body: fact.body, editedAt: known(at) }
    if (fact.type === "MessageDeleted") message = { ...message, body: null, deletedAt: known(at) }
  }
  const reactions = reactionsFor(reactionsAt(log, seq, until, viewer), viewer)
  return { ...message, reactions, pinned: pinAt(world, id, seq, until, viewer) }
}

/** The same as somebody sees it who has hidden what their own log says up to `own`. */
export const messageAt = (
  world: World,
  viewer: UserId,
  id: ConversationId,
  seq: number,
  until?: number,
  own?: number,
): Message => {
  const message = plainAt(world, viewer, id, seq, until)
  return hiddenAt(world, id, viewer, own).has(seq) ? { ...message, body: null, hidden: true } : message
}

/** The places of the messages that somebody can see after `until`. */
export const visibleMessages = (log: Log, user: UserId, until = Infinity): ReadonlyArray<number> => {
  const stretches = stretchesAt(log, user, until)
  return toldTo(log, user, until).flatMap(([seq, { fact }]) =>
    fact.type === "MessagePosted" && canSee(stretches, seq) ? [seq] : [],
  )
}

/** How many messages of others after `position` are neither deleted nor hidden, after `until`; `own` as above. */
export const unreadAt = (
  world: World,
  id: ConversationId,
  user: UserId,
  position: number,
  until?: number,
  own?: number,
): number => {
  const hidden = hiddenAt(world, id, user, own)
  return visibleMessages(logOf(world, id), user, until).filter((seq) => {
    if (seq <= position || hidden.has(seq)) return false
    const message = plainAt(world, user, id, seq, until)
    return message.author.id !== user && message.deletedAt === null
  }).length
}
