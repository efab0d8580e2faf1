/** The line mode: one conversation at a time, its messages above the line that is typed on. */
import type * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import type { ChatHttp } from "@chat/client/http/ChatHttp"
import type { Client } from "@chat/client/Client"
import type { ChatEvent } from "@chat/client/events/ChatEvent"
import { newCommandId } from "@chat/client/ids"
import type { PostOptions } from "@chat/client/outbox/Outbox"
import type { ConversationId } from "@chat/domain/Ids"
import { conversationList } from "@chat/domain/state/State"
import { Misuse, Unresolved } from "../failure/failures.ts"
import { labelOfConversation } from "../live/label.ts"
import { presenceText } from "../live/presence.ts"
import { toBody } from "../messages/body.ts"
import { changeText } from "../messages/edit.ts"
import { findPlace } from "../messages/own.ts"
import { placeOf } from "../messages/place.ts"
import { readTarget, resolve } from "../targets/resolve.ts"
import { Output, type Style } from "../terminal/Output.ts"
import { printableLine } from "../text/printable.ts"
import { type CommandName, helpText, usage } from "./commands.ts"
import { makeHappenings } from "./happenings.ts"
import { isOneShot, type OneShotName, oneShots, type Where } from "./oneShots.ts"
import type { Screen } from "./Screen.ts"
import { makeView } from "./View.ts"
import { cut, cutTarget, wordsOf } from "./words.ts"

type Places = Pick<PostOptions, "replyTo" | "thread">

/** What is shown, and what the commands do to it. */
export const make = Effect.fnUntraced(function* (client: Client, screen: Screen, style: Style) {
  const surroundings = yield* Effect.context<ChatHttp | Command.Environment>()
  const view = makeView(client, screen, style)
  const { state, print, hint } = view
  let listed: ReadonlyArray<ConversationId> = []

  /** Where the program's commands write in here; `said`: whether one of them had anything to say. */
  const makeOutput = (quiet: boolean) => {
    let isSaid = quiet
    const saying = (text: Effect.Effect<void>) => {
      isSaid = true
      return text
    }
    const output = Output.of({
      json: false,
      style,
      show: (_schema, _value, text) => (text === undefined ? Effect.void : saying(print(text))),
      note: (text) => (quiet ? Effect.void : saying(hint(text))),
    })
    return { output, said: () => isSaid }
  }

  const here = Effect.suspend(() => {
    const current = view.current()
    return current === undefined
      ? Effect.fail(new Unresolved({ detail: "with whom? /list shows your conversations, /to opens one" }))
      : Effect.succeed(current)
  })

  const list = Effect.gen(function* () {
    const conversations = conversationList(state())
    listed = conversations.map(({ id }) => id)
    const lines = conversations.map((conversation, index) => {
      const unread = conversation.unread > 0 ? style.strong(`  ${conversation.unread} new`) : ""
      return `${String(index + 1).padStart(3)}  ${labelOfConversation(conversation)}${unread}`
    })
    yield* print(
      lines.length === 0 ? style.faint("-- you have no conversations yet: /rooms, or /to @user") : lines.join("\n"),
    )
    const { invitations = [], contacts } = state().account ?? {}
    yield* Effect.forEach(invitations, view.invited, { discard: true })
    yield* Effect.forEach(contacts?.received ?? [], ({ user }) => view.asked(user), { discard: true })
  })

  const to = Effect.fnUntraced(function* (text: string) {
    const numbered = /^\d+$/u.test(text) ? listed[Number(text) - 1] : undefined
    if (numbered !== undefined) return yield* view.open(numbered, view.labelOfId(numbered))
    const target = yield* readTarget(text)
    const { id, label } = yield* resolve(target, "write")
    // an id, as a link has it, says nothing to people
    const known =
      target._tag === "Conversation" ? yield* client.rpc("GetConversation", { conversation: id }) : undefined
    yield* view.open(id, known === undefined ? label : labelOfConversation(known))
  })

  const leave = Effect.gen(function* () {
    const conversation = yield* here
    const label = view.labelOfId(conversation)
    const isGroup = state().conversations.get(conversation)?.kind === "group"
    yield* client.rpc(isGroup ? "LeaveGroup" : "LeaveRoom", { commandId: newCommandId(), conversation })
    view.close()
    yield* hint(`you left ${label}`)
  })

  const who = Effect.gen(function* () {
    const conversation = yield* here
    const page = yield* client.rpc("ListMembers", { conversation, limit: 100 })
    const names = page.members.map(({ user, role }) => {
      const what = role === null || role === "member" ? "" : ` ${style.faint(`(${role})`)}`
      return `@${printableLine(user.username)}${what}${style.faint(presenceText(state(), conversation, user.id))}`
    })
    yield* print(`  ${names.join(", ")}${page.next === null ? "" : ", ..."}`)
  })

  const more = Effect.gen(function* () {
    const conversation = yield* here
    const oldest = view.oldest()
    if (oldest === undefined) return yield* hint("this is where it begins")
    yield* hint("before that:")
    yield* view.showPage(conversation, oldest)
  })

  /** Messages by their numbers, also those that are folded. */
  const show = Effect.fnUntraced(function* (text: string) {
    const conversation = yield* here
    const seqs = yield* Effect.forEach(wordsOf(text), placeOf)
    const { messages } = yield* client.rpc("GetMessages", { conversation, seqs })
    if (messages.length === 0) return yield* hint("there is no such message")
    yield* view.showAll(conversation, messages)
  })

  /** A number before the text says which message; without one it is the last. */
  const edit = Effect.fnUntraced(function* (text: string) {
    const conversation = yield* here
    const [first, rest] = cut(text)
    const isNumbered = rest !== "" && /^(?:\d+|last)$/u.test(first)
    yield* changeText(conversation, isNumbered ? first : "last", yield* toBody(isNumbered ? rest : text))
  })

  /** Written down first, so that it is sent even if the connection or the program ends before. */
  const say = Effect.fnUntraced(function* (text: string, places: Places = {}) {
    if (view.current() === undefined && /^(\d+|[@#]\S+)$/u.test(text.trim())) return yield* to(text.trim())
    const body = yield* toBody(text)
    const { sent } = yield* client.post(yield* here, body, places)
    yield* Effect.forkChild(
      sent.pipe(
        Effect.timeoutOrElse({
          duration: "3 seconds",
          orElse: () => Effect.andThen(hint("not sent yet: it will be when the server answers"), sent),
        }),
        Effect.catch((error) => hint(`not sent: ${printableLine(error.message)}`)),
      ),
    )
  })

  const toAndSay = Effect.fnUntraced(function* (rest: string) {
    const [target, text] = cutTarget(rest)
    yield* to(target)
    if (text !== "") yield* say(text)
  })

  /** A text after the number of the message that it answers, or whose thread it goes into. */
  const answer = Effect.fnUntraced(function* (rest: string, as: keyof Places) {
    const [place, text] = cut(rest)
    yield* say(text, { [as]: yield* findPlace(yield* here, place) })
  })

  const thread = Effect.fnUntraced(function* (rest: string) {
    const [place, text] = cut(rest)
    if (text !== "") return yield* answer(rest, "thread")
    const conversation = yield* here
    const root = yield* findPlace(conversation, place)
    const page = yield* client.rpc("Thread", { conversation, root, limit: 100 })
    if (page.more) yield* hint(`the newest ${page.messages.length} answers`)
    yield* view.show(conversation, [page.root, ...page.messages])
  })

  /** What a command of the program is about when it is said in here. */
  const targetOf = Effect.fnUntraced(function* (where: Where) {
    if (where === "anywhere") return ""
    const id = yield* here
    const conversation = state().conversations.get(id)
    if (where === "room" && conversation?.name === null) return yield* new Misuse({ detail: "this is not a room" })
    const hasName = conversation !== undefined && (conversation.name !== null || conversation.peer !== null)
    return where === "here" || !hasName ? id : labelOfConversation(conversation)
  })

  const runOneShot = Effect.fnUntraced(function* (name: OneShotName, rest: string) {
    const { where, quiet, asks, opens, run } = oneShots[name]
    const target = yield* targetOf(where)
    const running = run(target, rest)
    const { output, said } = makeOutput(quiet)
    yield* (asks(rest) ? screen.aside(running) : running).pipe(
      Effect.provideService(Output, output),
      Effect.catchTag("Misuse", ({ detail }) => Effect.fail(new Misuse({ detail: `${detail} (${usage(name)})` }))),
    )
    if (!said()) yield* hint("there is nothing")
    if (opens !== undefined) yield* to(opens(rest))
  })

  const run = Effect.fnUntraced(function* (name: Exclude<CommandName, "quit">, rest: string) {
    if (isOneShot(name)) return yield* runOneShot(name, rest)
    switch (name) {
      case "to":
        return yield* toAndSay(rest)
      case "list":
        return yield* list
      case "leave":
        return yield* leave
      case "who":
        return yield* who
      case "more":
        return yield* more
      case "show":
        return yield* show(rest)
      case "reply":
        return yield* answer(rest, "replyTo")
      case "thread":
        return yield* thread(rest)
      case "edit":
        return yield* edit(rest)
      case "help":
        return yield* print(helpText(rest.trim()))
    }
  })

  // what happens waits until a command has shown its result
  const turn = Semaphore.makeUnsafe(1).withPermits(1)
  const onEvent = makeHappenings(view)

  return {
    list,
    onEvent: (item: ChatEvent) => turn(onEvent(item)),
    say: (text: string) => turn(Effect.provide(say(text), surroundings)),
    run: (name: Exclude<CommandName, "quit">, rest: string) => turn(Effect.provide(run(name, rest), surroundings)),
    hint,
    print,
  }
})
