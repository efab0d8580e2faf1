import { RestApi } from "@chat/domain/rest/RestApi"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { Calls } from "./Calls.ts"

export const layerInvitations = HttpApiBuilder.group(
  RestApi,
  "invitations",
  Effect.fnUntraced(function* (handlers) {
    const { command, signedIn } = yield* Calls
    return handlers.handleAll({
      received: ({ query }) => signedIn("ListInvitations", query),
      decline: ({ headers, params }) => command("DeclineInvitation", headers, { conversation: params.room }),
      sent: ({ params, query }) => signedIn("ListRoomInvitations", { conversation: params.room, ...query }),
      invite: ({ headers, params: { room, user } }) => command("InviteToRoom", headers, { conversation: room, user }),
      revoke: ({ headers, params: { room, user } }) =>
        command("RevokeInvitation", headers, { conversation: room, user }),
    })
  }),
)
