import { NoticeId } from "@chat/domain/Ids"
import type { Notice } from "@chat/domain/Notice"
import { NoticeText } from "@chat/domain/Values"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Schema from "effect/Schema"
import type * as Statement from "effect/sql/Statement"
import { Time } from "../storage/rows.ts"

/** A row of `notices`, as `noticeColumns` reads it. */
export const NoticeRow = Schema.Struct({ id: NoticeId, text: NoticeText, at: Time, until: Schema.NullOr(Time) })

export const noticeColumns = (sql: PgClient): Statement.Fragment => sql.literal("n.id, n.body AS text, n.at, n.until")

/** Whether a row `n` is in force. */
export const isInForce = (sql: PgClient): Statement.Fragment =>
  sql.literal("n.withdrawn_at IS NULL AND (n.until IS NULL OR n.until > clock_timestamp())")

/** The notice as the contract has it. */
export const toNotice = ({ until, ...notice }: typeof NoticeRow.Type): Notice => ({
  ...notice,
  ...(until === null ? {} : { until }),
})
