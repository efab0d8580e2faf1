/** An emoji as somebody typed it. */
import * as Argument from "effect/cli/Argument"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Emoji } from "@chat/domain/Values"
import { Misuse } from "../failure/failures.ts"

export const emojiArgument = Argument.String("emoji").pipe(
  Argument.withMetavar("EMOJI"),
  Argument.withDescription("One emoji, such as 👍"),
)

const decode = Schema.decodeUnknownOption(Emoji)
const presentation = "\uFE0F"

/** Keyboards write some with the mark that says emoji, and some without: what was meant is clear. */
export const readEmoji = (text: string): Effect.Effect<Emoji, Misuse> => {
  const plain = text.trim().replace(new RegExp(`${presentation}$`, "u"), "")
  const found = [text.trim(), `${plain}${presentation}`, plain].map((form) => decode(form)).find(Option.isSome)
  return found === undefined
    ? Effect.fail(new Misuse({ detail: `${JSON.stringify(text)} is not one emoji` }))
    : Effect.succeed(found.value)
}
