/** The panes that have items in them: the timeline and the thread, each with its place, its rows and its size. */
import { draftOf } from "@chat/domain/state/drafts"
import type { ConversationId, UserId } from "@chat/domain/Ids"
import type { ConversationState } from "@chat/domain/state/State"
import type { Seq } from "@chat/domain/Values"
import { type Composer, emptyComposer, withText } from "../composer/Composer.ts"
import { isFolded } from "../messages/folding.ts"
import { type Item, keyOf } from "../timeline/Item.ts"
import { makeTimeline, type Timeline } from "../timeline/Timeline.ts"
import { visibleRows } from "../timeline/viewport.ts"
import type { Line } from "../text/styled.ts"
import { type Areas, areasOf } from "./areas.ts"
import { itemsOf, itemsOfThread, messageAt } from "./items.ts"
import { type ChatView, type Model, type Place, placeKey } from "./Model.ts"

export interface Pane {
  readonly conversation: ConversationId
  /** Of a thread: where it begins. */
  readonly root: Seq | null
  readonly items: ReadonlyArray<Item>
  readonly timeline: Timeline
  readonly height: number
  readonly columns: number
}

/** A place that was not left yet: what was begun there elsewhere is there. */
export const placeOf = (model: Model, chat: ChatView, conversation: ConversationId, root: Seq | null = null): Place => {
  const known = model.places.get(placeKey(conversation, root))
  if (known !== undefined) return known
  const draft = draftOf(chat.state, conversation, root)
  return {
    scroll: "end",
    composer: draft === undefined ? emptyComposer : withText(emptyComposer, draft.body),
    writing: { _tag: "New" },
    newAfter: null,
  }
}

/** Where what is typed goes. */
export const rootOf = ({ side }: Model): Seq | null => (side._tag === "Thread" ? side.root : null)

export const currentPlace = (model: Model, chat: ChatView): Place | undefined =>
  model.current === null ? undefined : placeOf(model, chat, model.current, rootOf(model))

const labels = { New: "", Reply: "reply", Edit: "edit" } as const

/** What stands in front of what is being written. */
export const promptOf = (model: Model, chat: ChatView): string => {
  const place = currentPlace(model, chat)
  const what = place === undefined ? "" : labels[place.writing._tag]
  return [rootOf(model) === null ? "" : "thread", what].filter((word) => word !== "").join(" ") + "> "
}

/** What is being written. */
export const composerIn = (model: Model, chat: ChatView): Composer => currentPlace(model, chat)?.composer ?? model.home

/** What is asked for several times for each frame is made once. */
const once = <A>(make: (model: Model, chat: ChatView) => A): ((model: Model, chat: ChatView) => A) => {
  let made: { readonly model: Model; readonly chat: ChatView; readonly value: A } | undefined
  return (model, chat) => {
    if (made?.model !== model || made.chat !== chat) made = { model, chat, value: make(model, chat) }
    return made.value
  }
}

export const areas = once((model, chat): Areas => areasOf(model, composerIn(model, chat), promptOf(model, chat).length))

/** Rows of a pane without its title. */
const heightOf = ({ body }: Areas): number => Math.max(0, body - 1)

/** Who an id is, among those whom this conversation has told of. */
const namesIn =
  (conversation: ConversationState | undefined) =>
  (id: UserId): string | undefined =>
    conversation?.members?.list.find(({ user }) => user.id === id)?.user.username

const timelineOf = (
  chat: ChatView,
  id: ConversationId,
  items: ReadonlyArray<Item>,
  columns: number,
  place: Place,
  root: Seq | null,
) => {
  const { state, links, highlight } = chat
  return makeTimeline(items, {
    columns,
    links,
    highlight,
    me: state.account?.account ?? null,
    nameOf: namesIn(state.conversations.get(id)),
    quoteOf: (seq) => {
      const message = messageAt(chat, id, seq)
      return message !== undefined && isFolded(state, message) ? undefined : message
    },
    isFolded: (message) => isFolded(state, message),
    ...(root === null ? {} : { thread: root }),
    ...(place.newAfter === null ? {} : { readTo: place.newAfter }),
  })
}

const paneOf = (model: Model, chat: ChatView, conversation: ConversationId, root: Seq | null): Pane => {
  const size = areas(model, chat)
  const columns = Math.max(1, root !== null && size.side > 0 ? size.side : size.main - (size.side > 0 ? 1 : 0))
  const items = root === null ? itemsOf(chat, conversation) : itemsOfThread(chat, conversation, root)
  const timeline = timelineOf(chat, conversation, items, columns, placeOf(model, chat, conversation, root), root)
  return { conversation, root, items, timeline, height: heightOf(size), columns }
}

const mainPane = once((model, chat): Pane | undefined =>
  model.current === null ? undefined : paneOf(model, chat, model.current, null),
)

const threadPane = once((model, chat): Pane | undefined =>
  model.current === null ? undefined : paneOf(model, chat, model.current, rootOf(model)),
)

/** The timeline, unless something stands in its place. */
export const timelinePane = (model: Model, chat: ChatView): Pane | undefined =>
  model.side._tag !== "None" && areas(model, chat).side === 0 ? undefined : mainPane(model, chat)

/** The pane to which keys go. */
export const focusedPane = (model: Model, chat: ChatView): Pane | undefined =>
  rootOf(model) === null ? mainPane(model, chat) : threadPane(model, chat)

/** An item that is on the screen, or a part of it. */
interface Seen {
  readonly index: number
  readonly item: Item
  readonly lines: ReadonlyArray<Line>
  /** All of its rows are there. */
  readonly isWhole: boolean
  /** It is there to its end, and as much of it as the pane has room for. */
  readonly isRead: boolean
}

export interface Viewport {
  readonly seen: ReadonlyArray<Seen>
  readonly atTop: boolean
  readonly atEnd: boolean
}

export const viewportOf = (
  model: Model,
  chat: ChatView,
  { conversation, root, items, timeline, height }: Pane,
): Viewport => {
  const { scroll } = placeOf(model, chat, conversation, root)
  const rows = visibleRows(timeline, scroll, height)
  const seen: Array<Seen> = []
  const first = rows[0]?.key
  // what is the lowest is held, and it is not far from there to what is the first
  const held = scroll === "end" ? -1 : items.findLastIndex((item) => keyOf(item) === scroll.key)
  const lowest = held < 0 ? items.length - 1 : held
  let index = items.findLastIndex((item, at) => at <= lowest && keyOf(item) === first)
  for (let row = 0; row < rows.length; index++) {
    const key = timeline.keyAt(index)
    const lines: Array<Line> = []
    for (let next = rows[row]; next !== undefined && next.key === key; next = rows[++row]) lines.push(next.line)
    const item = items[index]
    if (item === undefined) break
    if (lines.length === 0) continue
    const all = timeline.rowsAt(index)
    const isWhole = lines.length === all.length
    seen.push({ index, item, lines, isWhole, isRead: isWhole || (all.length > height && lines.at(-1) === all.at(-1)) })
  }
  const [top, bottom] = [seen[0], seen.at(-1)]
  return {
    seen,
    atTop: top === undefined || (top.index === 0 && top.isWhole),
    atEnd: bottom === undefined || scroll === "end" || (bottom.index === items.length - 1 && bottom.isWhole),
  }
}
