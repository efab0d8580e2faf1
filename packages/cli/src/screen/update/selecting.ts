/** With a message selected: moving the selection, and what single keys do with it. */
import { me } from "@chat/domain/state/State"
import type { Message } from "@chat/domain/Message"
import { emptyComposer, withText } from "../../composer/Composer.ts"
import { isFolded } from "../../messages/folding.ts"
import { type Item, keyOf, messageOf } from "../../timeline/Item.ts"
import { showing } from "../../timeline/viewport.ts"
import { type Next, stay } from "../Input.ts"
import type { Action } from "../keymap.ts"
import type { ChatView, Command, Model } from "../Model.ts"
import { focusedPane, viewportOf } from "../panes.ts"
import { olderOf, openThread, withPlace } from "./places.ts"
import { answer, change, edited } from "./writing.ts"

const isSelectable = (item: Item | undefined): boolean => item !== undefined && item._tag !== "Happening"

const noted = (model: Model, text: string): Next => stay({ ...model, notice: { text, isError: true } })

/** The last message that is seen. */
export const select = (model: Model, chat: ChatView): Next => {
  const pane = focusedPane(model, chat)
  const last = pane && viewportOf(model, chat, pane).seen.findLast(({ item }) => isSelectable(item))
  return last === undefined
    ? noted(model, "There is no message to select")
    : stay({ ...model, selected: keyOf(last.item) })
}

/** The next one that way; at the beginning more is loaded. */
const selectBy = (model: Model, chat: ChatView, by: -1 | 1): Next => {
  const pane = focusedPane(model, chat)
  if (pane === undefined) return stay(model)
  const { items, timeline, height } = pane
  const at = items.findLastIndex((item) => keyOf(item) === model.selected)
  if (at < 0) return select(model, chat)
  let index = at + by
  // those that are folded into one are one
  while (index >= 0 && index < items.length && (!isSelectable(items[index]) || timeline.rowsAt(index).length === 0)) {
    index += by
  }
  const item = items[index]
  if (item === undefined) return stay(model, ...(by < 0 ? olderOf(model, chat) : []))
  const selected = { ...model, selected: keyOf(item) }
  const isSeen = viewportOf(model, chat, pane).seen.some((one) => one.index === index && one.isWhole)
  const next = isSeen ? selected : withPlace(selected, chat, { scroll: showing(timeline, keyOf(item), height) })
  return stay(next, ...(by < 0 ? olderOf(next, chat) : []))
}

const run = (model: Model, name: string, rest: string): Next =>
  stay({ ...model, selected: null }, { _tag: "Run", conversation: model.current, command: { name, rest } })

const ask = (model: Model, question: string, command: Command): Next =>
  stay({ ...model, overlay: { _tag: "Confirm", question, command } })

const firstLink = (text: string): string | undefined => /https?:\/\/[^\s<>()"']+/u.exec(text)?.[0]

/** What can be done with a message that has not come back from the server. */
const withOutgoing = (model: Model, item: Extract<Item, { readonly _tag: "Outgoing" }>, action: Action): Next => {
  const { id, body, status } = item.entry
  switch (action) {
    case "retry":
      return status._tag === "Failed" ? stay({ ...model, selected: null }, { _tag: "Retry", message: id }) : stay(model)
    case "delete":
      return stay({ ...model, selected: null }, { _tag: "TakeBack", message: id })
    case "copy":
      return stay({ ...model, selected: null }, { _tag: "Copy", text: body })
    default:
      return noted(model, "This is not sent yet: R tries again, d takes it back")
  }
}

const withMessage = (model: Model, chat: ChatView, message: Message, action: Action): Next => {
  const { seq, body } = message
  const isOwn = message.author.id === me(chat.state)
  switch (action) {
    case "reply":
      return answer(model, chat, seq)
    case "thread":
      return message.thread === null ? openThread(model, seq) : noted(model, "This is in a thread already")
    case "edit":
      return isOwn && body !== null
        ? change(model, chat, message.id, body)
        : noted(model, "This is not yours to change")
    case "delete":
      return ask(model, "Delete this message for everybody?", { name: "delete", rest: String(seq) })
    case "hide":
      return ask(model, "Delete this message for yourself?", { name: "hide", rest: String(seq) })
    case "react":
      return stay(
        { ...model, overlay: { _tag: "React", message: seq, query: emptyComposer, index: 0 } },
        ...(chat.emoji.length === 0 ? [{ _tag: "LoadEmoji" as const }] : []),
      )
    case "pin":
      return run(model, message.pinned === null ? "pin" : "unpin", String(seq))
    case "star":
      return run(model, "star", String(seq))
    case "copy":
      return body === null
        ? noted(model, "There is nothing to copy")
        : stay({ ...model, selected: null }, { _tag: "Copy", text: body })
    case "openLink": {
      const url = firstLink(body ?? "")
      return url === undefined ? noted(model, "There is no link in it") : stay(model, { _tag: "OpenLink", url })
    }
    case "forward":
      return edited({ ...model, selected: null }, chat, withText(emptyComposer, `/forward ${seq} `))
    case "unread":
      return run(model, "unread", String(seq))
    case "revisions":
      return run(model, "revisions", String(seq))
    case "retry":
      return noted(model, "This is sent already")
    default:
      return stay(model)
  }
}

/** The places of the messages that are folded into one row, of which this is the first. */
const foldedFrom = (chat: ChatView, items: ReadonlyArray<Item>, first: Item): ReadonlyArray<number> => {
  const rest = items.slice(items.indexOf(first))
  const end = rest.findIndex((item) => item._tag !== "Message" || !isFolded(chat.state, item.message))
  return rest.slice(0, end < 0 ? rest.length : end).flatMap((item) => messageOf(item)?.seq ?? [])
}

/** What a key does with the message that is selected. */
export const withSelected = (model: Model, chat: ChatView, action: Action): Next => {
  if (action === "selectUp") return selectBy(model, chat, -1)
  if (action === "selectDown") return selectBy(model, chat, 1)
  const items = focusedPane(model, chat)?.items ?? []
  const item = items.find((one) => keyOf(one) === model.selected)
  if (item?._tag === "Outgoing") return withOutgoing(model, item, action)
  if (item?._tag !== "Message") return stay({ ...model, selected: null })
  const { message } = item
  if (!isFolded(chat.state, message)) return withMessage(model, chat, message, action)
  return run(model, "show", foldedFrom(chat, items, item).join(" "))
}
