/** Telling the moderators of a server, and what they do about it. */
import * as Schema from "effect/Schema"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import { Authentication } from "./Authentication.ts"
import { IdTaken, MessageNotFound, NotPermitted, ReportNotFound, UserNotFound, failures } from "./Errors.ts"
import { CommandId, ConversationId, MessageId, UserId } from "./Ids.ts"
import { Report, ReportNumber } from "./Report.ts"
import { AccountReceipt } from "./User.ts"
import { PageSize, ReportText } from "./Values.ts"

/**
 * Reports a user to the moderators, who see who reported and why; the user does not learn of it. 10 in an hour, together
 * with reports of messages.
 */
export class ReportUser extends Rpc.make("ReportUser", {
  payload: { commandId: CommandId, user: UserId, reason: ReportText },
  success: AccountReceipt,
  error: failures(UserNotFound, IdTaken),
}) {}

/** Reports a message that one can see. What it says is kept with the report, also if it is edited or deleted later. */
export class ReportMessage extends Rpc.make("ReportMessage", {
  payload: { commandId: CommandId, conversation: ConversationId, message: MessageId, reason: ReportText },
  success: AccountReceipt,
  error: failures(MessageNotFound, IdTaken),
}) {}

/** For moderators: the reports, the newest first. */
export class ListReports extends Rpc.make("ListReports", {
  payload: {
    /** Only open ones, or only closed ones. */
    open: Schema.optionalKey(Schema.Boolean),
    /** Reports with a smaller number. */
    before: Schema.optionalKey(ReportNumber),
    limit: Schema.optionalKey(PageSize),
  },
  success: Schema.Struct({ reports: Schema.Array(Report), more: Schema.Boolean }),
  error: failures(NotPermitted),
}) {}

/** For moderators: nothing is left to do about a report. Closed already: nothing changes. */
export class CloseReport extends Rpc.make("CloseReport", {
  payload: { report: ReportNumber, note: ReportText },
  error: failures(NotPermitted, ReportNotFound),
}) {}

export class ReportRpcs extends RpcGroup.make(ReportUser, ReportMessage, ListReports, CloseReport).middleware(
  Authentication,
) {}
