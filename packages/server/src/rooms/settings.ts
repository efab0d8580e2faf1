import { BadRequest, RoomNameTaken, TooLarge } from "@chat/domain/Errors"
import type { RoomChanges } from "@chat/domain/Room"
import type { Timestamp } from "@chat/domain/Values"
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Configuration } from "../config/settings.ts"

type Limits = Pick<Configuration["limits"], "roomName" | "topic" | "slowMode" | "roomMembers">

/** Refuses what is over a limit of the server, by its name. */
export const checkLimits = (limits: Limits, { name, topic, slowMode, memberLimit }: RoomChanges) => {
  const measured = [
    ["name", [...(name ?? "")].length, limits.roomName],
    ["topic", [...(topic ?? "")].length, limits.topic],
    ["slow mode", slowMode ?? 0, limits.slowMode],
    ["member limit", memberLimit ?? 0, limits.roomMembers],
  ] as const
  for (const [what, actual, limit] of measured) {
    if (actual > limit) return Effect.fail(new TooLarge({ what, limit, actual }))
  }
  return Effect.void
}

/** Refuses a password where there is to be none, and none where there is to be one. */
export const checkPassword = (access: RoomChanges["access"], there: boolean) => {
  if (access === "password" && !there) return Effect.fail(new BadRequest({ detail: "the room needs a password" }))
  return access !== "password" && there
    ? Effect.fail(new BadRequest({ detail: "a password is for a room with the access password" }))
    : Effect.void
}

/** Refuses a name that a room has. Who comes at the same moment meets the index of names, and then comes here again. */
export const checkName = Effect.fnUntraced(function* (sql: PgClient, name: string) {
  const rows = yield* sql`SELECT FROM conversations
    WHERE kind = 'room' AND deleted_at IS NULL AND lower(name) = lower(${name})`
  if (rows.length > 0) return yield* new RoomNameTaken({ room: name })
})

/** Refuses an end that is not to come. A time as the contract has it may be none, such as the 31st of February. */
export const checkToCome = Effect.fnUntraced(function* (what: string, end: Timestamp | undefined) {
  if (end === undefined) return
  const time = DateTime.make(end)
  const exists = Option.isSome(time) && DateTime.formatIso(time.value) === end
  if (!exists || DateTime.isLessThanOrEqualTo(time.value, yield* DateTime.now)) {
    return yield* new BadRequest({ detail: `${what} is not a time to come` })
  }
})
