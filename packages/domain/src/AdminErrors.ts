/** What looking after a server refuses; part of `Errors`, which has everything that a call can fail with. */
import * as Schema from "effect/Schema"
import { NoticeId } from "./Ids.ts"

/** Only moderators or admins of the server may. Not retried. */
export class NotPermitted extends Schema.TaggedError<NotPermitted>("@chat/domain/NotPermitted")(
  "NotPermitted",
  { needs: Schema.Literals(["moderator", "admin"]) },
  { httpApiStatus: 403 },
) {
  override get message(): string {
    return `Only ${this.needs}s of this server may do that`
  }
}

/** There would be no admin left. Make somebody else one first. */
export class LastAdmin extends Schema.TaggedError<LastAdmin>("@chat/domain/LastAdmin")(
  "LastAdmin",
  {},
  { httpApiStatus: 409 },
) {
  override get message(): string {
    return "There would be no admin left: make somebody else one first"
  }
}

/** There is no such report. Not retried. */
export class ReportNotFound extends Schema.TaggedError<ReportNotFound>("@chat/domain/ReportNotFound")(
  "ReportNotFound",
  { report: Schema.Int },
  { httpApiStatus: 404 },
) {
  override get message(): string {
    return `There is no report ${this.report}`
  }
}

/** There is no such notice. Not retried. */
export class NoticeNotFound extends Schema.TaggedError<NoticeNotFound>("@chat/domain/NoticeNotFound")(
  "NoticeNotFound",
  { notice: NoticeId },
  { httpApiStatus: 404 },
) {
  override get message(): string {
    return `There is no notice ${this.notice}`
  }
}
