import { type ConversationId, conversationLog } from "@chat/domain/Ids"
import * as Effect from "effect/Effect"
import type { Outcome } from "../logs/Commands.ts"
import type { Logs } from "../logs/Logs.ts"

/** What a command comes to in a conversation that is already as it wants it. */
export const unchanged = (logs: Logs["Service"], conversation: ConversationId) =>
  Effect.map(logs.head(conversationLog(conversation)), (place): Outcome => ({ conversation, ...place, changed: false }))
