import { CurrentSession } from "@chat/domain/Authentication"
import { ReactionRpcs } from "@chat/domain/ReactionRpcs"
import { defaultPageSize, Seq } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import { Pins } from "./Pins.ts"
import { Reactions } from "./Reactions.ts"

export const layerReactionHandlers = ReactionRpcs.toLayer(
  Effect.gen(function* () {
    const reactions = yield* Reactions
    const pins = yield* Pins
    return ReactionRpcs.of({
      React: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* reactions.add(user, command)
      }),
      Unreact: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* reactions.remove(user, command)
      }),
      ListReactions: Effect.fnUntraced(function* ({ after = Seq.make(0), limit = defaultPageSize, ...target }) {
        const { user } = yield* CurrentSession
        return yield* reactions.page(user, { ...target, after, limit })
      }),
      PinMessage: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* pins.pin(user, command)
      }),
      UnpinMessage: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* pins.unpin(user, command)
      }),
      ListPins: Effect.fnUntraced(function* ({ conversation }) {
        const { user } = yield* CurrentSession
        return yield* pins.list(user, conversation)
      }),
    })
  }),
)
