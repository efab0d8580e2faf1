/** How far others have got in a conversation: what has reached a device of theirs, and what they have read. */
import * as Schema from "effect/Schema"
import { ConversationId, UserId } from "./Ids.ts"
import { Seq } from "./Values.ts"

/** In conversations of more members nobody is told how far anybody has got. */
export const mostMarked = 16

/** Which of these an account sends. Of what it does not send, it is not told of others either. */
export const Receipts = Schema.Struct({ read: Schema.Boolean, delivered: Schema.Boolean })
export type Receipts = typeof Receipts.Type

/** How far somebody has got. Neither goes back; of two, the one with the greater `rev` is the newer. */
export const ReadMarks = Schema.Struct({
  user: UserId,
  /** Everything up to here has reached a device of theirs; 0: that is not told. */
  delivered: Seq,
  /** Everything up to here they have read; 0: that is not told. */
  read: Seq,
  rev: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
})
export type ReadMarks = typeof ReadMarks.Type

/** How far the other members of a conversation have got, of whom anything is known. */
export const ReadMarksPage = Schema.Struct({
  conversation: ConversationId,
  marks: Schema.Array(ReadMarks),
  /** What the caller sent, and so was told, when this was read. */
  receipts: Receipts,
  /** The head of the log in the database snapshot that this was read from. */
  asOf: Seq,
})
export type ReadMarksPage = typeof ReadMarksPage.Type
