/** Says what has been read, as seldom as can be. */
import type { ReadPosition } from "@chat/domain/Conversation"
import type { ConversationId } from "@chat/domain/Ids"
import type { Seq } from "@chat/domain/Values"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Call, CallFailure } from "../calls/Calls.ts"

/**
 * Says that everything up to `seq` has been read; done when the server knows. While one word is on its way to the server,
 * those for the same conversation are gathered, and only the furthest of them follows.
 */
export type MarkRead = (conversation: ConversationId, seq: Seq) => Effect.Effect<void, CallFailure<"MarkRead">>

interface Word {
  seq: Seq
  readonly done: Deferred.Deferred<ReadPosition, CallFailure<"MarkRead">>
}

export const make = (call: Call, scope: Scope.Scope): MarkRead => {
  const sending = new Set<ConversationId>()
  const next = new Map<ConversationId, Word>()

  const send = (conversation: ConversationId): Effect.Effect<void> =>
    Effect.suspend(() => {
      const word = next.get(conversation)
      if (word === undefined) {
        sending.delete(conversation)
        return Effect.void
      }
      next.delete(conversation)
      return call("MarkRead", { conversation, seq: word.seq }).pipe(
        Effect.exit,
        Effect.flatMap((exit) => Deferred.done(word.done, exit)),
        Effect.andThen(send(conversation)),
      )
    })

  return (conversation, seq) =>
    Effect.suspend(() => {
      const word = next.get(conversation) ?? { seq, done: Deferred.makeUnsafe() }
      if (seq > word.seq) word.seq = seq
      next.set(conversation, word)
      const start = sending.has(conversation) ? Effect.void : Effect.forkIn(send(conversation), scope)
      sending.add(conversation)
      return Effect.andThen(start, Effect.asVoid(Deferred.await(word.done)))
    })
}
