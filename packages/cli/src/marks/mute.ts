/** `chat mute` and `chat unmute`. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { ReadPosition } from "@chat/domain/ReadPosition"
import { Timestamp } from "@chat/domain/Values"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { Misuse } from "../failure/failures.ts"
import { readTarget, resolve, targetArgument } from "../targets/resolve.ts"
import { Output } from "../terminal/Output.ts"

const decodeTime = Schema.decodeUnknownEffect(Timestamp)

const readTime = (text: string): Effect.Effect<Timestamp, Misuse> => {
  const millis = Date.parse(text)
  const time = Number.isNaN(millis) ? text : new Date(millis).toISOString()
  return Effect.mapError(
    decodeTime(time),
    () => new Misuse({ detail: `${JSON.stringify(text)} is not a time such as 2030-01-31T18:00` }),
  )
}

export const mute = Command.make(
  "mute",
  {
    target: targetArgument,
    mentions: Flag.Boolean("mentions").pipe(
      Flag.withDescription("Still tell of what mentions you"),
      Flag.withDefault(false),
    ),
    until: Flag.String("until").pipe(
      Flag.withMetavar("TIME"),
      Flag.withDescription("When everything counts again, such as 2026-12-31T18:00; never if absent"),
      Flag.optional,
    ),
  },
  Effect.fn("mute")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const until = yield* Effect.transposeOption(Option.map(input.until, readTime))
    const { id: conversation, label } = yield* resolve(yield* readTarget(input.target), "read")
    const position = yield* rpc("SetNotifications", {
      conversation,
      level: input.mentions ? "mentions" : "none",
      ...(Option.isSome(until) ? { until: until.value } : {}),
    })
    yield* output.show(ReadPosition, position)
    yield* output.note(`Muted ${label}`)
  }),
).pipe(
  Command.withDescription("Be told nothing of a conversation, on all of your devices"),
  Command.withExamples([
    { command: "chat mute general", description: "For good" },
    { command: "chat mute general --mentions --until 2026-12-31T18:00", description: "But for mentions, until then" },
  ]),
)

export const unmute = Command.make(
  "unmute",
  { target: targetArgument },
  Effect.fn("unmute")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const { id: conversation, label } = yield* resolve(yield* readTarget(input.target), "read")
    yield* output.show(ReadPosition, yield* rpc("SetNotifications", { conversation, level: "all" }))
    yield* output.note(`Muted no longer: ${label}`)
  }),
).pipe(
  Command.withDescription("Be told of everything there again"),
  Command.withExamples([{ command: "chat unmute general", description: "#general" }]),
)
