import { CurrentSession } from "@chat/domain/Authentication"
import { PresenceRpcs } from "@chat/domain/PresenceRpcs"
import { defaultPageSize } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import { makePresenceChoice } from "./choice.ts"
import { Presence } from "./Presence.ts"

export const layerPresenceHandlers = PresenceRpcs.toLayer(
  Effect.gen(function* () {
    const presence = yield* Presence
    const choose = yield* makePresenceChoice
    return PresenceRpcs.of({
      SetPresence: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* choose(user, command)
      }),
      Heartbeat: ({ idle }, { client }) => presence.touch(client, idle),
      Watch: Effect.fnUntraced(function* ({ conversations }, { client }) {
        const { user } = yield* CurrentSession
        return yield* presence.watch(user, client, conversations)
      }),
      Typing: Effect.fnUntraced(function* ({ conversation, thread }) {
        const { user } = yield* CurrentSession
        return yield* presence.typing(user, { conversation, thread })
      }),
      OnlineUsers: Effect.fnUntraced(function* ({ after, limit = defaultPageSize }) {
        const { user } = yield* CurrentSession
        return yield* presence.online(user, { after, limit })
      }),
    })
  }),
)
