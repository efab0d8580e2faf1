/** `chat revisions`. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { Revision } from "@chat/domain/Message"
import { readTarget, resolve, targetArgument } from "../targets/resolve.ts"
import { Output } from "../terminal/Output.ts"
import { printableText } from "../text/printable.ts"
import { localMinute } from "../terminal/time.ts"
import { findMessage, messageArgument } from "./own.ts"

export const revisions = Command.make(
  "revisions",
  { target: targetArgument, message: messageArgument },
  Effect.fn("revisions")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const { id: conversation } = yield* resolve(yield* readTarget(input.target), "read")
    const message = yield* findMessage(conversation, input.message)
    for (const revision of yield* rpc("ListRevisions", { conversation, message })) {
      const text = printableText(revision.body).replaceAll("\n", "\n    ")
      yield* output.show(Revision, revision, `${output.style.faint(localMinute(revision.at))}  ${text}`)
    }
  }),
).pipe(
  Command.withDescription("Show what a message of yours said before you changed it, oldest first"),
  Command.withExamples([{ command: "chat revisions general 42", description: "Of message 42 of #general" }]),
)
