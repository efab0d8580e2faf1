// What was said, as it stands.
import type { ConversationId, UserId } from "@chat/domain/Ids"
import { type Mentions, type Message, unmarked } from "@chat/domain/Message"
import { Seq } from "@chat/domain/Values"
import type { Said } from "./facts.ts"
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
  const { fact } = posted
  let message: Message = {
    ...unmarked,
    id: fact.id,
    conversation: id,
    seq: Seq.make(seq),
    author: userOf(world, posted.actor),
    ...saidBy(fact),
    rev: Seq.make(seq),
    postedAt: known(posted.at),
    editedAt: null,
    deletedAt: null,
    replyTo: fact.replyTo === undefined ? null : Seq.make(fact.replyTo),
    thread: fact.thread === undefined ? null : Seq.make(fact.thread),
    forwarded: fact.forwarded === undefined ? null : { author: userOf(world, fact.forwarded) },
  }
  for (const [rev, { fact, at }] of changesTo(log, seq, viewer, until)) {
    if (fact.type === "RoomDeleted" && message.deletedAt !== null && message.replies === 0) continue
    message = { ...message, rev: Seq.make(rev) }
    if (fact.type === "MessagePosted" || fact.type === "ThreadChanged" || fact.type === "RoomDeleted")
      message = { ...message, ...repliesAt(log, seq, rev, viewer) }
    if (fact.type === "MessageEdited") message = { ...message, ...saidBy(fact), editedAt: known(at) }
    if (fact.type === "MessageDeleted" || fact.type === "RoomDeleted")
      message = { ...message, ...nothingSaid, deletedAt: message.deletedAt ?? known(at) }
  }
  const reactions = reactionsFor(reactionsAt(log, seq, until, viewer), viewer)
  return { ...message, reactions, pinned: pinAt(world, id, seq, until, viewer) }
}

const saidBy = ({ body, mentions }: Said) => ({
  body,
  mentions: mentions?.users ?? [],
  mentionsRoom: mentions?.room ?? null,
})

const nothingSaid = { body: null, mentions: [], mentionsRoom: null, forwarded: null }

/** What of the thread that a message began there is after `until`, of what a viewer is told. */
const repliesAt = (log: Log, root: number, until: number, viewer: UserId | undefined) => {
  const there = new Set<number>()
  for (const [seq, { fact }] of toldTo(log, viewer, until)) {
    if (fact.type === "MessagePosted" && fact.thread === root) there.add(seq)
    if (fact.type === "MessageDeleted") there.delete(fact.message)
    if (fact.type === "RoomDeleted") there.clear()
  }
  const last = [...there].at(-1)
  return { replies: there.size, lastReply: last === undefined ? null : Seq.make(last) }
}

/** Whom a message mentioned before the event at `seq`, for everybody who sees the message. */
export const mentionsBefore = (log: Log, message: number, seq: number): Mentions | null => {
  const posted = log[message - 1]
  if (posted?.fact.type !== "MessagePosted") return null
  let { mentions } = posted.fact
  for (const [, { fact, onlyFor }] of changesTo(log, message, undefined, seq - 1)) {
    if (onlyFor !== undefined && onlyFor !== posted.onlyFor) continue
    if (fact.type === "MessageEdited") mentions = fact.mentions
    if (fact.type === "MessageDeleted") mentions = null
  }
  return mentions
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

/**
 * How many messages of others after `position`, of a thread or in none, are neither deleted nor hidden, after `until`, and
 * how many of them mention somebody; `own` as above.
 */
export const countsAt = (
  world: World,
  id: ConversationId,
  user: UserId,
  { position, thread, until, own }: Counted,
): { readonly unread: number; readonly mentions: number } => {
  const hidden = hiddenAt(world, id, user, own)
  const unread = visibleMessages(logOf(world, id), user, until).flatMap((seq) => {
    if (seq <= position || hidden.has(seq)) return []
    const message = plainAt(world, user, id, seq, until)
    const counts = message.thread === (thread ?? null) && message.author.id !== user && message.deletedAt === null
    return counts ? [message] : []
  })
  const mentioning = unread.filter(({ mentions, mentionsRoom }) => mentionsRoom !== null || mentions.includes(user))
  return { unread: unread.length, mentions: mentioning.length }
}

interface Counted {
  readonly position: number
  readonly thread?: number
  readonly until?: number
  readonly own?: number
}
