import { CurrentSession } from "@chat/domain/Authentication"
import { ReadMarkRpcs } from "@chat/domain/ReadMarkRpcs"
import * as Effect from "effect/Effect"
import { makeReceiptsChoice } from "./choice.ts"
import { Marks } from "./Marks.ts"

export const layerReceiptHandlers = ReadMarkRpcs.toLayer(
  Effect.gen(function* () {
    const marks = yield* Marks
    const choose = yield* makeReceiptsChoice
    return ReadMarkRpcs.of({
      Delivered: Effect.fnUntraced(function* ({ conversations }) {
        const { user } = yield* CurrentSession
        yield* marks.delivered(user, conversations)
      }),
      ListMarks: Effect.fnUntraced(function* ({ conversation }) {
        const { user } = yield* CurrentSession
        return yield* marks.list(user, conversation)
      }),
      SetReceipts: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* choose(user, command)
      }),
    })
  }),
)
