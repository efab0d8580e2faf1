import { CurrentSession } from "@chat/domain/Authentication"
import { ConversationRpcs } from "@chat/domain/ConversationRpcs"
import { defaultPageSize } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import { ConversationReader } from "./ConversationReader.ts"
import { Conversations } from "./Conversations.ts"
import { RoomReader } from "./RoomReader.ts"

export const layerConversationHandlers = ConversationRpcs.toLayer(
  Effect.gen(function* () {
    const conversations = yield* Conversations
    const reader = yield* ConversationReader
    const rooms = yield* RoomReader
    return ConversationRpcs.of({
      OpenDirect: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* conversations.openDirect(user, command)
      }),
      ListConversations: Effect.fnUntraced(function* ({ after, limit = defaultPageSize }) {
        const { user } = yield* CurrentSession
        return yield* reader.page(user, { after, limit })
      }),
      GetConversation: Effect.fnUntraced(function* ({ conversation }) {
        const { user } = yield* CurrentSession
        return yield* reader.one(user, conversation)
      }),
      ListMembers: Effect.fnUntraced(function* ({ conversation, after, limit = defaultPageSize }) {
        const { user } = yield* CurrentSession
        return yield* rooms.members(user, { conversation, after, limit })
      }),
    })
  }),
)
