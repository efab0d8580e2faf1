import { RestApi } from "@chat/domain/rest/RestApi"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { Calls } from "./Calls.ts"

export const layerSearch = HttpApiBuilder.group(
  RestApi,
  "search",
  Effect.fnUntraced(function* (handlers) {
    const { signedIn } = yield* Calls
    return handlers.handleAll({
      messages: ({ query: { q, ...rest } }) => signedIn("SearchMessages", { query: q, ...rest }),
    })
  }),
)
