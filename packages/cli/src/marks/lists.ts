/** `chat pins` and `chat stars`. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import { Message } from "@chat/domain/Message"
import { defaultPageSize, type Seq } from "@chat/domain/Values"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { Misuse } from "../failure/failures.ts"
import { blockedFlag, foldedWords, readFolded } from "../messages/folding.ts"
import { renderMessage } from "../messages/render.ts"
import { readTarget, resolve, targetArgument } from "../targets/resolve.ts"
import { Output } from "../terminal/Output.ts"

export const pins = Command.make(
  "pins",
  { target: targetArgument, blocked: blockedFlag },
  Effect.fn("pins")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const { id: conversation } = yield* resolve(yield* readTarget(input.target), "read")
    const { messages } = yield* rpc("ListPins", { conversation })
    const isFolded = yield* readFolded(output.json || input.blocked ? [] : messages)
    for (const message of messages) {
      const { style } = output
      const shown = isFolded(message) ? style.faint(foldedWords) : renderMessage(message, new Map(), style)
      yield* output.show(Message, message, shown)
    }
  }),
).pipe(
  Command.withDescription("Show what is pinned, the last first"),
  Command.withExamples([{ command: "chat pins general", description: "In #general" }]),
)

export const stars = Command.make(
  "stars",
  {
    limit: Flag.Int("limit").pipe(
      Flag.withMetavar("N"),
      Flag.withDescription(`How many; ${defaultPageSize} if absent`),
      Flag.withDefault(defaultPageSize),
    ),
  },
  Effect.fn("stars")(function* ({ limit }) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    if (limit < 1) return yield* new Misuse({ detail: `--limit is ${limit}, not 1 or more` })
    let before: Seq | undefined
    for (let missing = limit; missing > 0;) {
      const page = yield* rpc("ListStars", {
        limit: Math.min(missing, 100),
        ...(before === undefined ? {} : { before }),
      })
      for (const { message } of page.stars) {
        yield* output.show(Message, message, renderMessage(message, new Map(), output.style))
      }
      missing -= page.stars.length
      if (page.next === null) return
      before = page.next
    }
  }),
).pipe(
  Command.withDescription("Show what you put aside, the last first"),
  Command.withExamples([{ command: "chat stars --json | jq -r .body", description: "For programs" }]),
)
