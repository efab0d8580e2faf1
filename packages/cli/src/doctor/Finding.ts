/** What a check finds: that all is well, or what is wrong and what to do about it. */
import * as Schema from "effect/Schema"

/** In the order in which they are made: what comes first, what follows depends on. */
export const checks = ["settings", "server", "version", "calls", "clock", "credentials", "session", "live"] as const

export const Finding = Schema.Struct({
  check: Schema.Literals(checks),
  ok: Schema.Boolean,
  detail: Schema.String,
  /** What to do, where something is wrong. */
  advice: Schema.optionalKey(Schema.String),
  /** What was measured, in milliseconds; of the clock, by how much it is ahead. */
  millis: Schema.optionalKey(Schema.Finite),
})
export type Finding = typeof Finding.Type

type Check = Finding["check"]

export const well = (check: Check, detail: string, millis?: number): Finding => ({
  check,
  ok: true,
  detail,
  ...(millis === undefined ? {} : { millis }),
})

export const wrong = (check: Check, detail: string, advice: string, millis?: number): Finding => ({
  ...well(check, detail, millis),
  ok: false,
  advice,
})
