import { CurrentSession } from "@chat/domain/Authentication"
import { SearchRpcs } from "@chat/domain/SearchRpcs"
import { defaultPageSize } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import { Search } from "./Search.ts"

export const layerSearchHandlers = SearchRpcs.toLayer(
  Effect.gen(function* () {
    const search = yield* Search
    return SearchRpcs.of({
      SearchMessages: Effect.fnUntraced(function* ({ query, order = "time", after, limit = defaultPageSize }) {
        const { user } = yield* CurrentSession
        return yield* search.messages(user, { query, order, after, limit })
      }),
    })
  }),
)
