/** Going from one conversation to another, and moving in what is shown of one. */
import type { ConversationId } from "@chat/domain/Ids"
import { countsAsUnread } from "@chat/domain/state/unread"
import { threadCounts } from "@chat/domain/state/threads"
import { me } from "@chat/domain/state/State"
import type { Message } from "@chat/domain/Message"
import { Seq } from "@chat/domain/Values"
import { type Job, type Next, stay } from "../Input.ts"
import { type ChatView, type Model, type Place, placeKey } from "../Model.ts"
import { areas, currentPlace, focusedPane, type Pane, placeOf, rootOf, timelinePane, viewportOf } from "../panes.ts"
import { membersTop } from "../view/members.ts"
import { keyOf, messageOf } from "../../timeline/Item.ts"
import { type Position, scrolled, showing, showingFirst, visibleRows } from "../../timeline/viewport.ts"

/** With another place of the conversation or the thread to which keys go. */
export const withPlace = (model: Model, chat: ChatView, change: Partial<Place>): Model => {
  const place = currentPlace(model, chat)
  if (model.current === null || place === undefined) return model
  const key = placeKey(model.current, rootOf(model))
  return { ...model, places: new Map(model.places).set(key, { ...place, ...change }) }
}

/** Goes to a conversation; with a place, to the message there. */
export const go = (model: Model, chat: ChatView, conversation: ConversationId, seq: Seq | null = null): Next => {
  const known = chat.state.conversations.get(conversation)
  const isOther = model.current !== conversation
  const moved: Model = {
    ...model,
    current: conversation,
    previous: isOther ? model.current : model.previous,
    side: { _tag: "None" },
    overlay: { _tag: "None" },
    selected: null,
    notice: null,
  }
  const hasNew = known !== undefined && known.unread > 0
  const newAfter = hasNew ? known.position.seq : isOther ? null : placeOf(moved, chat, conversation).newAfter
  const place = withPlace(moved, chat, { newAfter, scroll: "end" })
  return stay(place, { _tag: "Open", conversation, seq })
}

/** The first new message at the upper edge, unless all of them can be seen at the end. */
const scrollToNew = ({ items, timeline, height }: Pane, newAfter: number | null): Position => {
  const first = items.find((item) => newAfter !== null && (messageOf(item)?.seq ?? 0) > newAfter)
  if (first === undefined) return "end"
  const key = keyOf(first)
  const rows = visibleRows(timeline, "end", height).filter((row) => row.key === key).length
  const isSeen = rows > 0 && rows === timeline.rowsAt(items.indexOf(first)).length
  return isSeen ? "end" : showingFirst(timeline, key, height)
}

/** What was to be loaded is there: shows the message that was looked for, or what is new. */
export const loaded = (model: Model, chat: ChatView, conversation: ConversationId, seq: Seq | null): Next => {
  if (model.current !== conversation || model.side._tag === "Thread") return stay(model)
  const pane = focusedPane(model, chat)
  const place = currentPlace(model, chat)
  if (pane === undefined || place === undefined) return stay(model)
  if (seq === null) {
    return place.scroll === "end"
      ? stay(withPlace(model, chat, { scroll: scrollToNew(pane, place.newAfter) }))
      : stay(model)
  }
  const item = pane.items.find((one) => messageOf(one)?.seq === seq)
  if (item === undefined) return stay({ ...model, notice: { text: "That message cannot be shown", isError: true } })
  const key = keyOf(item)
  return stay(withPlace({ ...model, selected: key }, chat, { scroll: showing(pane.timeline, key, pane.height) }))
}

const isOnline = ({ connection }: ChatView): boolean => connection._tag === "Online"

/** What is asked for anew after there was no connection, of what is open. */
export const refilled = ({ current, side }: Model): ReadonlyArray<Job> => {
  const others: Job = { _tag: "Prefetch" }
  if (current === null) return [others]
  const timeline: Job = { _tag: "Refill", conversation: current }
  return side._tag === "Thread"
    ? [timeline, { _tag: "LoadThread", conversation: current, root: side.root }, others]
    : [timeline, others]
}

/** What has to be loaded so that one can look further back. */
export const olderOf = (model: Model, chat: ChatView): ReadonlyArray<Job> => {
  const pane = focusedPane(model, chat)
  if (pane === undefined || pane.root !== null || chat.loading.has(pane.conversation)) return []
  const conversation = chat.state.conversations.get(pane.conversation)
  const hasMore = conversation !== undefined && conversation.window.from > conversation.from && isOnline(chat)
  return hasMore && viewportOf(model, chat, pane).atTop ? [{ _tag: "LoadOlder", conversation: pane.conversation }] : []
}

/** So many rows further down, or up if it is less than 0: of the timeline, unless something stands in its place. */
export const scrollBy = (model: Model, chat: ChatView, by: number): Next => {
  if (model.side._tag === "Members" && timelinePane(model, chat) === undefined) return scrollMembers(model, chat, by)
  const pane = focusedPane(model, chat)
  const place = currentPlace(model, chat)
  if (pane === undefined || place === undefined) return stay(model)
  const next = withPlace(model, chat, { scroll: scrolled(pane.timeline, place.scroll, pane.height, -by) })
  return stay(next, ...(by < 0 ? olderOf(next, chat) : []))
}

/** A page, but for a row that says where one was. */
export const scrollPage = (model: Model, chat: ChatView, direction: -1 | 1): Next => {
  const height = focusedPane(model, chat)?.height ?? 0
  return scrollBy(model, chat, direction * Math.max(1, height - 2))
}

export const scrollTo = (model: Model, chat: ChatView, to: "top" | "end" | "new"): Next => {
  const pane = focusedPane(model, chat)
  const place = currentPlace(model, chat)
  if (pane === undefined || place === undefined) return stay(model)
  if (to === "end") return stay(withPlace(model, chat, { scroll: "end" }))
  if (to === "new") {
    const text = place.newAfter === null ? "There is nothing new here" : null
    const notice = text === null ? model.notice : { text, isError: false }
    return stay(withPlace({ ...model, notice }, chat, { scroll: scrollToNew(pane, place.newAfter) }))
  }
  const next = withPlace(model, chat, { scroll: scrolled(pane.timeline, "end", pane.height, Number.MAX_SAFE_INTEGER) })
  return stay(next, ...olderOf(next, chat))
}

/** Says that all here is read, whether or not it was looked at. */
export const markAllRead = (model: Model, chat: ChatView): Next => {
  const { current } = model
  const conversation = current === null ? undefined : chat.state.conversations.get(current)
  if (current === null || conversation === undefined) return stay(model)
  const next = withPlace({ ...model, notice: { text: "Everything here is read", isError: false } }, chat, {
    newAfter: null,
  })
  return stay(next, { _tag: "MarkRead", conversation: current, seq: conversation.seq, root: rootOf(model) })
}

interface Seen {
  readonly conversation: ConversationId
  readonly root: Seq | null
  readonly from: number
  readonly to: number
}

/** What is unread there, as far as it is known; nothing, if not all of it is. */
const unreadIn = (chat: ChatView, { conversation: id, root }: Seen, readTo: number): ReadonlyArray<Message> => {
  const conversation = chat.state.conversations.get(id)
  if (conversation === undefined) return []
  const own = me(chat.state)
  const counts = root === null ? conversation : threadCounts(chat.state, id, root)
  if (counts === undefined || counts.unread === 0) return []
  const after = Math.max(counts.position.seq, readTo)
  const position = { seq: Seq.make(after), rev: 0 }
  const { messages, from } = conversation.window
  const unread = messages.filter(({ seq, author, deletedAt, hidden, thread }) => {
    const isHere = { seq, author: author.id, deleted: deletedAt !== null, hidden, thread: null }
    return thread === root && countsAsUnread(isHere, own, position)
  })
  return from <= after + 1 || unread.length >= counts.unread ? unread : []
}

/**
 * Messages were seen by somebody who looks at this window. They count as read, unless there is something unread before
 * them that was not seen.
 */
export const seen = (model: Model, chat: ChatView, what: Seen): Next => {
  const { conversation, root, from, to } = what
  const key = placeKey(conversation, root)
  const readTo = model.readTo.get(key) ?? 0
  // the server is told when there is one: what is shown is shown again then
  if (!model.focused || !isOnline(chat) || to <= readTo) return stay(model)
  const unread = unreadIn(chat, what, readTo)
  const [first] = unread
  const last = unread.findLast(({ seq }) => seq <= to)
  if (first === undefined || last === undefined || first.seq < from) return stay(model)
  const next = { ...model, readTo: new Map(model.readTo).set(key, last.seq) }
  return stay(next, { _tag: "MarkRead", conversation, seq: last.seq, root })
}

/** Somebody looks away: what comes from now on is new when they are back. */
export const lookedAway = (model: Model, chat: ChatView): Model => {
  const { current } = model
  const conversation = current === null ? undefined : chat.state.conversations.get(current)
  if (current === null || conversation === undefined || conversation.unread > 0) return model
  const place = placeOf(model, chat, current)
  return { ...model, places: new Map(model.places).set(current, { ...place, newAfter: conversation.seq }) }
}

/** A thread beside the timeline, or in its place. */
export const openThread = (model: Model, root: Seq): Next => {
  const { current } = model
  if (current === null) return stay(model)
  const next: Model = { ...model, side: { _tag: "Thread", root }, overlay: { _tag: "None" }, selected: null }
  return stay(next, { _tag: "LoadThread", conversation: current, root })
}

export const toggleMembers = (model: Model): Next => {
  const { current, side } = model
  if (side._tag === "Members" || current === null) return stay({ ...model, side: { _tag: "None" } })
  const job: Job = { _tag: "LoadMembers", conversation: current, after: null }
  return stay({ ...model, side: { _tag: "Members", top: 0 }, selected: null }, job)
}

/** So many rows further down among the members; near the end of those that are loaded, for more of them. */
export const scrollMembers = (model: Model, chat: ChatView, by: number): Next => {
  const { current, side } = model
  const members = current === null ? undefined : chat.state.conversations.get(current)?.members
  if (current === null || side._tag !== "Members" || !members) return stay(model)
  const { body } = areas(model, chat)
  const count = members.list.length
  const top = membersTop(side.top + by, count, body)
  const isNearEnd = by > 0 && top + body * 2 > count && members.next !== null && isOnline(chat)
  const next: Model = { ...model, side: { _tag: "Members", top } }
  return isNearEnd ? stay(next, { _tag: "LoadMembers", conversation: current, after: members.next }) : stay(next)
}
