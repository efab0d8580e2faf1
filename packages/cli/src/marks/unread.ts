/** `chat unread`. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { ReadPosition } from "@chat/domain/ReadPosition"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { findPlace } from "../messages/own.ts"
import { placeArgument } from "../messages/place.ts"
import { readTarget, resolve, targetArgument } from "../targets/resolve.ts"
import { Output } from "../terminal/Output.ts"

export const unread = Command.make(
  "unread",
  { target: targetArgument, message: placeArgument },
  Effect.fn("unread")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const { id: conversation } = yield* resolve(yield* readTarget(input.target), "read")
    const seq = yield* findPlace(conversation, input.message)
    yield* output.show(ReadPosition, yield* rpc("MarkUnread", { conversation, seq }))
    yield* output.note(`Unread from message ${seq} on`)
  }),
).pipe(
  Command.withDescription("Mark a message and what came after it as unread, on all of your devices"),
  Command.withExamples([{ command: "chat unread general 42", description: "From message 42 on" }]),
)
