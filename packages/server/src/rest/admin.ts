import { RestApi } from "@chat/domain/rest/RestApi"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { Calls } from "./Calls.ts"

export const layerAdmin = HttpApiBuilder.group(
  RestApi,
  "admin",
  Effect.fnUntraced(function* (handlers) {
    const { command, signedIn } = yield* Calls
    return handlers.handleAll({
      accounts: ({ query }) => signedIn("ListAccounts", query),
      setRole: ({ headers, params, payload }) => command("SetServerRole", headers, { ...params, ...payload }),
      deactivate: ({ headers, params }) => command("DeactivateAccount", headers, params),
      reactivate: ({ headers, params }) => command("ReactivateAccount", headers, params),
      endSessions: ({ params }) => signedIn("EndSessions", params),
      makeResetLink: ({ params }) => signedIn("MakeResetLink", params),
      broadcast: ({ headers, payload }) => command("BroadcastNotice", headers, payload),
      withdraw: ({ params }) => signedIn("WithdrawNotice", params),
      audit: ({ query }) => signedIn("ReadAudit", query),
    })
  }),
)
