/** `chat inbox` and `chat read`: what is new, and that it has been read. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { Conversation } from "@chat/domain/Conversation"
import { ReadPosition } from "@chat/domain/ReadPosition"
import { labelOfConversation } from "../live/label.ts"
import { foldedWords, makeFolded } from "../messages/folding.ts"
import { placeFlag, readPlace } from "../messages/place.ts"
import { firstLine } from "../messages/render.ts"
import { readTarget, resolve, targetArgument } from "../targets/resolve.ts"
import { Output, type Style } from "../terminal/Output.ts"

const render = (conversation: Conversation, isFolded: boolean, style: Style): string => {
  const { lastMessage, mentions, unread } = conversation
  const news = unread === 0 ? "nothing new" : style.strong(`${unread} new${mentions > 0 ? " with your name" : ""}`)
  const last = lastMessage === null ? "" : `  ${isFolded ? style.faint(foldedWords) : firstLine(lastMessage)}`
  return `${style.name(labelOfConversation(conversation))}  ${news}${last}`
}

export const inbox = Command.make(
  "inbox",
  {
    all: Flag.Boolean("all").pipe(
      Flag.withoutNegation,
      Flag.withDescription("Also the conversations in which nothing is new"),
      Flag.withDefault(false),
    ),
  },
  Effect.fn("inbox")(function* ({ all }) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    // programs get what there is
    const isFolded = output.json ? () => Effect.succeed(false) : yield* makeFolded
    let after: string | null | undefined
    while (after !== null) {
      const page = yield* rpc("ListConversations", { limit: 100, ...(after === undefined ? {} : { after }) })
      for (const conversation of page.conversations) {
        if (!all && conversation.unread === 0) continue
        const { lastMessage } = conversation
        const folded = lastMessage !== null && (yield* isFolded(lastMessage))
        yield* output.show(Conversation, conversation, render(conversation, folded, output.style))
      }
      after = page.next
    }
  }),
).pipe(
  Command.withDescription(
    "Show in which of your conversations something is new, the one with the newest message first",
  ),
  Command.withExamples([
    { command: "chat inbox", description: "What is new" },
    {
      command: "chat inbox --json | jq -s 'map(.unread) | add // 0'",
      description: "How many messages, for a status bar",
    },
    { command: "chat inbox --all", description: "All conversations" },
  ]),
)

export const read = Command.make(
  "read",
  {
    target: targetArgument,
    until: placeFlag("until", "Only up to the message with this number; else everything"),
    thread: placeFlag("thread", "What is in the thread that the message with this number began"),
  },
  Effect.fn("read")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const { id: conversation } = yield* resolve(yield* readTarget(input.target), "read")
    const thread = yield* readPlace("thread", input.thread)
    const seq = (yield* readPlace("until", input.until)) ?? (yield* rpc("GetConversation", { conversation })).seq
    const position = yield* rpc("MarkRead", { conversation, seq, ...(thread === undefined ? {} : { thread }) })
    yield* output.show(ReadPosition, position)
    yield* output.note(`Read up to message ${position.seq}`)
  }),
).pipe(
  Command.withDescription("Mark what is in a conversation as read, on all of your devices"),
  Command.withExamples([
    { command: "chat read general", description: "Everything there" },
    { command: "chat read general --thread 42", description: "The thread that message 42 began" },
  ]),
)
