/** `chat tail`. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { ChatClient } from "@chat/client/ChatClient"
import type { Client } from "@chat/client/Client"
import { LogEvent } from "@chat/domain/Event"
import { type ConversationId, conversationLog, type LogId } from "@chat/domain/Ids"
import type { Message } from "@chat/domain/Message"
import { orAbsent } from "@chat/domain/orAbsent"
import type { State } from "@chat/domain/state/State"
import { Misuse, Unresolved } from "../failure/failures.ts"
import { labelOf } from "../live/label.ts"
import { layerLive, reportConnection, untilOnline, untilSignedOut } from "../live/online.ts"
import { blockedFlag, foldedText, isFolded } from "../messages/folding.ts"
import { readTarget, resolve, targetArgument } from "../targets/resolve.ts"
import { Output } from "../terminal/Output.ts"
import { localMinute } from "../terminal/time.ts"
import { parseCursor } from "./Cursor.ts"
import { follow, type Following } from "./follow.ts"
import { renderEvent } from "./renderEvent.ts"

/** `blocked`: what a message says is folded for people, because they have blocked its author. */
const TailLine = Schema.Struct({
  cursor: Schema.String,
  event: LogEvent,
  blocked: Schema.Boolean.pipe(orAbsent(false)),
})

const readSince = (since: Option.Option<string>): Effect.Effect<Following["since"], Misuse> => {
  if (Option.isNone(since)) return Effect.succeed("now")
  if (since.value === "start") return Effect.succeed("start")
  return Effect.fromResult(Result.mapError(parseCursor(since.value), (detail) => new Misuse({ detail })))
}

const readConversations = Effect.fnUntraced(function* (targets: ReadonlyArray<string>) {
  if (targets.length === 0) return "all" as const
  const read = yield* Effect.forEach(targets, readTarget)
  const found = yield* Effect.forEach(read, (target) => resolve(target, "read"))
  return found.map(({ id }) => id)
})

/** What is not one's own sends nothing: better to say so than to wait for ever. */
const checkMembership = Effect.fnUntraced(function* (client: Client, { conversations, since }: Following) {
  if (conversations === "all") return
  const isKnown = (id: ConversationId) =>
    client.state.get().conversations.has(id) ||
    (since !== "now" && since !== "start" && since.some(({ log }) => log === conversationLog(id)))
  if (!conversations.every(isKnown)) {
    return yield* new Unresolved({ detail: "You are not in that conversation: nothing of it will come here" })
  }
})

interface Shown {
  readonly count: Option.Option<number>
  readonly blocked: boolean
}

/** The message that an event is about, if it is of those that are folded. */
const foldedBy = (state: State, { data }: LogEvent): Message | undefined =>
  "message" in data && "body" in data.message && isFolded(state, data.message) ? data.message : undefined

const run = Effect.fnUntraced(function* (following: Following, { count, blocked: showBlocked }: Shown) {
  const client = yield* ChatClient
  const output = yield* Output
  yield* untilOnline(client)
  yield* checkMembership(client, following)
  yield* reportConnection(client, (text) => output.note(`-- ${text}`))
  const labels = new Map<LogId, string>()
  const label = (log: LogId) => {
    const now = labelOf(client.state.get(), log)
    if (now !== undefined) labels.set(log, now)
    return labels.get(log) ?? log
  }
  const lines = follow(client, following)
  yield* Option.match(count, { onNone: () => lines, onSome: (count) => Stream.take(lines, count) }).pipe(
    Stream.runForEach((line) => {
      const { event } = line
      const folded = foldedBy(client.state.get(), event)
      const where = output.style.faint(`${localMinute(event.at)}  ${label(event.log)}`)
      const text =
        event.type === "MessagePosted" && folded !== undefined && !showBlocked
          ? output.style.faint(`-- ${foldedText([folded])}: message ${event.seq}, see --blocked`)
          : renderEvent(event, output.style, { isFolded: (message) => message === folded && !showBlocked })
      return output.show(TailLine, { ...line, blocked: folded !== undefined }, `${where}  ${text}`)
    }),
    Effect.raceFirst(untilSignedOut(client)),
  )
})

export const tail = Command.make(
  "tail",
  {
    targets: targetArgument.pipe(Argument.variadic()),
    since: Flag.String("since").pipe(
      Flag.withMetavar("CURSOR"),
      Flag.withDescription("Go on after this cursor, as --json prints it with every line; start: from the beginning"),
      Flag.optional,
    ),
    count: Flag.Int("count").pipe(
      Flag.withMetavar("N"),
      Flag.withDescription("End after so many lines; without it, never"),
      Flag.optional,
    ),
    blocked: blockedFlag,
  },
  Effect.fn("tail")(function* (input) {
    if (Option.exists(input.count, (count) => count < 1)) return yield* new Misuse({ detail: "--count is less than 1" })
    const since = yield* readSince(input.since)
    const conversations = yield* readConversations(input.targets)
    yield* run({ conversations, since }, input).pipe(Effect.scoped, Effect.provide(layerLive({ outbox: false })))
  }),
).pipe(
  Command.withDescription("Show what happens, as it happens: in these conversations, or in all of yours"),
  Command.withExamples([
    { command: "chat tail", description: "Everything, as it happens" },
    { command: "chat tail @ann general", description: "Two conversations" },
    { command: "chat tail general --json --count 1", description: "Wait for the next thing that happens there" },
    {
      command: 'chat tail --json --since "$cursor" --count 100',
      description: "For a bot that was away: the next 100 lines after a cursor, none skipped",
    },
  ]),
)
