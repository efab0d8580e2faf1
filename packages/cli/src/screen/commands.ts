/** What is typed after a slash, done for the conversation that is open: what a command says goes to a panel, or on a line. */
import type * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import type { ChatHttp } from "@chat/client/http/ChatHttp"
import type { Client } from "@chat/client/Client"
import { newCommandId } from "@chat/client/ids"
import type { ConversationId } from "@chat/domain/Ids"
import type { Seq } from "@chat/domain/Values"
import { Misuse, Unresolved } from "../failure/failures.ts"
import { usage, type CommandName } from "../line/commands.ts"
import { isOneShot, oneShots, type Where } from "../line/oneShots.ts"
import { cut, cutTarget, wordsOf } from "../line/words.ts"
import { labelOfConversation } from "../live/label.ts"
import { toBody } from "../messages/body.ts"
import { changeText } from "../messages/edit.ts"
import { findPlace } from "../messages/own.ts"
import { placeOf } from "../messages/place.ts"
import { noQuotes } from "../messages/quotes.ts"
import { renderInContext } from "../messages/render.ts"
import { readTarget, resolve } from "../targets/resolve.ts"
import { Output } from "../terminal/Output.ts"
import { localMinute } from "../terminal/time.ts"
import { printableLine } from "../text/printable.ts"
import type { Input } from "./Input.ts"
import { plainWords } from "./items.ts"

interface Surroundings {
  readonly client: Client
  readonly send: (input: Input) => void
  /** Gives the terminal to what asks by itself. */
  readonly aside: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

export const makeCommands = ({ client, send, aside }: Surroundings) => {
  const state = () => client.state.get()

  const opened = (conversation: ConversationId | null) =>
    conversation === null
      ? Effect.fail(new Unresolved({ detail: "with whom? Ctrl-K goes to a conversation, /to opens one" }))
      : Effect.succeed(conversation)

  /** What is known needs no server. */
  const to = Effect.fnUntraced(function* (text: string) {
    const known = [...state().conversations.values()].find((one) => isSame(labelOfConversation(one), text))
    const id = known?.id ?? (yield* resolve(yield* readTarget(text), "write")).id
    send({ _tag: "Go", conversation: id })
    return id
  })

  const toAndSay = Effect.fnUntraced(function* (rest: string) {
    const [target, text] = cutTarget(rest)
    const id = yield* to(target)
    if (text !== "") yield* say(id, text, {})
  })

  /** What a command of the program is about when it is said in here. */
  const targetOf = Effect.fnUntraced(function* (where: Where, conversation: ConversationId | null) {
    if (where === "anywhere") return ""
    const id = yield* opened(conversation)
    const known = state().conversations.get(id)
    if (where === "room" && known?.name === null) return yield* new Misuse({ detail: "this is not a room" })
    const hasName = known !== undefined && (known.name !== null || known.peer !== null)
    return where === "here" || !hasName ? id : labelOfConversation(known)
  })

  /** Runs it and gathers what it says. */
  const gathered = Effect.fnUntraced(function* (
    title: string,
    quiet: boolean,
    running: Effect.Effect<void, OneShotFailure, ChatHttp | Output | Command.Environment>,
  ) {
    const said: Array<string> = []
    const say = (text: string) => Effect.sync(() => void said.push(...text.split("\n")))
    yield* running.pipe(
      Effect.provideService(
        Output,
        Output.of({
          json: false,
          style: plainWords,
          show: (_schema, _value, text) => (text === undefined ? Effect.void : say(text)),
          note: (text) => (quiet ? Effect.void : say(text)),
        }),
      ),
    )
    const [first = "there is nothing"] = said
    if (said.length > 1) return send({ _tag: "Panel", title, lines: said })
    if (said.length > 0 || !quiet) send({ _tag: "Notice", text: first, isError: false })
  })

  const runOneShot = Effect.fnUntraced(function* (
    name: keyof typeof oneShots,
    rest: string,
    conversation: ConversationId | null,
  ) {
    const { where, quiet, asks, opens, run } = oneShots[name]
    const running = run(yield* targetOf(where, conversation), rest).pipe(
      Effect.catchTag("Misuse", ({ detail }) => Effect.fail(new Misuse({ detail: `${detail} (${usage(name)})` }))),
    )
    yield* gathered(`/${name} ${rest}`, quiet, asks(rest) ? aside(running) : running)
    if (opens !== undefined) yield* to(opens(rest))
  })

  const leave = Effect.fnUntraced(function* (conversation: ConversationId) {
    const known = state().conversations.get(conversation)
    yield* client.rpc(known?.kind === "group" ? "LeaveGroup" : "LeaveRoom", { commandId: newCommandId(), conversation })
    send({ _tag: "Left", conversation })
    const label = known === undefined ? "it" : labelOfConversation(known)
    send({ _tag: "Notice", text: `you left ${label}`, isError: false })
  })

  /** Messages by their numbers, also those that are folded. */
  const show = Effect.fnUntraced(function* (conversation: ConversationId, rest: string) {
    const seqs = yield* Effect.forEach(wordsOf(rest), placeOf)
    const { messages } = yield* client.rpc("GetMessages", { conversation, seqs })
    if (messages.length === 0) return yield* new Unresolved({ detail: "there is no such message" })
    const lines = messages.flatMap((message) =>
      [`${message.seq}  ${printableLine(message.author.username)}  ${localMinute(message.postedAt)}`].concat(
        renderInContext(message, noQuotes, plainWords).split("\n"),
        "",
      ),
    )
    send({ _tag: "Panel", title: "Messages", lines })
  })

  const say = Effect.fnUntraced(function* (
    conversation: ConversationId,
    text: string,
    places: { readonly replyTo?: Seq; readonly thread?: Seq },
  ) {
    yield* client.post(conversation, yield* toBody(text), places)
  })

  /** A text after the number of the message that it answers, or whose thread it goes into. */
  const answer = Effect.fnUntraced(function* (conversation: ConversationId, rest: string, as: "replyTo" | "thread") {
    const [place, text] = cut(rest)
    const seq = yield* findPlace(conversation, place)
    if (text === "" && as === "thread") return send({ _tag: "Go", conversation, root: seq })
    yield* say(conversation, text, { [as]: seq })
  })

  const edit = Effect.fnUntraced(function* (conversation: ConversationId, rest: string) {
    const [first, text] = cut(rest)
    const isNumbered = text !== "" && /^(?:\d+|last)$/u.test(first)
    yield* changeText(conversation, isNumbered ? first : "last", yield* toBody(isNumbered ? text : rest))
  })

  return Effect.fnUntraced(function* (name: CommandName, rest: string, open: ConversationId | null) {
    if (name === "to") return yield* toAndSay(rest)
    if (isOneShot(name)) return yield* runOneShot(name, rest, open)
    const conversation = yield* opened(open)
    switch (name) {
      case "leave":
        return yield* leave(conversation)
      case "show":
        return yield* show(conversation, rest)
      case "reply":
        return yield* answer(conversation, rest, "replyTo")
      case "thread":
        return yield* answer(conversation, rest, "thread")
      case "edit":
        return yield* edit(conversation, rest)
      case "more":
      case "list":
      case "who":
      case "help":
      case "quit":
        return
    }
  })
}

type OneShotFailure = Effect.Error<ReturnType<(typeof oneShots)[keyof typeof oneShots]["run"]>>
