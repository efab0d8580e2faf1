import * as Schema from "effect/Schema"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { MessageId, UserId } from "../Ids.ts"
import { CloseReport, ListReports, ReportMessage, ReportUser } from "../ReportRpcs.ts"
import { Repeatable } from "./Idempotency.ts"
import { problems, problemsWithBody } from "./Problem.ts"
import { RestAuthentication } from "./RestAuthentication.ts"

const { report, note } = CloseReport.payloadSchema.fields
const Reason = Schema.Struct({ reason: ReportUser.payloadSchema.fields.reason })

/** In a URL it is a word. */
const open = Schema.optionalKey(Schema.Literals(["true", "false"]))

export class ReportsApi extends HttpApiGroup.make("reports")
  .add(
    HttpApiEndpoint.post("user", "/users/:user/reports", {
      params: { user: UserId },
      headers: Repeatable,
      payload: Reason,
      success: ReportUser.successSchema.pipe(HttpApiSchema.status(201)),
      error: problemsWithBody(ReportUser),
    }).annotate(OpenApi.Summary, "Report somebody to the moderators"),
    HttpApiEndpoint.post("message", "/messages/:message/reports", {
      params: { message: MessageId },
      headers: Repeatable,
      payload: Reason,
      success: ReportMessage.successSchema.pipe(HttpApiSchema.status(201)),
      error: problemsWithBody(ReportMessage),
    }).annotate(OpenApi.Summary, "Report a message to the moderators"),
    HttpApiEndpoint.get("list", "/reports", {
      query: { ...ListReports.payloadSchema.fields, open },
      success: ListReports.successSchema,
      error: problems(ListReports),
    }).annotate(OpenApi.Summary, "For moderators: the reports, the newest first"),
    HttpApiEndpoint.put("close", "/reports/:report/closed", {
      params: { report },
      payload: Schema.Struct({ note }),
      success: HttpApiSchema.NoContent,
      error: problemsWithBody(CloseReport),
    }).annotate(OpenApi.Summary, "For moderators: nothing is left to do about a report"),
  )
  .middleware(RestAuthentication)
  .annotate(OpenApi.Description, "Telling the moderators, and what they do about it") {}
