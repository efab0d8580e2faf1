import { RestApi } from "@chat/domain/rest/RestApi"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { Calls } from "./Calls.ts"
import { Places } from "./Places.ts"

export const layerReports = HttpApiBuilder.group(
  RestApi,
  "reports",
  Effect.fnUntraced(function* (handlers) {
    const { command, signedIn } = yield* Calls
    const { withPlace } = yield* Places
    return handlers.handleAll({
      user: ({ headers, params, payload }) => command("ReportUser", headers, { ...params, ...payload }),
      message: ({ headers, params, payload }) =>
        Effect.flatMap(withPlace(params), (place) => command("ReportMessage", headers, { ...place, ...payload })),
      list: ({ query: { open, ...page } }) =>
        signedIn("ListReports", open === undefined ? page : { open: open === "true", ...page }),
      close: ({ params, payload }) => signedIn("CloseReport", { ...params, ...payload }),
    })
  }),
)
