import { RestApi } from "@chat/domain/rest/RestApi"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { Calls } from "./Calls.ts"

export const layerGroups = HttpApiBuilder.group(
  RestApi,
  "groups",
  Effect.fnUntraced(function* (handlers) {
    const { command } = yield* Calls
    return handlers.handleAll({
      open: ({ headers, payload }) => command("OpenGroup", headers, payload),
      add: ({ headers, params: { group, user } }) => command("AddToGroup", headers, { conversation: group, user }),
      leave: ({ headers, params }) => command("LeaveGroup", headers, { conversation: params.group }),
    })
  }),
)
