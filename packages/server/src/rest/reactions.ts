import { RestApi } from "@chat/domain/rest/RestApi"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { Calls } from "./Calls.ts"
import { Places } from "./Places.ts"

export const layerReactions = HttpApiBuilder.group(
  RestApi,
  "reactions",
  Effect.fnUntraced(function* (handlers) {
    const { command, signedIn } = yield* Calls
    const { withPlace } = yield* Places
    return handlers.handleAll({
      list: ({ params, query }) =>
        Effect.flatMap(withPlace(params), (place) => signedIn("ListReactions", { ...place, ...query })),
      add: ({ headers, params }) => Effect.flatMap(withPlace(params), (place) => command("React", headers, place)),
      remove: ({ headers, params }) => Effect.flatMap(withPlace(params), (place) => command("Unreact", headers, place)),
      pins: ({ params }) => signedIn("ListPins", params),
      pin: ({ headers, params }) => Effect.flatMap(withPlace(params), (place) => command("PinMessage", headers, place)),
      unpin: ({ headers, params }) =>
        Effect.flatMap(withPlace(params), (place) => command("UnpinMessage", headers, place)),
    })
  }),
)
