import { RestApi } from "@chat/domain/rest/RestApi"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { Calls } from "./Calls.ts"
import { Places } from "./Places.ts"

export const layerPersonal = HttpApiBuilder.group(
  RestApi,
  "personal",
  Effect.fnUntraced(function* (handlers) {
    const { command, signedIn } = yield* Calls
    const { withPlace } = yield* Places
    return handlers.handleAll({
      stars: ({ query }) => signedIn("ListStars", query),
      star: ({ headers, params }) =>
        Effect.flatMap(withPlace(params), (place) => command("StarMessage", headers, place)),
      unstar: ({ headers, params }) =>
        Effect.flatMap(withPlace(params), (place) => command("UnstarMessage", headers, place)),
      hide: ({ headers, params }) =>
        Effect.flatMap(withPlace(params), (place) => command("HideMessage", headers, place)),
      notices: () => signedIn("ListNotices", undefined),
      drafts: ({ query }) => signedIn("ListDrafts", query),
      setDraft: ({ params, payload }) => signedIn("SetDraft", { ...params, ...payload }),
      markUnread: ({ params, payload }) => signedIn("MarkUnread", { ...params, ...payload }),
      setNotifications: ({ params, payload }) => signedIn("SetNotifications", { ...params, ...payload }),
    })
  }),
)
