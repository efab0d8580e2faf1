import { CurrentSession } from "@chat/domain/Authentication"
import { PersonalRpcs } from "@chat/domain/PersonalRpcs"
import { defaultPageSize } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import { Positions } from "../messages/Positions.ts"
import { Hiding } from "./Hiding.ts"
import { Stars } from "./Stars.ts"

export const layerPersonalHandlers = PersonalRpcs.toLayer(
  Effect.gen(function* () {
    const hiding = yield* Hiding
    const stars = yield* Stars
    const positions = yield* Positions
    return PersonalRpcs.of({
      HideMessage: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* hiding.hide(user, command)
      }),
      StarMessage: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* stars.add(user, command)
      }),
      UnstarMessage: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* stars.remove(user, command)
      }),
      ListStars: Effect.fnUntraced(function* ({ before, limit = defaultPageSize }) {
        const { user } = yield* CurrentSession
        return yield* stars.page(user, { before, limit })
      }),
      MarkUnread: Effect.fnUntraced(function* ({ conversation, seq }) {
        const { user } = yield* CurrentSession
        return yield* positions.markUnread(user, conversation, seq)
      }),
      SetNotifications: Effect.fnUntraced(function* ({ conversation, ...wanted }) {
        const { user } = yield* CurrentSession
        return yield* positions.setNotifications(user, conversation, wanted)
      }),
    })
  }),
)
