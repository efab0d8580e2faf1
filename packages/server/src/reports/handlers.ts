import { CurrentSession } from "@chat/domain/Authentication"
import { ReportRpcs } from "@chat/domain/ReportRpcs"
import { defaultPageSize } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import { ServerRoles } from "../admin/ServerRoles.ts"
import { Reports } from "./Reports.ts"

export const layerReportHandlers = ReportRpcs.toLayer(
  Effect.gen(function* () {
    const reports = yield* Reports
    const roles = yield* ServerRoles
    const moderator = Effect.gen(function* () {
      const { user } = yield* CurrentSession
      yield* roles.demand(user, "moderator")
      return user
    })
    return ReportRpcs.of({
      ReportUser: Effect.fnUntraced(function* (report) {
        const { user } = yield* CurrentSession
        return yield* reports.ofUser(user, report)
      }),
      ReportMessage: Effect.fnUntraced(function* (report) {
        const { user } = yield* CurrentSession
        return yield* reports.ofMessage(user, report)
      }),
      ListReports: ({ open, before, limit = defaultPageSize }) =>
        Effect.andThen(moderator, reports.page({ open, before, limit })),
      CloseReport: (report) => Effect.flatMap(moderator, (actor) => reports.close(actor, report)),
    })
  }),
)
