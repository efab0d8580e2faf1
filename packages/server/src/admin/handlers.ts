import { AdminRpcs } from "@chat/domain/AdminRpcs"
import { CurrentSession } from "@chat/domain/Authentication"
import { OpenRpcs } from "@chat/domain/SessionRpcs"
import { defaultPageSize } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { AuditReader } from "../audit/AuditReader.ts"
import { AccountAdmin } from "./AccountAdmin.ts"
import { ResetLinks } from "./ResetLinks.ts"
import { ServerRoles } from "./ServerRoles.ts"

const resetPassword = OpenRpcs.toLayerHandler(
  "ResetPassword",
  Effect.gen(function* () {
    const links = yield* ResetLinks
    return ({ token, newPassword }) => links.use(Redacted.make(token), Redacted.make(newPassword))
  }),
)

const forAdmins = AdminRpcs.toLayer(
  Effect.gen(function* () {
    const roles = yield* ServerRoles
    const accounts = yield* AccountAdmin
    const links = yield* ResetLinks
    const audit = yield* AuditReader
    const admin = Effect.gen(function* () {
      const { user } = yield* CurrentSession
      yield* roles.demand(user, "admin")
      return user
    })
    return AdminRpcs.of({
      ListAccounts: ({ limit = defaultPageSize, ...query }) =>
        Effect.andThen(admin, accounts.list({ ...query, limit })),
      SetServerRole: (command) => Effect.flatMap(admin, (actor) => accounts.setRole(actor, command)),
      DeactivateAccount: (command) => Effect.flatMap(admin, (actor) => accounts.deactivate(actor, command)),
      ReactivateAccount: (command) => Effect.flatMap(admin, (actor) => accounts.reactivate(actor, command)),
      EndSessions: ({ user }) => Effect.flatMap(admin, (actor) => accounts.endSessions(actor, user)),
      MakeResetLink: ({ user }) => Effect.flatMap(admin, (actor) => links.make(actor, user)),
      ReadAudit: ({ before, limit = defaultPageSize, ...filter }) =>
        Effect.andThen(admin, audit.page(filter, { before, limit })),
    })
  }),
)

export const layerAdminHandlers = Layer.mergeAll(resetPassword, forAdmins)
