/** `chat forward`. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { newMessageId } from "@chat/client/ids"
import { readTarget, resolve, targetArgument } from "../targets/resolve.ts"
import { Output } from "../terminal/Output.ts"
import { findPlace } from "./own.ts"
import { placeArgument } from "./place.ts"
import { Sent } from "./send.ts"

export const forward = Command.make(
  "forward",
  {
    target: targetArgument,
    message: placeArgument,
    to: Argument.String("to").pipe(
      Argument.withMetavar("TO"),
      Argument.withDescription("Where it goes: a target as well"),
    ),
  },
  Effect.fn("forward")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const from = yield* resolve(yield* readTarget(input.target), "read")
    const seq = yield* findPlace(from.id, input.message)
    const to = yield* resolve(yield* readTarget(input.to), "write")
    const id = newMessageId()
    const receipt = yield* rpc("ForwardMessage", {
      conversation: to.id,
      id,
      source: { conversation: from.id, seq },
    })
    yield* output.show(Sent, { id, ...receipt })
    yield* output.note(`Forwarded to ${to.label}, message ${receipt.seq}`)
  }),
).pipe(
  Command.withDescription("Send the text of a message on to somebody else, with its author's name"),
  Command.withExamples([{ command: "chat forward general 42 @ann", description: "Message 42 of #general, to Ann" }]),
)
