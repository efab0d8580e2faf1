/** `chat edit`. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { Receipt } from "@chat/domain/Conversation"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { readTarget, resolve, targetArgument } from "../targets/resolve.ts"
import { Output } from "../terminal/Output.ts"
import { readGiven, textArgument, toBody } from "./body.ts"
import { newCommandId } from "@chat/client/ids"
import { findMessage, messageArgument } from "./own.ts"

export const edit = Command.make(
  "edit",
  { target: targetArgument, message: messageArgument, text: textArgument },
  Effect.fn("edit")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const target = yield* readTarget(input.target)
    const body = yield* toBody(yield* readGiven(input.text))
    const conversation = yield* resolve(target, "read")
    const message = yield* findMessage(conversation.id, input.message)
    const receipt = yield* rpc("EditMessage", {
      commandId: newCommandId(),
      conversation: conversation.id,
      message,
      body,
    })
    yield* output.show(Receipt, receipt)
    yield* output.note(`Changed in ${conversation.label}`)
  }),
).pipe(
  Command.withDescription("Change the text of a message of yours"),
  Command.withExamples([
    { command: "chat edit @ann last 'Lunch at two?'", description: "Your last message to Ann" },
    { command: "chat edit general 42 'The build is red'", description: "The message that history shows as 42" },
    { command: "chat edit general 42 - < report.txt", description: "With a text from a file" },
  ]),
)
