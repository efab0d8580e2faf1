/** What the line mode says of what happens, here and elsewhere. */
import * as Effect from "effect/Effect"
import type { ChatEvent } from "@chat/client/events/ChatEvent"
import type { LogEvent } from "@chat/domain/Event"
import { accountLog, conversationLog, type LogId } from "@chat/domain/Ids"
import { type ConversationState, me } from "@chat/domain/state/State"
import type { Message } from "@chat/domain/Message"
import type { Seq } from "@chat/domain/Values"
import { labelOf, labelOfConversation } from "../live/label.ts"
import { isFolded } from "../messages/folding.ts"
import { renderBody } from "../messages/render.ts"
import { renderEvent } from "../tail/renderEvent.ts"
import { printableLine } from "../text/printable.ts"
import type { View } from "./View.ts"

export const makeHappenings = (view: View) => {
  const { state, style, print, hint } = view

  const isOwn = (log: LogId) => {
    const account = me(state())
    return account !== null && accountLog(account) === log
  }

  const elsewhere = (label: string, message: Message) => {
    if (isFolded(state(), message)) return Effect.void
    const [line = ""] = renderBody(message, style).split("\n")
    const author = style.name(printableLine(message.author.username))
    return print(`${style.faint(`-- ${label}`)}  ${author}: ${line}`)
  }

  /** What is new in a conversation that has just appeared, as it was up to this place: what follows comes by itself. */
  const announce = Effect.fnUntraced(function* (conversation: ConversationState, until: Seq) {
    const { unread, lastMessage, kind } = conversation
    if (kind === "group" && lastMessage === null) {
      const label = labelOfConversation(conversation)
      return yield* hint(`you are in a group now (/to ${label})`)
    }
    if (unread === 0 || (lastMessage !== null && lastMessage.seq > until)) return
    const label = labelOfConversation(conversation)
    if (unread > 1 || lastMessage === null) return yield* hint(`${label}: ${unread} new (/to ${label})`)
    yield* elsewhere(label, lastMessage)
  })

  /** Of the account itself only what others want of it, and what they answer. */
  const ofAccount = Effect.fnUntraced(function* (event: LogEvent) {
    if (event.type === "FriendAdded") return yield* hint(renderEvent(event, style))
    if (event.type === "InvitationReceived") return yield* view.invited(event.data)
    if (event.type === "FriendRequestReceived") yield* view.asked(event.data.user)
  })

  const resynchronised = Effect.fnUntraced(function* (item: Extract<ChatEvent, { readonly _tag: "Resynchronised" }>) {
    const current = view.current()
    const isHere = current !== undefined && conversationLog(current) === item.log
    if (item.reason !== "new") {
      if (!isHere) return
      yield* hint("much has happened meanwhile; the newest:")
      return yield* Effect.asVoid(view.showPage(current))
    }
    const conversation = [...state().conversations.values()].find(({ id }) => conversationLog(id) === item.log)
    if (!isHere && conversation !== undefined) yield* announce(conversation, item.to)
  })

  return Effect.fnUntraced(function* (item: ChatEvent) {
    const log = item._tag === "Event" ? item.event.log : item.log
    if (item._tag === "Resynchronised") return isOwn(log) ? undefined : yield* resynchronised(item)
    const { event } = item
    if (isOwn(log)) return yield* ofAccount(event)
    const current = view.current()
    if (current !== undefined && conversationLog(current) === log) {
      if (view.isShown(event.seq)) return
      if (event.type !== "MessagePosted") {
        const text = renderEvent(event, style, { isFolded: (message) => isFolded(state(), message) })
        return yield* print(view.dated(event.at, style.faint(`-- ${text}`)))
      }
      yield* view.show(current, [event.data.message])
      yield* view.read(current, event.seq)
    } else if (event.type === "MessagePosted" && event.actor?.id !== me(state())) {
      yield* elsewhere(labelOf(state(), log) ?? "", event.data.message)
    }
  })
}
