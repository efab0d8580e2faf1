/** Says what has been read, as seldom as can be. */
import type { ConversationId } from "@chat/domain/Ids"
import type { Seq } from "@chat/domain/Values"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Call, CallFailure, Payload } from "../calls/Calls.ts"
import { makeGathering } from "../gathering/gathering.ts"

/**
 * Says that everything up to `seq` has been read; done when the server knows. While one word is on its way to the server,
 * those for the same conversation or thread are gathered, and only the furthest of them follows.
 */
export type MarkRead = (
  conversation: ConversationId,
  seq: Seq,
  /** Of the thread that this message began; of the conversation, if absent. */
  thread?: Seq,
) => Effect.Effect<void, CallFailure<"MarkRead">>

export const make = (call: Call, scope: Scope.Scope): MarkRead => {
  const say = makeGathering({
    send: (word: Payload<"MarkRead">) => call("MarkRead", word),
    merge: (before, after) => (after.seq > before.seq ? after : before),
    pause: 0,
    scope,
  })
  return (conversation, seq, thread) =>
    say(`${conversation} ${thread}`, { conversation, seq, ...(thread === undefined ? {} : { thread }) })
}
