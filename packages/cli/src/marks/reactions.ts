/** `chat reactions`. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { Reaction } from "@chat/domain/ReactionRpcs"
import type { Seq } from "@chat/domain/Values"
import { anyMessageArgument, findMessage } from "../messages/own.ts"
import { readTarget, resolve, targetArgument } from "../targets/resolve.ts"
import { Output } from "../terminal/Output.ts"
import { printableLine } from "../text/printable.ts"

export const reactions = Command.make(
  "reactions",
  { target: targetArgument, message: anyMessageArgument },
  Effect.fn("reactions")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const { id: conversation } = yield* resolve(yield* readTarget(input.target), "read")
    const message = yield* findMessage(conversation, input.message, "any")
    let after: Seq | null | undefined
    while (after !== null) {
      const rest = after === undefined ? {} : { after }
      const page = yield* rpc("ListReactions", { conversation, message, limit: 100, ...rest })
      for (const reaction of page.reactions) {
        const { emoji, user } = reaction
        yield* output.show(Reaction, reaction, `${printableLine(emoji)}  @${printableLine(user.username)}`)
      }
      after = page.next
    }
  }),
).pipe(
  Command.withDescription("Show who put which emoji under a message, the oldest first"),
  Command.withExamples([{ command: "chat reactions general 42", description: "Under message 42" }]),
)
