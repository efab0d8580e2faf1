import type { Notifications } from "@chat/domain/Conversation"
import type { ReadPosition } from "@chat/domain/ReadPosition"
import { Seq } from "@chat/domain/Values"
import * as Schema from "effect/Schema"
import { Int8, int8 } from "../storage/rows.ts"
import { NotifyColumns, toNotifications } from "./notifications.ts"

/** How far an account has read, and what is unread there; null where it was not asked for, or there is no row. */
export const PositionColumns = {
  positionSeq: Schema.NullOr(int8(Seq)),
  positionRev: Schema.NullOr(Int8),
  unread: Schema.NullOr(Int8),
  mentioned: Schema.NullOr(Int8),
  ...NotifyColumns,
}
const Columns = Schema.Struct(PositionColumns)

/** A read position, with what it makes of the messages after it. */
export interface PositionState {
  readonly position: ReadPosition
  readonly unread: number
  readonly mentions: number
  readonly notifications?: Notifications
}

export const toPositionState = (row: typeof Columns.Type): PositionState | undefined => {
  const { positionSeq, positionRev, unread, mentioned } = row
  if (positionSeq === null || positionRev === null || unread === null || mentioned === null) return undefined
  return { position: { seq: positionSeq, rev: positionRev }, unread, mentions: mentioned, ...toNotifications(row) }
}
