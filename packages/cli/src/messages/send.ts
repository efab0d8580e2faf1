/** `chat send`. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import packageJson from "../../package.json" with { type: "json" }
import type { Payload } from "@chat/client/calls/Calls"
import { contractVersion } from "@chat/domain/Contract"
import { Receipt } from "@chat/domain/Conversation"
import { BadRequest } from "@chat/domain/Errors"
import { MessageId } from "@chat/domain/Ids"
import type { Body, Seq } from "@chat/domain/Values"
import { Misuse } from "../failure/failures.ts"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { readTarget, resolve, type Resolved, targetArgument } from "../targets/resolve.ts"
import { Output } from "../terminal/Output.ts"
import { localMinute } from "../terminal/time.ts"
import { readGiven, textArgument, toBody } from "./body.ts"
import { newMessageId } from "@chat/client/ids"
import { findDraft } from "./findDraft.ts"
import { idOfPart } from "./idOfPart.ts"
import { placeFlag, readPlace } from "./place.ts"
import { split } from "./split.ts"

/** The receipt of a post with the id of the message, by which it can be edited, deleted and sent again. */
export const Sent = Schema.Struct({ id: MessageId, ...Receipt.fields })

const decodeId = Schema.decodeEffect(MessageId)

const readId = (given: Option.Option<string>) =>
  Option.match(given, {
    onNone: () => Effect.sync(newMessageId),
    onSome: (id) =>
      decodeId(id.toLowerCase()).pipe(
        Effect.mapError(() => new Misuse({ detail: `--id is ${JSON.stringify(id)}, not a UUID` })),
      ),
  })

/** The text as one message, or as many as the server's limit asks for. */
const bodiesOf = Effect.fnUntraced(function* (text: string, inParts: boolean) {
  if (!inParts) return [yield* toBody(text)]
  const { rpc } = yield* ChatHttp
  const client = `chat/${packageJson.version}`
  const { limits } = yield* rpc("Hello", { client, contract: contractVersion })
  const parts = split(text, limits.messageBody)
  if (parts === undefined) {
    return yield* new BadRequest({ detail: "the text cannot be cut: it has blank stretches as long as a message" })
  }
  return yield* Effect.forEach(parts.length === 0 ? [text] : parts, toBody)
})

const textOfDraft = Effect.fnUntraced(function* ({ id, label }: Resolved, thread: Seq | undefined) {
  const found = yield* findDraft(id, thread)
  return found?.body ?? (yield* new Misuse({ detail: `nothing has been begun in ${label}` }))
})

/** What a message answers and where it goes, as it is sent. */
type Places = Pick<Payload<"PostMessage">, "replyTo" | "thread">

const post = Effect.fnUntraced(function* (
  to: Resolved,
  id: MessageId,
  body: Body,
  { inParts, ...places }: Places & { readonly inParts: boolean },
) {
  const { rpc } = yield* ChatHttp
  const posting = rpc("PostMessage", { ...places, conversation: to.id, id, body })
  // a text in many parts is faster than people are allowed to write: it goes at the pace that the server asks for
  const paced: typeof posting = Effect.catchTag(posting, "RateLimited", (error) =>
    inParts ? Effect.delay(paced, error.retryAfter) : Effect.fail(error),
  )
  return yield* paced
})

export const send = Command.make(
  "send",
  {
    target: targetArgument,
    text: textArgument,
    id: Flag.String("id").pipe(
      Flag.withMetavar("UUID"),
      Flag.withDescription("Makes a retry safe: sent again with the same id, however late, it is one message"),
      Flag.optional,
    ),
    replyTo: placeFlag("reply-to", "The number of the message that it answers"),
    thread: placeFlag("thread", "The number of the message whose thread it goes into"),
    draft: Flag.Boolean("draft").pipe(
      Flag.withoutNegation,
      Flag.withDescription("Send what chat draft keeps for there, which is then taken away"),
      Flag.withDefault(false),
    ),
    split: Flag.Boolean("split").pipe(
      Flag.withoutNegation,
      Flag.withDescription("Send a text that is too long for one message in parts, in order"),
      Flag.withDefault(false),
    ),
  },
  Effect.fn("send")(function* (input) {
    const output = yield* Output
    const target = yield* readTarget(input.target)
    const id = yield* readId(input.id)
    const replyTo = yield* readPlace("reply-to", input.replyTo)
    const thread = yield* readPlace("thread", input.thread)
    const places = { ...(replyTo === undefined ? {} : { replyTo }), ...(thread === undefined ? {} : { thread }) }
    if (input.draft && Option.isSome(input.text)) return yield* new Misuse({ detail: "--draft takes no text" })
    const given = input.draft ? undefined : yield* readGiven(input.text)
    const to = yield* resolve(target, "write")
    const bodies = yield* bodiesOf(given ?? (yield* textOfDraft(to, thread)), input.split)
    for (const [index, body] of bodies.entries()) {
      const part = idOfPart(id, index)
      const receipt = yield* post(to, part, body, { ...places, inParts: bodies.length > 1 }).pipe(
        Effect.tapErrorTag("Disconnected", ({ outcome }) =>
          outcome === "unknown"
            ? output.note(`It may have been sent. To try again without sending it twice: --id ${id}`)
            : Effect.void,
        ),
      )
      yield* output.show(Sent, { id: part, ...receipt })
      yield* output.note(`Sent to ${to.label} at ${localMinute(receipt.at)}, message ${receipt.seq}`)
    }
    const place = { conversation: to.id, ...(thread === undefined ? {} : { thread }) }
    if (input.draft) yield* (yield* ChatHttp).rpc("SetDraft", { ...place, body: null })
  }),
).pipe(
  Command.withDescription("Send a message to somebody or to a room"),
  Command.withExamples([
    { command: "chat send @ann 'Lunch at one?'", description: "To one person" },
    { command: "chat send '#general' 'The build is green'", description: "To a room that you are in" },
    { command: "git log -1 | chat send general -", description: "What another program says, as one message" },
    { command: "chat send general --split < report.txt", description: "A long text, in parts" },
    { command: "chat send general --reply-to 42 'Which one?'", description: "An answer, with a quote of message 42" },
    { command: "chat send general --thread 42 'It is red again'", description: "Into the thread of message 42" },
    {
      command: "chat send @ann --id 6f1d8a52-3c0e-4d37-9a57-0f1f2d9b8c11 'Backup done'",
      description: "From a script: repeated with the same id, it is still one message",
    },
  ]),
)
