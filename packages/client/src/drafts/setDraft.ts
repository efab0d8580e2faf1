/** Keeps what is being written, without a call for every key. */
import type { ConversationId } from "@chat/domain/Ids"
import type { Body, Seq } from "@chat/domain/Values"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Call, CallFailure, Payload } from "../calls/Calls.ts"
import { makeGathering } from "../gathering/gathering.ts"

/**
 * Keeps what has been written so far in a conversation, or in a thread of it, for every device of the account; a blank
 * text removes it. Call it with every key, and with an empty text when the message is sent: one word goes out a second,
 * with the last text; done when the server has it. The state has it as `draftOf` says, also what this device wrote:
 * an input in which somebody is writing is not for it to replace.
 */
export type SetDraft = (
  conversation: ConversationId,
  text: string,
  thread?: Seq,
) => Effect.Effect<void, CallFailure<"SetDraft">>

const pause = 1_000

export const make = (call: Call, scope: Scope.Scope): SetDraft => {
  const say = makeGathering({
    send: (draft: Payload<"SetDraft">) => call("SetDraft", draft),
    merge: (_, after) => after,
    pause,
    scope,
  })
  return (conversation, text, thread) => {
    const place = { conversation, ...(thread === undefined ? {} : { thread }) }
    // The call itself checks what is not of the contract's form.
    return say(`${conversation} ${thread}`, { ...place, body: text.trim() === "" ? null : (text as Body) })
  }
}
