/** Threads in a list. */
import * as Schema from "effect/Schema"
import { ReadPosition } from "./Conversation.ts"
import { Message } from "./Message.ts"

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
