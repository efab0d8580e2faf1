/** What somebody has begun to write and not sent: for themselves alone, on all of their devices. */
import * as Schema from "effect/Schema"
import { ConversationId } from "./Ids.ts"
import { Body, Seq, Timestamp } from "./Values.ts"

/** A draft of a place, which is a conversation or a thread in it. Of two, the one with the greater `rev` is the newer. */
export const Draft = Schema.Struct({
  /** The place of the message that began the thread; `null`: the draft is of the conversation itself. */
  thread: Schema.NullOr(Seq),
  body: Body,
  /** When it was written. */
  at: Timestamp,
  rev: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
})
export type Draft = typeof Draft.Type

/** A draft as it stands in a list of all of them. */
export const ListedDraft = Schema.Struct({ conversation: ConversationId, ...Draft.fields })
export type ListedDraft = typeof ListedDraft.Type
