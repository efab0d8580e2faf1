/** What people report to the moderators of a server. */
import * as Schema from "effect/Schema"
import { ConversationId, MessageId } from "./Ids.ts"
import { User } from "./User.ts"
import { Body, ReportText, Seq, Timestamp } from "./Values.ts"

/** The number of a report: greater than those of all before. */
export const ReportNumber = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))

/** A report as moderators see it. */
export const Report = Schema.Struct({
  number: ReportNumber,
  at: Timestamp,
  by: User,
  /** Who is reported: a user, or the author of the message. */
  about: User,
  /** The message as it was when it was reported, whatever has become of it since; `null`: the report is of a user. */
  message: Schema.NullOr(Schema.Struct({ conversation: ConversationId, id: MessageId, seq: Seq, body: Body })),
  reason: ReportText,
  /** `null`: it is still open. */
  closed: Schema.NullOr(Schema.Struct({ at: Timestamp, by: User, note: ReportText })),
})
export type Report = typeof Report.Type
