/** What conversations go by. */
import { ChatHttp } from "@chat/client/http/ChatHttp"
import type { ConversationId } from "@chat/domain/Ids"
import * as Effect from "effect/Effect"
import { labelOfConversation } from "../live/label.ts"

/** The names of conversations by their ids, each asked for once. */
export const makePlaceNames = Effect.gen(function* () {
  const { rpc } = yield* ChatHttp
  const names = new Map<ConversationId, string>()
  return Effect.fnUntraced(function* (conversation: ConversationId) {
    const known = names.get(conversation)
    if (known !== undefined) return known
    const name = yield* rpc("GetConversation", { conversation }).pipe(
      Effect.map(labelOfConversation),
      // What could be read before one left can be found for ever.
      Effect.catchTag("ConversationNotFound", () => Effect.succeed("(left)")),
    )
    names.set(conversation, name)
    return name
  })
})
