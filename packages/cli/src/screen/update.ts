/** What becomes of the screen when something happens, and what is to be done outside of it. Pure. */
import { nextUnread, listed } from "./conversations.ts"
import { type Edit, emptyComposer, withText } from "../composer/Composer.ts"
import { type Input, type Next, stay } from "./Input.ts"
import { type Action, isEdit, type Keymap, titles } from "./keymap.ts"
import { type ChatView, type Model, placeKey } from "./Model.ts"
import { keyOf } from "../timeline/Item.ts"
import { areas, composerIn, timelinePane, viewportOf } from "./panes.ts"
import { complete } from "./update/completing.ts"
import { closed, confirmed, inList, helped, isAsking, editedIn, scrolledIn, typedIn } from "./update/lists.ts"
import * as Places from "./update/places.ts"
import { select, withSelected } from "./update/selecting.ts"
import * as Writing from "./update/writing.ts"
import { listRows } from "./view/list.ts"

const goTo = (model: Model, chat: ChatView, index: number): Next => {
  const conversation = listed(chat)[index]
  return conversation === undefined ? stay(model) : Places.go(model, chat, conversation.id)
}

const goBy = (model: Model, chat: ChatView, by: -1 | 1): Next => {
  const all = listed(chat)
  const at = all.findIndex(({ id }) => id === model.current)
  return goTo(model, chat, at < 0 ? 0 : (at + by + all.length) % Math.max(1, all.length))
}

const goToUnread = (model: Model, chat: ChatView): Next => {
  const id = nextUnread(chat, model.current)
  if (id === undefined) return stay({ ...model, notice: { text: "Nothing is unread", isError: false } })
  return Places.go(model, chat, id)
}

/** One thing less that is open; `undefined`: nothing is. */
const closeOne = (model: Model, chat: ChatView): Model | undefined => {
  if (model.overlay._tag !== "None") return closed(model)
  if (model.selected !== null) return { ...model, selected: null }
  const plain = Writing.newMessage(model, chat)
  if (plain !== model) return plain
  return model.side._tag === "None" ? undefined : { ...model, side: { _tag: "None" } }
}

const cancel = (model: Model, chat: ChatView): Next => {
  const less = closeOne(model, chat)
  if (less !== undefined) return stay(less)
  if (composerIn(model, chat).text !== "")
    return Writing.edited(model, chat, withText(composerIn(model, chat), ""), false)
  if (model.leaving) return stay(model, { _tag: "Quit" })
  return stay({ ...model, leaving: true, notice: { text: "Ctrl-C again ends", isError: false } })
}

/** The key also ends a line: it does so where there is something to end. */
const isSwitch = (model: Model, chat: ChatView, key: string): boolean => {
  const { text, cursor } = composerIn(model, chat)
  return key !== "C-k" || cursor === text.length
}

const anywhere = (model: Model, chat: ChatView, action: Action): Next => {
  const [, digit] = /^goto(\d)$/u.exec(action) ?? []
  if (digit !== undefined) return goTo(model, chat, Number(digit) - 1)
  const isReading = model.overlay._tag === "Help" || model.overlay._tag === "Panel"
  const page = Math.max(1, areas(model, chat).body - 2)
  switch (action) {
    case "help":
      return helped(model, chat, model.selected === null ? undefined : titles.message)
    case "switcher":
      return stay({ ...model, overlay: { _tag: "Switcher", query: emptyComposer, index: 0 } })
    case "search":
      return stay({ ...model, overlay: { _tag: "Search", query: emptyComposer, found: null, index: 0 } })
    case "members":
      return Places.toggleMembers(closed(model))
    case "nextUnread":
      return goToUnread(model, chat)
    case "above":
      return goBy(model, chat, -1)
    case "below":
      return goBy(model, chat, 1)
    case "previous":
      return model.previous === null ? stay(model) : Places.go(model, chat, model.previous)
    case "pageUp":
      return isReading ? scrolledIn(model, chat, -page) : Places.scrollPage(model, chat, -1)
    case "pageDown":
      return isReading ? scrolledIn(model, chat, page) : Places.scrollPage(model, chat, 1)
    case "lineUp":
      return isReading ? scrolledIn(model, chat, -1) : Places.scrollBy(model, chat, -1)
    case "lineDown":
      return isReading ? scrolledIn(model, chat, 1) : Places.scrollBy(model, chat, 1)
    case "sideUp":
      return Places.scrollMembers(model, chat, -page)
    case "sideDown":
      return Places.scrollMembers(model, chat, page)
    case "toUnread":
      return Places.scrollTo(model, chat, "new")
    case "toEnd":
      return Places.scrollTo(model, chat, "end")
    case "toTop":
      return Places.scrollTo(model, chat, "top")
    case "markRead":
      return Places.markAllRead(model, chat)
    case "close":
      return stay(closeOne(model, chat) ?? model)
    case "cancel":
      return cancel(model, chat)
    case "redraw":
      return stay(model, { _tag: "Redraw" })
    case "suspend":
      return stay(model, { _tag: "Suspend" })
    case "quit":
      return stay(model, { _tag: "Quit" })
    default:
      return stay(model)
  }
}

const writing = (model: Model, chat: ChatView, action: Action): Next => {
  switch (action) {
    case "send":
      return Writing.send(model, chat)
    case "newline":
      return Writing.type(model, chat, "\n")
    case "complete":
      return complete(model, chat, 1)
    case "completeBack":
      return complete(model, chat, -1)
    case "editor":
      return stay(model, { _tag: "Editor", text: composerIn(model, chat).text })
    case "select":
      return select(model, chat)
    case "end":
      return composerIn(model, chat).text === ""
        ? stay(model, { _tag: "Quit" })
        : Writing.applied(model, chat, { _tag: "DeleteRight" })
    default:
      return stay(model)
  }
}

/** Up and down go by the rows in which a text is shown. */
const editOf = (action: Action | undefined, columns: number): Edit | undefined => {
  if (action === "Up" || action === "Down") return { _tag: action, columns }
  return action !== undefined && isEdit(action) ? { _tag: action } : undefined
}

const onKey = (model: Model, chat: ChatView, keymap: Keymap, key: string): Next => {
  const { overlay } = model
  if (overlay._tag === "Confirm") return confirmed(model, key)
  if (isAsking(overlay)) {
    const chosen = keymap.list.get(key)
    if (chosen !== undefined) return inList(model, chat, overlay, chosen)
  } else if (overlay._tag !== "None") {
    if (key === "Up" || key === "Down") return scrolledIn(model, chat, key === "Up" ? -1 : 1)
  } else if (model.selected !== null) {
    const action = keymap.message.get(key)
    if (action !== undefined) return withSelected(model, chat, action)
  } else {
    const action = keymap.writing.get(key)
    if (action !== undefined) return writing(model, chat, action)
  }
  const action = keymap.anywhere.get(key)
  if (action !== undefined && (action !== "switcher" || isSwitch(model, chat, key)))
    return anywhere(model, chat, action)
  const change = editOf(keymap.editing.get(key), areas(model, chat).writing)
  if (change === undefined) return stay(model)
  if (isAsking(overlay)) return editedIn(model, overlay, change)
  return overlay._tag === "None" && model.selected === null ? Writing.applied(model, chat, change) : stay(model)
}

const onText = (model: Model, chat: ChatView, keymap: Keymap, text: string): Next => {
  const { overlay } = model
  if (overlay._tag === "Confirm") return confirmed(model, text)
  if (isAsking(overlay)) return typedIn(model, overlay, text)
  if (overlay._tag !== "None") return text === "q" ? stay(closed(model)) : stay(model)
  if (model.selected === null) return Writing.type(model, chat, text)
  // letters that were typed fast come together, and each of them is a key
  let next: Next = stay(model)
  for (const key of text) {
    const action = keymap.message.get(key)
    if (action === undefined || next[0].selected === null) continue
    const [after, jobs] =
      action === "help" || action === "close" ? anywhere(next[0], chat, action) : withSelected(next[0], chat, action)
    next = [after, [...next[1], ...jobs]]
  }
  return next
}

/** A conversation in the list is opened, and a message of the timeline selected. */
const clicked = (model: Model, chat: ChatView, row: number, column: number): Next => {
  const { list, body } = areas(model, chat)
  if (column < list - 1) {
    const id = listRows(model, chat, list - 1, body)[row]?.id ?? null
    return id === null ? stay(model) : Places.go(model, chat, id)
  }
  const pane = timelinePane(model, chat)
  if (pane === undefined || model.overlay._tag !== "None" || column >= list + pane.columns) return stay(model)
  const rows = viewportOf(model, chat, pane).seen.flatMap(({ item, lines }) => lines.map(() => item))
  const item = rows[row - 1 - (pane.height - rows.length)]
  return item === undefined || model.side._tag === "Thread" ? stay(model) : stay({ ...model, selected: keyOf(item) })
}

/** What lies under the wheel. */
const wheeled = (model: Model, chat: ChatView, column: number, by: number): Next => {
  if (model.overlay._tag === "Help" || model.overlay._tag === "Panel") return scrolledIn(model, chat, by)
  const { list, main } = areas(model, chat)
  const isAmongMembers = model.side._tag === "Members" && column >= list + main
  return isAmongMembers ? Places.scrollMembers(model, chat, by) : Places.scrollBy(model, chat, by)
}

/** Whatever somebody does takes away what was only to be noticed. */
const noticed = (model: Model, keymap: Keymap, key: string): Model => {
  const { notice, leaving, completing } = model
  const action = keymap.writing.get(key)
  const goesOn = action === "complete" || action === "completeBack"
  if (notice === null && !leaving && (completing === null || goesOn)) return model
  return { ...model, notice: null, leaving: false, completing: goesOn ? completing : null }
}

const left = (model: Model, conversation: NonNullable<Model["current"]>): Model => {
  const places = new Map(model.places)
  places.delete(placeKey(conversation))
  const current = model.current === conversation ? null : model.current
  const previous = model.previous === conversation ? null : model.previous
  return {
    ...model,
    places,
    current,
    previous,
    ...(current === model.current ? {} : { side: { _tag: "None" }, selected: null }),
  }
}

export const update = (model: Model, input: Input, chat: ChatView, keymap: Keymap): Next => {
  switch (input._tag) {
    case "Key": {
      const [next, jobs] = onKey(
        input.key === "C-c" ? model : noticed(model, keymap, input.key),
        chat,
        keymap,
        input.key,
      )
      return [next, [{ _tag: "Active" }, ...jobs]]
    }
    case "Text": {
      const [next, jobs] = onText(noticed(model, keymap, ""), chat, keymap, input.text)
      return [next, [{ _tag: "Active" }, ...jobs]]
    }
    case "Paste":
      return model.selected === null ? onText(noticed(model, keymap, ""), chat, keymap, input.text) : stay(model)
    case "Focus":
      return stay(input.focused ? { ...model, focused: true } : { ...Places.lookedAway(model, chat), focused: false })
    case "Wheel":
      return wheeled(model, chat, input.column, input.by * 3)
    case "Click":
      return clicked(model, chat, input.row, input.column)
    case "Resize":
      return stay({ ...model, size: input.size })
    case "Shown":
      return Places.seen(model, chat, input)
    case "Notice":
      return stay({ ...model, notice: { text: input.text, isError: input.isError } })
    case "Panel":
      return stay({ ...model, overlay: { _tag: "Panel", title: input.title, lines: input.lines, top: 0 } })
    case "Found":
      return model.overlay._tag === "Search"
        ? stay({ ...model, overlay: { ...model.overlay, found: { query: input.query, hits: input.hits }, index: 0 } })
        : stay(model)
    case "Go": {
      const [next, jobs] = Places.go(model, chat, input.conversation, input.seq ?? null)
      if (input.root === undefined || input.root === null) return [next, jobs]
      const [after, more] = Places.openThread(next, input.root)
      return [after, [...jobs, ...more]]
    }
    case "Loaded":
      return Places.loaded(model, chat, input.conversation, input.seq)
    case "Online":
      return stay(model, ...Places.refilled(model))
    case "Edited":
      return Writing.edited(model, chat, withText(composerIn(model, chat), input.text), false)
    case "EmojiLoaded":
      return model.overlay._tag === "None" && chat.emoji.length > 0 ? complete(model, chat, 1) : stay(model)
    case "Left":
      return stay(left(model, input.conversation))
  }
}
