/** The messages that others answer, to be quoted above the answers. */
import type { CallFailure, Payload, Success } from "@chat/client/calls/Calls"
import type { ConversationId } from "@chat/domain/Ids"
import type { Message } from "@chat/domain/Message"
import type { Seq } from "@chat/domain/Values"
import * as Effect from "effect/Effect"

/** By their places. Who answers what one cannot see is shown without a quote. */
export type Quotes = ReadonlyMap<Seq, Message>

export const noQuotes: Quotes = new Map()

type GetMessages = (
  tag: "GetMessages",
  payload: Payload<"GetMessages">,
) => Effect.Effect<Success<"GetMessages">, CallFailure<"GetMessages">>

const perCall = 100

/** What these messages answer: fetched, unless it is among `known`. */
export const quotesOf = Effect.fnUntraced(function* (
  rpc: GetMessages,
  conversation: ConversationId,
  messages: ReadonlyArray<Message>,
  known: ReadonlyArray<Message> = messages,
) {
  const answered = new Set(messages.flatMap(({ replyTo }) => replyTo ?? []))
  const quotes = new Map(known.filter(({ seq }) => answered.has(seq)).map((message) => [message.seq, message]))
  const missing = [...answered].filter((seq) => !quotes.has(seq))
  for (let start = 0; start < missing.length; start += perCall) {
    const found = yield* rpc("GetMessages", { conversation, seqs: missing.slice(start, start + perCall) })
    for (const message of found.messages) quotes.set(message.seq, message)
  }
  return quotes
})
