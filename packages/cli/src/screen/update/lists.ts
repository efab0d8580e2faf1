/** What lies over the timeline: typing in it, moving in it, taking something from it. */
import { edit, type Edit } from "../../composer/Composer.ts"
import { type Next, stay } from "../Input.ts"
import type { Action } from "../keymap.ts"
import type { ChatView, Model, Overlay } from "../Model.ts"
import { areas } from "../panes.ts"
import { messageAt } from "../items.ts"
import { textOf } from "../../text/styled.ts"
import { choices, emojiChoices } from "../switcher.ts"
import { helpLines, pagerTop, panelLines } from "../view/overlay.ts"
import { go } from "./places.ts"

export const closed = (model: Model): Model => ({ ...model, overlay: { _tag: "None" } })

type Asking = Extract<Overlay, { readonly query: unknown }>

export const isAsking = (overlay: Overlay): overlay is Asking =>
  overlay._tag === "Switcher" || overlay._tag === "Search" || overlay._tag === "React"

const lengthOf = (model: Model, chat: ChatView, overlay: Asking): number => {
  switch (overlay._tag) {
    case "Switcher":
      return choices(chat, overlay.query.text).length
    case "Search":
      return overlay.found?.hits.length ?? 0
    case "React":
      return emojiChoices(model, chat, overlay.query.text).length
  }
}

const moved = (model: Model, chat: ChatView, overlay: Asking, by: -1 | 1): Next => {
  const index = Math.max(0, Math.min(lengthOf(model, chat, overlay) - 1, overlay.index + by))
  return stay({ ...model, overlay: { ...overlay, index } })
}

/** With another text to look for; what was found stays until it is looked for. */
const asked = (model: Model, overlay: Asking, query: Asking["query"]): Next =>
  stay({ ...model, overlay: { ...overlay, query, index: 0 } })

export const editedIn = (model: Model, overlay: Asking, action: Edit): Next =>
  asked(model, overlay, edit(overlay.query, action))

export const typedIn = (model: Model, overlay: Asking, text: string): Next =>
  editedIn(model, overlay, { _tag: "Insert", text: text.replaceAll(/\s+/gu, " ") })

const react = (model: Model, chat: ChatView, overlay: Extract<Overlay, { readonly _tag: "React" }>): Next => {
  const emoji = emojiChoices(model, chat, overlay.query.text)[overlay.index]?.emoji
  const { current } = model
  if (emoji === undefined || current === null) return stay(model)
  const reactions = messageAt(chat, current, overlay.message)?.reactions ?? []
  const name = reactions.some((one) => one.emoji === emoji && one.mine) ? "unreact" : "react"
  const command = { name, rest: `${overlay.message} ${emoji}` }
  return stay({ ...closed(model), selected: null }, { _tag: "Run", conversation: current, command })
}

const choose = (model: Model, chat: ChatView, overlay: Asking): Next => {
  switch (overlay._tag) {
    case "Switcher": {
      const choice = choices(chat, overlay.query.text)[overlay.index]
      return choice === undefined ? stay(model) : go(closed(model), chat, choice.item.id)
    }
    case "Search": {
      const query = overlay.query.text.trim()
      if (query === "") return stay(model)
      if (overlay.found?.query !== query) return stay(model, { _tag: "Search", query })
      const hit = overlay.found.hits[overlay.index]?.message
      return hit === undefined ? stay(model) : go(closed(model), chat, hit.conversation, hit.seq)
    }
    case "React":
      return react(model, chat, overlay)
  }
}

export const inList = (model: Model, chat: ChatView, overlay: Asking, action: Action): Next => {
  switch (action) {
    case "listUp":
      return moved(model, chat, overlay, -1)
    case "listDown":
      return moved(model, chat, overlay, 1)
    case "choose":
      return choose(model, chat, overlay)
    default:
      return stay(model)
  }
}

/** Help, from the row that begins so, if there is one. */
export const helped = (model: Model, chat: ChatView, begins = ""): Next => {
  const { main, side, body } = areas(model, chat)
  const lines = helpLines(chat, main + side)
  const at = lines.findIndex((line) => textOf(line).startsWith(begins))
  return stay({ ...model, overlay: { _tag: "Help", top: pagerTop(Math.max(0, at), lines.length, body) } })
}

/** In a text that is only read. */
export const scrolledIn = (model: Model, chat: ChatView, by: number): Next => {
  const { overlay } = model
  if (overlay._tag !== "Help" && overlay._tag !== "Panel") return stay(model)
  const { main, side, body } = areas(model, chat)
  const columns = main + side
  const lines = overlay._tag === "Help" ? helpLines(chat, columns) : panelLines(overlay.lines, columns)
  return stay({ ...model, overlay: { ...overlay, top: pagerTop(overlay.top + by, lines.length, body) } })
}

export const confirmed = (model: Model, text: string): Next => {
  const { overlay } = model
  if (overlay._tag !== "Confirm") return stay(model)
  const next = { ...closed(model), selected: null }
  return /^y/iu.test(text)
    ? stay(next, { _tag: "Run", conversation: model.current, command: overlay.command })
    : stay(closed(model))
}
