/** `chat react`, `unreact`, `pin`, `unpin`, `hide`, `star` and `unstar`: what is done with one message. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { Receipt } from "@chat/domain/Conversation"
import { AccountReceipt } from "@chat/domain/User"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { newCommandId } from "@chat/client/ids"
import { anyMessageArgument, findMessage } from "../messages/own.ts"
import { readTarget, resolve, targetArgument } from "../targets/resolve.ts"
import { Output } from "../terminal/Output.ts"
import { emojiArgument, readEmoji } from "./emoji.ts"

const input = { target: targetArgument, message: anyMessageArgument }

/** The message that is meant, and an id for what is done with it. */
const found = Effect.fnUntraced(function* (given: { readonly target: string; readonly message: string }) {
  const { id: conversation } = yield* resolve(yield* readTarget(given.target), "read")
  return { commandId: newCommandId(), conversation, message: yield* findMessage(conversation, given.message, "any") }
})

const reacting = (name: "react" | "unreact", call: "React" | "Unreact", done: string) =>
  Command.make(
    name,
    { ...input, emoji: emojiArgument },
    Effect.fn(name)(function* (given) {
      const output = yield* Output
      const { rpc } = yield* ChatHttp
      const emoji = yield* readEmoji(given.emoji)
      yield* output.show(Receipt, yield* rpc(call, { ...(yield* found(given)), emoji }))
      yield* output.note(`${done} ${emoji}`)
    }),
  )

export const react = reacting("react", "React", "Reacted with").pipe(
  Command.withDescription("Put an emoji under a message"),
  Command.withExamples([
    { command: "chat react general 42 👍", description: "Under the message that history shows as 42" },
    { command: "chat react @ann last ❤️", description: "Under the newest message" },
  ]),
)

export const unreact = reacting("unreact", "Unreact", "Took back").pipe(
  Command.withDescription("Take an emoji of yours back"),
  Command.withExamples([{ command: "chat unreact general 42 👍", description: "From message 42" }]),
)

const pinning = (name: "pin" | "unpin", call: "PinMessage" | "UnpinMessage", done: string) =>
  Command.make(
    name,
    input,
    Effect.fn(name)(function* (given) {
      const output = yield* Output
      const { rpc } = yield* ChatHttp
      yield* output.show(Receipt, yield* rpc(call, yield* found(given)))
      yield* output.note(done)
    }),
  )

export const pin = pinning("pin", "PinMessage", "Pinned").pipe(
  Command.withDescription("Pin a message, for everybody there"),
  Command.withExamples([{ command: "chat pin general 42", description: "The message that history shows as 42" }]),
)

export const unpin = pinning("unpin", "UnpinMessage", "Pinned no longer").pipe(
  Command.withDescription("Take a pin away"),
  Command.withExamples([{ command: "chat unpin general 42", description: "From message 42" }]),
)

const keeping = (
  name: "hide" | "star" | "unstar",
  call: "HideMessage" | "StarMessage" | "UnstarMessage",
  done: string,
) =>
  Command.make(
    name,
    input,
    Effect.fn(name)(function* (given) {
      const output = yield* Output
      const { rpc } = yield* ChatHttp
      yield* output.show(AccountReceipt, yield* rpc(call, yield* found(given)))
      yield* output.note(done)
    }),
  )

export const hide = keeping("hide", "HideMessage", "Deleted for you").pipe(
  Command.withDescription("Delete a message for yourself only, for good"),
  Command.withExamples([{ command: "chat hide general 42", description: "Others still see message 42" }]),
)

export const star = keeping("star", "StarMessage", "Put aside: chat stars").pipe(
  Command.withDescription("Put a message aside for later"),
  Command.withExamples([{ command: "chat star @ann last", description: "Ann's newest message, or yours to her" }]),
)

export const unstar = keeping("unstar", "UnstarMessage", "Put aside no longer").pipe(
  Command.withDescription("Take a star away"),
  Command.withExamples([{ command: "chat unstar general 42", description: "From message 42" }]),
)
