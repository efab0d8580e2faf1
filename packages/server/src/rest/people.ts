import { RestApi } from "@chat/domain/rest/RestApi"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import { Calls } from "./Calls.ts"

const users = HttpApiBuilder.group(
  RestApi,
  "users",
  Effect.fnUntraced(function* (handlers) {
    const { command, signedIn } = yield* Calls
    return handlers.handleAll({
      me: () => signedIn("Me", undefined),
      update: ({ headers, payload }) => command("UpdateProfile", headers, payload),
      changeUsername: ({ headers, payload }) => command("ChangeUsername", headers, payload),
      changeEmail: ({ headers, payload }) => command("ChangeEmail", headers, payload),
      changePassword: ({ headers, payload }) => command("ChangePassword", headers, payload),
      setReceipts: ({ headers, payload }) => command("SetReceipts", headers, payload),
      preferences: () => signedIn("GetPreferences", undefined),
      setPreferences: ({ headers, payload }) => command("SetPreferences", headers, payload),
      export: ({ query }) => signedIn("Export", query),
      deleteAccount: ({ payload: { password, erase = false } }) => signedIn("DeleteAccount", { password, erase }),
      search: ({ query: { q, ...page } }) => signedIn("SearchUsers", { query: q, ...page }),
      get: ({ params }) => signedIn("GetUser", { id: params.user }),
    })
  }),
)

const sessions = HttpApiBuilder.group(
  RestApi,
  "sessions",
  Effect.fnUntraced(function* (handlers) {
    const { signedIn } = yield* Calls
    return handlers.handleAll({
      list: () => signedIn("ListSessions", undefined),
      end: ({ params }) => signedIn("RevokeSession", params),
    })
  }),
)

export const layerPeople = Layer.mergeAll(users, sessions)
