/** The line mode: one conversation at a time, its messages above the line that is typed on. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import type { Client } from "@chat/client/Client"
import type { ChatEvent } from "@chat/client/events/ChatEvent"
import { newCommandId } from "@chat/client/ids"
import type { PostOptions } from "@chat/client/outbox/Outbox"
import { accountLog, type ConversationId, conversationLog, type LogId } from "@chat/domain/Ids"
import type { Message } from "@chat/domain/Message"
import { conversationList, type ConversationState, me } from "@chat/domain/state/State"
import type { Seq, Timestamp } from "@chat/domain/Values"
import { Unresolved } from "../failure/failures.ts"
import { labelOf, labelOfConversation } from "../live/label.ts"
import { presenceText } from "../live/presence.ts"
import { toBody } from "../messages/body.ts"
import { findMessage } from "../messages/own.ts"
import { placeOf } from "../messages/place.ts"
import { noQuotes, type Quotes, quotesOf } from "../messages/quotes.ts"
import { renderBody, renderInContext } from "../messages/render.ts"
import { renderEvent } from "../tail/renderEvent.ts"
import { readTarget, resolve, resolveRoom } from "../targets/resolve.ts"
import type { Style } from "../terminal/Output.ts"
import { printableLine } from "../text/printable.ts"
import { localDate, localTime } from "../terminal/time.ts"
import { type CommandName, helpText } from "./commands.ts"
import { makeOrder } from "./order.ts"
import type { Screen } from "./Screen.ts"

const pageSize = 15

type Places = Pick<PostOptions, "replyTo" | "thread">

/** What is shown, and what the commands do to it. */
export const make = Effect.fnUntraced(function* (client: Client, screen: Screen, style: Style) {
  const http = Context.make(ChatHttp, yield* ChatHttp)
  let current: ConversationId | undefined
  let oldest: Seq | undefined
  /** Up to here what happened in the current conversation is on the screen. */
  let shown = 0
  let lastDate = ""
  let listed: ReadonlyArray<ConversationId> = []

  const order = makeOrder(client)
  const print = (text: string) => Effect.sync(() => screen.print(text))
  const hint = (text: string) => print(style.faint(`-- ${text}`))
  const state = () => client.state.get()
  const labelOfId = (id: ConversationId) => labelOf(state(), conversationLog(id)) ?? id

  const dated = (at: Timestamp, text: string) => {
    const date = localDate(at)
    const line = `${style.faint(localTime(at))} ${text}`
    if (date === lastDate) return line
    lastDate = date
    return `${style.faint(`-- ${date}`)}\n${line}`
  }

  const withPlace = (seq: Seq, text: string) => `${style.faint(String(seq).padStart(3))} ${text}`

  const renderShort = (message: Message, quotes: Quotes) => {
    const text = `${style.name(printableLine(message.author.username))}: ${renderInContext(message, quotes, style)}`
    return dated(message.postedAt, withPlace(message.seq, text))
  }

  // Without quotes, if they cannot be had.
  const quoted = (conversation: ConversationId, messages: ReadonlyArray<Message>) => {
    const known = state().conversations.get(conversation)?.window.messages ?? []
    return Effect.orElseSucceed(quotesOf(client.rpc, conversation, messages, [...known, ...messages]), () => noQuotes)
  }

  const here = Effect.suspend(() =>
    current === undefined
      ? Effect.fail(new Unresolved({ detail: "with whom? /list shows your conversations, /to opens one" }))
      : Effect.succeed(current),
  )

  const showPage = Effect.fnUntraced(function* (conversation: ConversationId, before?: Seq) {
    const options = { limit: pageSize, ...(before === undefined ? {} : { before }) }
    const page = yield* client.history(conversation, options)
    lastDate = ""
    const quotes = yield* quoted(conversation, page.messages)
    if (page.messages.length > 0) {
      yield* print(page.messages.map((message) => renderShort(message, quotes)).join("\n"))
    }
    if (before !== undefined) lastDate = ""
    oldest = page.more ? page.from : undefined
    shown = Math.max(shown, page.asOf)
    yield* hint(page.more ? "/more shows what was said before" : "this is where it begins")
    return page
  })

  const read = (conversation: ConversationId, seq: Seq) =>
    // that it has been read can be said again with the next message
    Effect.forkChild(Effect.ignore(client.markRead(conversation, seq)))

  const open = Effect.fnUntraced(function* (conversation: ConversationId, label: string) {
    current = conversation
    shown = 0
    screen.prompt(`${style.strong(label)}> `)
    const page = yield* showPage(conversation)
    yield* read(conversation, page.to)
    // who is there is shown by /who, which can do without
    yield* Effect.forkChild(Effect.ignore(client.watch([conversation])))
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
  })

  const to = Effect.fnUntraced(function* (text: string) {
    const numbered = /^\d+$/u.test(text) ? listed[Number(text) - 1] : undefined
    if (numbered !== undefined) return yield* open(numbered, labelOfId(numbered))
    const { id, label } = yield* resolve(yield* readTarget(text), "write")
    yield* open(id, label)
  })

  const rooms = Effect.gen(function* () {
    const { rooms } = yield* client.rpc("ListRooms", { limit: 100 })
    const lines = rooms.map(
      ({ name, topic, joined }) =>
        `  #${printableLine(name)}${joined ? " (yours)" : ""}  ${style.faint(printableLine(topic))}`,
    )
    yield* print(lines.join("\n"))
  })

  const join = Effect.fnUntraced(function* (name: string) {
    const room = yield* resolveRoom(name)
    yield* client.rpc("JoinRoom", { commandId: newCommandId(), conversation: room.id })
    yield* open(room.id, `#${room.name}`)
  })

  const leave = Effect.gen(function* () {
    const conversation = yield* here
    const label = labelOfId(conversation)
    yield* client.rpc("LeaveRoom", { commandId: newCommandId(), conversation })
    current = undefined
    screen.prompt("> ")
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
    if (oldest === undefined) return yield* hint("this is where it begins")
    yield* hint("before that:")
    yield* showPage(conversation, oldest)
  })

  const edit = Effect.fnUntraced(function* (text: string) {
    const conversation = yield* here
    const body = yield* toBody(text)
    const message = yield* findMessage(conversation, "last")
    yield* client.rpc("EditMessage", { commandId: newCommandId(), conversation, message, body })
  })

  const remove = Effect.gen(function* () {
    const conversation = yield* here
    const message = yield* findMessage(conversation, "last")
    yield* client.rpc("DeleteMessage", { commandId: newCommandId(), conversation, message })
  })

  /** Written down first, so that it is sent even if the connection or the program ends before. */
  const say = Effect.fnUntraced(function* (text: string, places: Places = {}) {
    if (current === undefined && /^(\d+|[@#]\S+)$/u.test(text.trim())) return yield* to(text.trim())
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

  /** A text after the number of the message that it answers, or whose thread it goes into. */
  const answer = Effect.fnUntraced(function* (rest: string, as: keyof Places) {
    const [, place = "", text = ""] = /^(\S+)\s*([\s\S]*)$/u.exec(rest) ?? []
    yield* here
    yield* say(text, { [as]: yield* placeOf(place) })
  })

  const run = Effect.fnUntraced(function* (name: Exclude<CommandName, "quit">, rest: string) {
    switch (name) {
      case "to":
        return yield* to(rest.trim())
      case "list":
        return yield* list
      case "rooms":
        return yield* rooms
      case "join":
        return yield* join(rest.trim())
      case "leave":
        return yield* leave
      case "who":
        return yield* who
      case "more":
        return yield* more
      case "reply":
        return yield* answer(rest, "replyTo")
      case "thread":
        return yield* answer(rest, "thread")
      case "edit":
        return yield* edit(rest)
      case "delete":
        return yield* remove
      case "topic":
      case "kick":
      case "ban":
      case "role":
        return yield* order[name](yield* here, rest)
      case "help":
        return yield* print(helpText())
    }
  })

  const isOwn = (log: LogId) => {
    const account = me(state())
    return account !== null && accountLog(account) === log
  }

  /** What is new in a conversation that has just appeared, as it was up to this place: what follows comes by itself. */
  const announce = Effect.fnUntraced(function* (conversation: ConversationState, until: Seq) {
    const { unread, lastMessage } = conversation
    if (unread === 0 || (lastMessage !== null && lastMessage.seq > until)) return
    const label = labelOfConversation(conversation)
    if (unread > 1 || lastMessage === null) return yield* hint(`${label}: ${unread} new (/to ${label})`)
    yield* elsewhere(
      label,
      `${style.name(printableLine(lastMessage.author.username))}: ${renderBody(lastMessage, style)}`,
    )
  })

  const elsewhere = (label: string, text: string) =>
    print(`${style.faint(`-- ${label}`)}  ${text.split("\n")[0] ?? ""}`)

  const onEvent = Effect.fnUntraced(function* (item: ChatEvent) {
    const log = item._tag === "Event" ? item.event.log : item.log
    if (isOwn(log)) return
    const isHere = current !== undefined && conversationLog(current) === log
    if (item._tag === "Resynchronised") {
      if (item.reason !== "new" && isHere && current !== undefined) {
        yield* hint("much has happened meanwhile; the newest:")
        yield* showPage(current)
      }
      const conversation = [...state().conversations.values()].find(({ id }) => conversationLog(id) === log)
      if (item.reason === "new" && !isHere && conversation !== undefined) yield* announce(conversation, item.to)
      return
    }
    const { event } = item
    if (isHere && current !== undefined) {
      if (event.seq <= shown) return
      if (event.type !== "MessagePosted") {
        return yield* print(dated(event.at, style.faint(`-- ${renderEvent(event, style)}`)))
      }
      const { message } = event.data
      yield* print(renderShort(message, yield* quoted(current, [message])))
      yield* read(current, event.seq)
    } else if (event.type === "MessagePosted" && event.actor?.id !== me(state())) {
      const { author } = event.data.message
      const text = `${style.name(printableLine(author.username))}: ${renderBody(event.data.message, style)}`
      yield* elsewhere(labelOf(state(), log) ?? "", text)
    }
  })

  // what happens waits until a command has shown its result
  const turn = Semaphore.makeUnsafe(1).withPermits(1)

  return {
    list,
    onEvent: (item: ChatEvent) => turn(onEvent(item)),
    say: (text: string) => turn(Effect.provide(say(text), http)),
    run: (name: Exclude<CommandName, "quit">, rest: string) => turn(Effect.provide(run(name, rest), http)),
    hint,
  }
})
