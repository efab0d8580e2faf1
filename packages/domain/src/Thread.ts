/** Threads in a list. */
import * as Schema from "effect/Schema"
import { ReadPosition } from "./ReadPosition.ts"
import { Message } from "./Message.ts"
import { Seq } from "./Values.ts"

/** How far a member has read in a thread, which they have said. */
export const ThreadPosition = Schema.Struct({
  /** The place of the message that began it. */
  thread: Seq,
  position: ReadPosition,
})
export type ThreadPosition = typeof ThreadPosition.Type

/** So many positions in threads, those of the newest threads, come with a conversation. */
export const mostThreadPositions = 100

/** A thread as somebody who is in it sees it in a list. */
export const ThreadSummary = Schema.Struct({
  root: Message,
  /** How far they have read in it; what they wrote themselves is read. */
  position: ReadPosition,
  /** Messages of others in it after `position` that are not deleted and that they can see. */
  unread: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
  /** Those of them that mention them. */
  mentions: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
})
export type ThreadSummary = typeof ThreadSummary.Type
