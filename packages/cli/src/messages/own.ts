/** Which message is meant when somebody does something with one. */
import * as Argument from "effect/cli/Argument"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type ConversationId, MessageId } from "@chat/domain/Ids"
import { Seq } from "@chat/domain/Values"
import { Misuse, Unresolved } from "../failure/failures.ts"
import { placeOf } from "./place.ts"
import { ChatHttp } from "@chat/client/http/ChatHttp"

export const messageArgument = Argument.String("message").pipe(
  Argument.withMetavar("MESSAGE"),
  Argument.withDescription("The number that `chat history` shows, the message's id, or last: your last message"),
)

export const anyMessageArgument = Argument.String("message").pipe(
  Argument.withMetavar("MESSAGE"),
  Argument.withDescription("The number that `chat history` shows, the message's id, or last: the newest there"),
)

const decodeId = Schema.decodeUnknownOption(MessageId)
const decodeSeq = Schema.decodeUnknownOption(Seq)

const bySeq = Effect.fnUntraced(function* (conversation: ConversationId, seq: Seq) {
  const { rpc } = yield* ChatHttp
  const page = yield* rpc("History", { conversation, after: Seq.make(Math.max(0, seq - 1)), limit: 1 })
  const message = page.messages.find((message) => message.seq === seq)
  return message?.id ?? (yield* new Unresolved({ detail: `There is no message ${seq}` }))
})

const last = Effect.fnUntraced(function* (conversation: ConversationId) {
  const { rpc } = yield* ChatHttp
  const me = yield* rpc("Me", undefined)
  let before: Seq | undefined
  while (true) {
    const page = yield* rpc("History", { conversation, limit: 100, ...(before === undefined ? {} : { before }) })
    const mine = page.messages.findLast(({ author, body }) => author.id === me.id && body !== null)
    if (mine !== undefined) return mine.id
    if (!page.more || page.messages.length === 0) return yield* new Unresolved({ detail: "You said nothing there" })
    before = page.from
  }
})

const newest = Effect.fnUntraced(function* (conversation: ConversationId) {
  const { rpc } = yield* ChatHttp
  const page = yield* rpc("History", { conversation, limit: 100 })
  const message = page.messages.findLast(({ body }) => body !== null)
  return message ?? (yield* new Unresolved({ detail: "Nobody said anything there" }))
})

/** The place of the message that is meant, by its number; `last` is the newest there. */
export const findPlace = Effect.fnUntraced(function* (conversation: ConversationId, text: string) {
  return text === "last" ? (yield* newest(conversation)).seq : yield* placeOf(text)
})

/** The id of the message that is meant; `last` is the newest of one's own, or the newest of any. */
export const findMessage = Effect.fnUntraced(function* (
  conversation: ConversationId,
  text: string,
  whose: "own" | "any" = "own",
) {
  if (text === "last") return whose === "own" ? yield* last(conversation) : (yield* newest(conversation)).id
  const id = decodeId(text.toLowerCase())
  if (Option.isSome(id)) return id.value
  const seq = /^\d+$/u.test(text) ? decodeSeq(Number(text)) : Option.none()
  if (Option.isSome(seq)) return yield* bySeq(conversation, seq.value)
  return yield* new Misuse({
    detail: `${JSON.stringify(text)} is neither the number of a message, nor an id, nor last`,
  })
})
