import * as Schema from "effect/Schema"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import {
  DeactivateAccount,
  EndSessions,
  ListAccounts,
  MakeResetLink,
  ReactivateAccount,
  ReadAudit,
  SetServerRole,
} from "../AdminRpcs.ts"
import { NoticeId, UserId } from "../Ids.ts"
import { BroadcastNotice, WithdrawNotice } from "../NoticeRpcs.ts"
import { Repeatable, withoutId } from "./Idempotency.ts"
import { problems, problemsWithBody } from "./Problem.ts"
import { RestAuthentication } from "./RestAuthentication.ts"

const params = { user: UserId }

export class AdminApi extends HttpApiGroup.make("admin")
  .add(
    HttpApiEndpoint.get("accounts", "/admin/accounts", {
      query: ListAccounts.payloadSchema.fields,
      success: ListAccounts.successSchema,
      error: problems(ListAccounts),
    }).annotate(OpenApi.Summary, "The accounts by username"),
    HttpApiEndpoint.put("setRole", "/admin/accounts/:user/role", {
      params,
      headers: Repeatable,
      payload: Schema.Struct({ role: SetServerRole.payloadSchema.fields.role }),
      success: SetServerRole.successSchema,
      error: problemsWithBody(SetServerRole),
    }).annotate(OpenApi.Summary, "Make somebody a member, moderator or admin of the server"),
    HttpApiEndpoint.post("deactivate", "/admin/accounts/:user/deactivate", {
      params,
      headers: Repeatable,
      success: DeactivateAccount.successSchema,
      error: problems(DeactivateAccount),
    }).annotate(OpenApi.Summary, "Let nobody sign in to an account"),
    HttpApiEndpoint.post("reactivate", "/admin/accounts/:user/reactivate", {
      params,
      headers: Repeatable,
      success: ReactivateAccount.successSchema,
      error: problems(ReactivateAccount),
    }).annotate(OpenApi.Summary, "Let its owner sign in again"),
    HttpApiEndpoint.delete("endSessions", "/admin/accounts/:user/sessions", {
      params,
      success: HttpApiSchema.NoContent,
      error: problems(EndSessions),
    }).annotate(OpenApi.Summary, "End every session of an account"),
    HttpApiEndpoint.post("makeResetLink", "/admin/accounts/:user/reset-link", {
      params,
      success: MakeResetLink.successSchema,
      error: problems(MakeResetLink),
    }).annotate(OpenApi.Summary, "Make a token for somebody who has lost their password"),
    HttpApiEndpoint.post("broadcast", "/admin/notices", {
      headers: Repeatable,
      payload: withoutId(BroadcastNotice.payloadSchema.fields),
      success: BroadcastNotice.successSchema.pipe(HttpApiSchema.status(201)),
      error: problemsWithBody(BroadcastNotice),
    }).annotate(OpenApi.Summary, "Tell everybody on the server something"),
    HttpApiEndpoint.delete("withdraw", "/admin/notices/:notice", {
      params: { notice: NoticeId },
      success: HttpApiSchema.NoContent,
      error: problems(WithdrawNotice),
    }).annotate(OpenApi.Summary, "End a notice"),
    HttpApiEndpoint.get("audit", "/admin/audit", {
      query: ReadAudit.payloadSchema.fields,
      success: ReadAudit.successSchema,
      error: problems(ReadAudit),
    }).annotate(OpenApi.Summary, "What concerns security, the newest first"),
  )
  .middleware(RestAuthentication)
  .annotate(OpenApi.Description, "Looking after the server, for its admins") {}
