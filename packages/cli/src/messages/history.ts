/** `chat history`. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import type { ConversationId } from "@chat/domain/Ids"
import { Message } from "@chat/domain/Message"
import { defaultPageSize, type Seq } from "@chat/domain/Values"
import { Misuse } from "../failure/failures.ts"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { readTarget, resolve, targetArgument } from "../targets/resolve.ts"
import { Output } from "../terminal/Output.ts"
import { placeFlag, readPlace } from "./place.ts"
import { noQuotes, quotesOf } from "./quotes.ts"
import { renderMessage } from "./render.ts"

/** The newest `limit` messages before a place, the oldest of them first; of a thread, after what began it. */
const newest = Effect.fnUntraced(function* (
  conversation: ConversationId,
  limit: number,
  start: Seq | undefined,
  thread: Seq | undefined,
) {
  const { rpc } = yield* ChatHttp
  const pages: Array<ReadonlyArray<Message>> = []
  let before = start
  let missing = limit
  while (missing > 0) {
    const query = { conversation, limit: Math.min(missing, 100), ...(before === undefined ? {} : { before }) }
    const page = yield* thread === undefined ? rpc("History", query) : rpc("Thread", { ...query, root: thread })
    pages.unshift(page.messages)
    missing -= page.messages.length
    if (!page.more || page.messages.length === 0) {
      if ("root" in page) pages.unshift([page.root])
      break
    }
    before = page.from
  }
  return pages.flat()
})

export const history = Command.make(
  "history",
  {
    target: targetArgument,
    before: placeFlag("before", "Messages before the one with this number; the newest if absent"),
    thread: placeFlag("thread", "The thread that the message with this number began"),
    limit: Flag.Int("limit").pipe(
      Flag.withMetavar("N"),
      Flag.withDescription(`How many; ${defaultPageSize} if absent`),
      Flag.withDefault(defaultPageSize),
    ),
  },
  Effect.fn("history")(function* (input) {
    const output = yield* Output
    if (input.limit < 1) return yield* new Misuse({ detail: `--limit is ${input.limit}, not 1 or more` })
    const before = yield* readPlace("before", input.before)
    const thread = yield* readPlace("thread", input.thread)
    const { id } = yield* resolve(yield* readTarget(input.target), "read")
    const messages = yield* newest(id, input.limit, before, thread)
    const { rpc } = yield* ChatHttp
    const quotes = output.json ? noQuotes : yield* quotesOf(rpc, id, messages)
    for (const message of messages) {
      yield* output.show(Message, message, renderMessage(message, quotes, output.style))
    }
  }),
).pipe(
  Command.withDescription("Show what was said, oldest first"),
  Command.withExamples([
    { command: "chat history @ann", description: "The last messages" },
    { command: "chat history general --limit 500", description: "More of them" },
    { command: "chat history general --before 120 --limit 20", description: "Those before message 120" },
    { command: "chat history general --thread 42", description: "Message 42, and what was answered in its thread" },
    { command: "chat history general --json | jq -r .body", description: "For programs" },
  ]),
)
