import { CurrentSession } from "@chat/domain/Authentication"
import { DraftRpcs } from "@chat/domain/DraftRpcs"
import { defaultPageSize } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import { Drafts } from "./Drafts.ts"

export const layerDraftHandlers = DraftRpcs.toLayer(
  Effect.gen(function* () {
    const drafts = yield* Drafts
    return DraftRpcs.of({
      SetDraft: Effect.fnUntraced(function* (draft) {
        const { user } = yield* CurrentSession
        return yield* drafts.set(user, draft)
      }),
      ListDrafts: Effect.fnUntraced(function* ({ limit = defaultPageSize, ...query }) {
        const { user } = yield* CurrentSession
        return yield* drafts.list(user, { ...query, limit })
      }),
    })
  }),
)
