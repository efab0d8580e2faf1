/** The text of a message, as an argument or from stdin. */
import * as Argument from "effect/cli/Argument"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { BadRequest, TooLarge } from "@chat/domain/Errors"
import { Body, MaxTextLength } from "@chat/domain/Values"
import { Misuse } from "../failure/failures.ts"
import { readText } from "../terminal/input.ts"

export const textArgument = Argument.String("text").pipe(
  Argument.withMetavar("TEXT"),
  Argument.withDescription(
    "The text, in quotes; - or nothing: all of stdin, exactly as it is but for one final newline",
  ),
  Argument.optional,
)

/** The text that was given: without one, what is piped in. */
export const readGiven = Effect.fnUntraced(function* (given: Option.Option<string>) {
  if (Option.isSome(given) && given.value !== "-") return given.value
  if (Option.isNone(given) && process.stdin.isTTY) {
    return yield* new Misuse({ detail: "there is no text: write it in quotes, or - to type it until Ctrl-D" })
  }
  return yield* readText
})

const decode = Schema.decodeEffect(Body)

/** A text that a message can have. How long it may be is for the server to say, up to what no server allows. */
export const toBody = Effect.fnUntraced(function* (text: string) {
  // what has no more UTF-16 units has no more code points either
  const actual = text.length <= MaxTextLength ? 0 : [...text].length
  if (actual > MaxTextLength) return yield* new TooLarge({ what: "message", limit: MaxTextLength, actual })
  if (text.trim() === "") return yield* new BadRequest({ detail: "a message is not blank" })
  return yield* decode(text).pipe(
    Effect.mapError(() => new BadRequest({ detail: "a message is well-formed Unicode without U+0000" })),
  )
})
