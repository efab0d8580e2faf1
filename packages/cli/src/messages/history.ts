/** `chat history`. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as Schema from "effect/Schema"
import type { ConversationId } from "@chat/domain/Ids"
import { Message } from "@chat/domain/Message"
import { orAbsent } from "@chat/domain/orAbsent"
import { defaultPageSize, type Seq } from "@chat/domain/Values"
import { Misuse } from "../failure/failures.ts"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { readTarget, resolve, targetArgument } from "../targets/resolve.ts"
import { Output } from "../terminal/Output.ts"
import { blockedFlag, fold, foldedText, readFolded } from "./folding.ts"
import { placeFlag, readPlace } from "./place.ts"
import { quotesOf } from "./quotes.ts"
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

/** A message, and whether the reader has blocked its author, so that people see it folded. */
const Said = Schema.Struct({ ...Message.fields, blocked: Schema.Boolean.pipe(orAbsent(false)) })

const showFolded = Effect.fnUntraced(function* (
  conversation: ConversationId,
  messages: ReadonlyArray<Message>,
  isFolded: (message: Message) => boolean,
) {
  const { rpc } = yield* ChatHttp
  const { show, style } = yield* Output
  const quotes = new Map(
    [...(yield* quotesOf(rpc, conversation, messages))].filter(([, message]) => !isFolded(message)),
  )
  for (const one of fold(messages, isFolded)) {
    if ("message" in one) yield* show(Message, one.message, renderMessage(one.message, quotes, style))
    else yield* show(Schema.Array(Message), one.folded, style.faint(`-- ${foldedText(one.folded)}: see --blocked`))
  }
})

export const history = Command.make(
  "history",
  {
    target: targetArgument,
    before: placeFlag("before", "Messages before the one with this number; the newest if absent"),
    thread: placeFlag("thread", "The thread that the message with this number began"),
    blocked: blockedFlag,
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
    const isFolded = yield* readFolded(messages)
    if (output.json) {
      for (const message of messages) yield* output.show(Said, { ...message, blocked: isFolded(message) })
      return
    }
    yield* showFolded(id, messages, input.blocked ? () => false : isFolded)
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
