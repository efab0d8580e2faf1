/** What counts as unread: the one formula, for every reducer and to be held against every query. */
import type { ReadPosition } from "../ReadPosition.ts"
import type { UserId } from "../Ids.ts"
import type { Mentions } from "../Message.ts"
import type { Seq } from "../Values.ts"

/** What the formula looks at. */
interface Counted {
  readonly seq: Seq
  readonly author: UserId
  readonly deleted: boolean
  /** `me` has deleted it for themselves. */
  readonly hidden: boolean
  readonly thread: Seq | null
}

/** Whether a message counts for `me`: somebody else's, in no thread, after what has been read, not deleted nor hidden. */
export const countsAsUnread = (message: Counted, me: UserId | null, position: ReadPosition): boolean =>
  message.thread === null && message.author !== me && message.seq > position.seq && !message.deleted && !message.hidden

/** The same within a thread, from the position that `me` has there. */
export const countsInThread = (message: Counted, me: UserId | null, position: ReadPosition): boolean =>
  countsAsUnread({ ...message, thread: null }, me, position)

/** Whether a text mentions `me`: an unread message that does is counted among the mentions as well. */
export const isMentioned = (mentions: Mentions | null, me: UserId | null): boolean =>
  mentions !== null && me !== null && (mentions.room !== null || mentions.users.includes(me))
