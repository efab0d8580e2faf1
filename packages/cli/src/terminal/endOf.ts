import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Timestamp } from "@chat/domain/Values"
import { Misuse } from "../failure/failures.ts"

/** When it ends, of a flag that says how long something is from now. */
export const endOf = Effect.fnUntraced(function* (flag: string, length: string) {
  const duration = yield* Schema.decodeEffect(Schema.DurationFromString)(length).pipe(
    Effect.mapError(() => new Misuse({ detail: `${flag} is a duration, such as "2 hours"` })),
  )
  const now = DateTime.makeUnsafe(yield* Clock.currentTimeMillis)
  return Timestamp.make(DateTime.formatIso(DateTime.addDuration(now, Duration.fromInputUnsafe(duration))))
})
