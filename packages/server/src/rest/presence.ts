import { RestApi } from "@chat/domain/rest/RestApi"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { Calls } from "./Calls.ts"

export const layerPresence = HttpApiBuilder.group(
  RestApi,
  "presence",
  Effect.fnUntraced(function* (handlers) {
    const { command, signedIn } = yield* Calls
    return handlers.handleAll({
      online: ({ query }) => signedIn("OnlineUsers", query),
      choose: ({ headers, payload }) => command("SetPresence", headers, payload),
      typing: ({ params, payload }) => signedIn("Typing", { ...params, ...payload }),
    })
  }),
)
