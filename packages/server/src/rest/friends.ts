import { RestApi } from "@chat/domain/rest/RestApi"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { Calls } from "./Calls.ts"

export const layerFriends = HttpApiBuilder.group(
  RestApi,
  "friends",
  Effect.fnUntraced(function* (handlers) {
    const { command, signedIn } = yield* Calls
    return handlers.handleAll({
      list: ({ query }) => signedIn("ListFriends", query),
      requests: ({ query }) => signedIn("ListFriendRequests", query),
      blocks: ({ query }) => signedIn("ListBlocks", query),
      send: ({ headers, params }) => command("SendFriendRequest", headers, params),
      cancel: ({ headers, params }) => command("CancelFriendRequest", headers, params),
      accept: ({ headers, params }) => command("AcceptFriendRequest", headers, params),
      decline: ({ headers, params }) => command("DeclineFriendRequest", headers, params),
      remove: ({ headers, params }) => command("RemoveFriend", headers, params),
      block: ({ headers, params }) => command("BlockUser", headers, params),
      unblock: ({ headers, params }) => command("UnblockUser", headers, params),
    })
  }),
)
