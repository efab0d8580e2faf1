/** `chat edit`. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { Receipt } from "@chat/domain/Conversation"
import type { ConversationId } from "@chat/domain/Ids"
import type { Body } from "@chat/domain/Values"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { readTarget, resolve, targetArgument } from "../targets/resolve.ts"
import { Output } from "../terminal/Output.ts"
import { readGiven, textArgument, toBody } from "./body.ts"
import { newCommandId } from "@chat/client/ids"
import { findMessage, messageArgument } from "./own.ts"

/** Says a message of one's own otherwise. */
export const changeText = Effect.fnUntraced(function* (conversation: ConversationId, which: string, body: Body) {
  const { rpc } = yield* ChatHttp
  const message = yield* findMessage(conversation, which)
  return yield* rpc("EditMessage", { commandId: newCommandId(), conversation, message, body })
})

export const edit = Command.make(
  "edit",
  { target: targetArgument, message: messageArgument, text: textArgument },
  Effect.fn("edit")(function* (input) {
    const output = yield* Output
    const target = yield* readTarget(input.target)
    const body = yield* toBody(yield* readGiven(input.text))
    const conversation = yield* resolve(target, "read")
    yield* output.show(Receipt, yield* changeText(conversation.id, input.message, body))
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
