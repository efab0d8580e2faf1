/** Says what has reached this device, of many conversations at once. Nobody waits for it. */
import type { ConversationId } from "@chat/domain/Ids"
import { mostDelivered } from "@chat/domain/ReadMarkRpcs"
import { mostMarked } from "@chat/domain/ReadMarks"
import { me } from "@chat/domain/state/State"
import type { Seq } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import type { Call } from "../calls/Calls.ts"
import { type ChatEvent, logOf } from "../events/ChatEvent.ts"
import type { Replica } from "../events/Replica.ts"

const pause = "1 second"

export const make = Effect.fnUntraced(function* (call: Call, replica: Replica) {
  const scope = yield* Effect.scope
  const run = Effect.runForkWith(yield* Effect.context<never>())
  const unsaid = new Map<ConversationId, Seq>()
  let isSending = false

  const send: Effect.Effect<void> = Effect.suspend(() => {
    const conversations = [...unsaid].slice(0, mostDelivered).map(([conversation, seq]) => ({ conversation, seq }))
    for (const { conversation } of conversations) unsaid.delete(conversation)
    isSending = conversations.length > 0
    // What is lost is said with the next message, or by reading.
    return isSending
      ? Effect.ignore(call("Delivered", { conversations })).pipe(Effect.andThen(Effect.delay(send, pause)))
      : Effect.void
  })

  const onEvents = (events: ReadonlyArray<ChatEvent>): void => {
    const state = replica.state.get()
    if (state.account?.receipts.delivered !== true) return
    for (const event of events) {
      if (event._tag === "Event" && event.event.type !== "MessagePosted") continue
      // The log of a conversation has its id; that of anything else is not among the keys.
      const conversation = state.conversations.get(logOf(event) as string as ConversationId)
      const last = conversation?.lastMessage
      if (conversation === undefined || last === undefined || last === null || conversation.memberCount > mostMarked)
        continue
      if (last.author.id !== me(state) && last.seq > conversation.position.seq) unsaid.set(conversation.id, last.seq)
    }
    if (unsaid.size === 0 || isSending) return
    isSending = true
    run(Effect.forkIn(Effect.delay(send, pause), scope))
  }

  yield* Effect.acquireRelease(
    Effect.sync(() => replica.onEvents(onEvents)),
    (stop) => Effect.sync(stop),
  )
})
