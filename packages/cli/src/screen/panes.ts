/** The panes that have items in them: the timeline and the thread, each with its place, its rows and its size. */
import { draftOf } from "@chat/domain/state/drafts"
import type { ConversationId } from "@chat/domain/Ids"
import type { Seq } from "@chat/domain/Values"
import { type Areas, areasOf } from "./areas.ts"
import { type Composer, composerOf, emptyComposer } from "./composing.ts"
import { type Item, itemsOf, itemsOfThread, messageAt } from "./items.ts"
import { layoutOf } from "./lines.ts"
import { type ChatView, type Model, type Place, placeKey } from "./Model.ts"
import { type Layout, type Viewport, viewport } from "./viewport.ts"

export interface Pane {
  readonly conversation: ConversationId
  /** Of a thread: where it begins. */
  readonly root: Seq | null
  readonly items: ReadonlyArray<Item>
  readonly layout: Layout
  readonly height: number
  readonly columns: number
}

/** A place that was not left yet: what was begun there elsewhere is there. */
export const placeOf = (model: Model, chat: ChatView, conversation: ConversationId, root: Seq | null = null): Place => {
  const known = model.places.get(placeKey(conversation, root))
  if (known !== undefined) return known
  const draft = draftOf(chat.state, conversation, root)
  return {
    scroll: { _tag: "End" },
    composer: draft === undefined ? emptyComposer : composerOf(draft.body),
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

export const areas = (model: Model, chat: ChatView): Areas =>
  areasOf(model, composerIn(model, chat), promptOf(model, chat).length)

/** Rows of a pane without its title. */
const heightOf = ({ body }: Areas): number => Math.max(0, body - 1)

const quoting = (chat: ChatView, conversation: ConversationId) => (message: { readonly replyTo: Seq | null }) =>
  message.replyTo === null ? undefined : messageAt(chat, conversation, message.replyTo)

const mainPane = (model: Model, chat: ChatView, conversation: ConversationId): Pane => {
  const size = areas(model, chat)
  const { newAfter } = placeOf(model, chat, conversation)
  const columns = Math.max(1, size.main)
  return {
    conversation,
    root: null,
    items: itemsOf(chat, conversation),
    layout: layoutOf(chat, { columns, newAfter, quoted: quoting(chat, conversation) }),
    height: heightOf(size),
    columns,
  }
}

const threadPane = (model: Model, chat: ChatView, conversation: ConversationId, root: Seq): Pane => {
  const size = areas(model, chat)
  const columns = Math.max(1, size.side > 0 ? size.side - 1 : size.main)
  return {
    conversation,
    root,
    items: itemsOfThread(chat, conversation, root),
    layout: layoutOf(chat, { columns, newAfter: null, quoted: quoting(chat, conversation) }),
    height: heightOf(size),
    columns,
  }
}

/** The timeline, unless something stands in its place. */
export const timelinePane = (model: Model, chat: ChatView): Pane | undefined =>
  model.current === null || (model.side._tag !== "None" && areas(model, chat).side === 0)
    ? undefined
    : mainPane(model, chat, model.current)

/** The pane to which keys go. */
export const focusedPane = (model: Model, chat: ChatView): Pane | undefined => {
  if (model.current === null) return undefined
  const root = rootOf(model)
  return root === null ? mainPane(model, chat, model.current) : threadPane(model, chat, model.current, root)
}

export const viewportOf = (model: Model, chat: ChatView, pane: Pane): Viewport =>
  viewport(pane.items, pane.layout, placeOf(model, chat, pane.conversation, pane.root).scroll, pane.height)
