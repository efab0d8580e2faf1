/** `chat delete`. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { Receipt } from "@chat/domain/Conversation"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { readTarget, resolve, targetArgument } from "../targets/resolve.ts"
import { Output } from "../terminal/Output.ts"
import { newCommandId } from "@chat/client/ids"
import { findMessage, messageArgument } from "./own.ts"

export const deleteMessage = Command.make(
  "delete",
  { target: targetArgument, message: messageArgument },
  Effect.fn("delete")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const conversation = yield* resolve(yield* readTarget(input.target), "read")
    const message = yield* findMessage(conversation.id, input.message)
    const receipt = yield* rpc("DeleteMessage", {
      commandId: newCommandId(),
      conversation: conversation.id,
      message,
    })
    yield* output.show(Receipt, receipt)
    yield* output.note(`Deleted in ${conversation.label}`)
  }),
).pipe(
  Command.withDescription("Delete a message of yours, for everybody"),
  Command.withExamples([
    { command: "chat delete @ann last", description: "Your last message to Ann" },
    { command: "chat delete general 42", description: "The message that history shows as 42" },
  ]),
)
