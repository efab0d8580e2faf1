/** How the line mode shows messages of the conversation that is open. */
import * as Effect from "effect/Effect"
import type { Client } from "@chat/client/Client"
import { type ConversationId, conversationLog } from "@chat/domain/Ids"
import type { Invitation } from "@chat/domain/Invite"
import type { User } from "@chat/domain/User"
import type { Message } from "@chat/domain/Message"
import type { Seq, Timestamp } from "@chat/domain/Values"
import { labelOf } from "../live/label.ts"
import { fold, foldedText, isFolded } from "../messages/folding.ts"
import { noQuotes, type Quotes, quotesOf } from "../messages/quotes.ts"
import { renderInContext } from "../messages/render.ts"
import type { Style } from "../terminal/Output.ts"
import { printableLine } from "../text/printable.ts"
import { localDate, localTime } from "../terminal/time.ts"
import type { Screen } from "./Screen.ts"

const pageSize = 15

export const makeView = (client: Client, screen: Screen, style: Style) => {
  let current: ConversationId | undefined
  let oldest: Seq | undefined
  /** Up to here what happened in the current conversation is on the screen. */
  let shown = 0
  let lastDate = ""

  const state = () => client.state.get()
  const print = (text: string) => Effect.sync(() => screen.print(text))
  const hint = (text: string) => print(style.faint(`-- ${text}`))
  const labelOfId = (id: ConversationId) => labelOf(state(), conversationLog(id)) ?? id

  const invited = ({ name, by }: Pick<Invitation, "name" | "by">) => {
    const [user, room] = [by.username, name].map(printableLine)
    return hint(`${user} invites you to #${room}: /join ${room}, or /invitations decline ${room}`)
  }

  const asked = ({ username }: User) => {
    const name = printableLine(username)
    return hint(`${name} asks to be friends: /friends accept ${name}, or decline`)
  }

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
  const quoted = Effect.fnUntraced(function* (conversation: ConversationId, messages: ReadonlyArray<Message>) {
    const known = state().conversations.get(conversation)?.window.messages ?? []
    const quotes = yield* Effect.orElseSucceed(
      quotesOf(client.rpc, conversation, messages, [...known, ...messages]),
      () => noQuotes,
    )
    return new Map([...quotes].filter(([, message]) => !isFolded(state(), message)))
  })

  /** The messages as they are, whoever wrote them. */
  const showAll = Effect.fnUntraced(function* (conversation: ConversationId, messages: ReadonlyArray<Message>) {
    const quotes = yield* quoted(conversation, messages)
    for (const message of messages) yield* print(renderShort(message, quotes))
  })

  const show = Effect.fnUntraced(function* (conversation: ConversationId, messages: ReadonlyArray<Message>) {
    const quotes = yield* quoted(conversation, messages)
    const lines = fold(messages, (message) => isFolded(state(), message)).map((one) =>
      "message" in one
        ? renderShort(one.message, quotes)
        : style.faint(`-- ${foldedText(one.folded)}: /show ${one.folded.map(({ seq }) => seq).join(" ")}`),
    )
    if (lines.length > 0) yield* print(lines.join("\n"))
  })

  const showPage = Effect.fnUntraced(function* (conversation: ConversationId, before?: Seq) {
    const options = { limit: pageSize, ...(before === undefined ? {} : { before }) }
    const page = yield* client.history(conversation, options)
    lastDate = ""
    if (!page.more) yield* hint(page.messages.length === 0 ? "nothing was said here yet" : "this is where it begins")
    yield* show(conversation, page.messages)
    if (before !== undefined) lastDate = ""
    oldest = page.more ? page.from : undefined
    shown = Math.max(shown, page.asOf)
    if (page.more) yield* hint("/more shows what was said before")
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

  const close = () => {
    current = undefined
    screen.prompt("> ")
  }

  return {
    /** What is open. */
    current: () => current,
    /** The first message that is shown, if there are others before it. */
    oldest: () => oldest,
    isShown: (seq: Seq) => seq <= shown,
    state,
    style,
    print,
    hint,
    /** Says that somebody is invited, and what they can do. */
    invited,
    asked,
    dated,
    labelOfId,
    show,
    showAll,
    showPage,
    read,
    open,
    close,
  }
}

export type View = ReturnType<typeof makeView>
