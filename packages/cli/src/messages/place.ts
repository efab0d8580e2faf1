/** Messages by the numbers that `chat history` shows. */
import * as Argument from "effect/cli/Argument"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Seq } from "@chat/domain/Values"
import { Misuse } from "../failure/failures.ts"

const decode = Schema.decodeUnknownEffect(Seq)

export const placeArgument = Argument.String("message").pipe(
  Argument.withMetavar("MESSAGE"),
  Argument.withDescription("The number that `chat history` shows, or last: the newest there"),
)

/** A flag that names a message by its number. */
export const placeFlag = (name: string, description: string) =>
  Flag.Int(name).pipe(Flag.withMetavar("SEQ"), Flag.withDescription(description), Flag.optional)

/** The place that was written. */
export const placeOf = (text: string): Effect.Effect<Seq, Misuse> =>
  decode(/^\d+$/u.test(text) ? Number(text) : text).pipe(
    Effect.mapError(() => new Misuse({ detail: `${JSON.stringify(text)} is not the number of a message` })),
  )

/** The place that a flag gives; `undefined`: it was not given. */
export const readPlace = (flag: string, given: Option.Option<number>): Effect.Effect<Seq | undefined, Misuse> =>
  Option.isNone(given)
    ? Effect.succeed(undefined)
    : decode(given.value).pipe(
        Effect.mapError(() => new Misuse({ detail: `--${flag} is not the number of a message` })),
      )
