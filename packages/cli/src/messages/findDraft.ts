import { ChatHttp } from "@chat/client/http/ChatHttp"
import type { ConversationId } from "@chat/domain/Ids"
import type { Seq } from "@chat/domain/Values"
import * as Effect from "effect/Effect"

/** What was begun in a conversation, or in a thread of it; `undefined`: nothing. */
export const findDraft = Effect.fnUntraced(function* (conversation: ConversationId, thread: Seq | undefined) {
  const { rpc } = yield* ChatHttp
  const { drafts = [] } = yield* rpc("GetConversation", { conversation })
  const found = drafts.find((draft) => draft.thread === (thread ?? null))
  return found === undefined ? undefined : { conversation, ...found }
})
