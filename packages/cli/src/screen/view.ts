/** The screen as rows, of what is known and what was pressed. Pure: the same model is the same frame. */
import type { ConversationId } from "@chat/domain/Ids"
import type { Seq } from "@chat/domain/Values"
import { totalUnread } from "@chat/domain/state/State"
import { people } from "../rooms/describe.ts"
import { labelOfConversation } from "../live/label.ts"
import { fit, type Line, lineWidth, span, truncate } from "../text/styled.ts"
import { printableLine } from "../text/printable.ts"
import type { Frame } from "../tty/Painter.ts"
import type { ChatView, Model } from "./Model.ts"
import { keyOf } from "../timeline/Item.ts"
import { areas, focusedPane, type Pane, promptOf, rootOf, timelinePane, type Viewport, viewportOf } from "./panes.ts"
import { listRows } from "./view/list.ts"
import { membersRows } from "./view/members.ts"
import { overlayRows } from "./view/overlay.ts"
import { statusLine } from "./view/status.ts"

/** Messages that were seen whole, or to their end if they are longer than the screen; nothing between them was left out. */
interface Shown {
  readonly conversation: ConversationId
  readonly root: Seq | null
  readonly from: number
  readonly to: number
}

export interface View {
  readonly frame: Frame
  readonly shown: ReadonlyArray<Shown>
}

const blank: Line = []

const titleOf = (chat: ChatView, pane: Pane): Line => {
  const conversation = chat.state.conversations.get(pane.conversation)
  if (conversation === undefined) return [span("…", { fg: "title" })]
  const label = labelOfConversation(conversation)
  if (pane.root !== null) return [span(`Thread in ${label}`, { fg: "title" }), span("  Esc closes", { fg: "muted" })]
  const topic = printableLine(conversation.topic ?? "")
  const count = conversation.kind === "direct" ? "" : `  ${people(conversation.memberCount)}`
  const loading = chat.loading.has(pane.conversation) ? "  …" : ""
  return [span(label, { fg: "title" }), span(count + loading, { fg: "muted" }), span(topic === "" ? "" : `  ${topic}`)]
}

const selectedStyle = { bg: "selected" } as const

const highlighted = (line: Line, columns: number): Line =>
  fit(
    line.map(({ text, style }) => ({ text, style: { ...style, ...selectedStyle } })),
    columns,
    selectedStyle,
  )

/** From the first to the last message that is read by who looks. */
const shownOf = (pane: Pane, { seen, atTop }: Viewport): Shown | undefined => {
  const seqs = seen.flatMap(({ item, isRead }) => (isRead && item._tag === "Message" ? [item.message.seq] : []))
  const [from, to] = [seqs[0], seqs.at(-1)]
  if (from === undefined || to === undefined) return undefined
  return { conversation: pane.conversation, root: pane.root, from: atTop ? 0 : from, to }
}

/** What is open, and how much is unread in all. */
const titleOfWindow = ({ current }: Model, { state }: ChatView): string => {
  const conversation = current === null ? undefined : state.conversations.get(current)
  const unread = totalUnread(state)
  const place = conversation === undefined ? "chat" : `chat ${labelOfConversation(conversation)}`
  return unread === 0 ? place : `(${unread}) ${place}`
}

/** Why there is nothing. */
const emptyOf = (chat: ChatView, { conversation: id }: Pane): string => {
  const conversation = chat.state.conversations.get(id)
  if (chat.loading.has(id) || conversation === undefined) return ""
  const isLoaded = conversation.window.from <= conversation.from || conversation.lastMessage === null
  return isLoaded ? "Nothing was said here yet" : "What was said here comes with the connection"
}

/** The rows of a pane, and which of its messages they show whole. */
const paneRows = (model: Model, chat: ChatView, pane: Pane) => {
  const viewport = viewportOf(model, chat, pane)
  const isFocused = rootOf(model) === pane.root
  const lines = viewport.seen.flatMap(({ item, lines }) =>
    isFocused && model.selected === keyOf(item) ? lines.map((line) => highlighted(line, pane.columns)) : lines,
  )
  const empty = pane.items.length === 0 ? emptyOf(chat, pane) : ""
  const above = Array.from({ length: Math.max(0, pane.height - lines.length) }, (_, index): Line =>
    index === 0 && empty !== "" ? [span(empty, { fg: "muted" })] : blank,
  )
  return { rows: [truncate(titleOf(chat, pane), pane.columns), ...above, ...lines], shown: shownOf(pane, viewport) }
}

/** A column between panes. */
const border = span("│", { fg: "border" })

const beside = (
  columns: ReadonlyArray<{ readonly rows: ReadonlyArray<Line>; readonly columns: number }>,
  height: number,
) =>
  Array.from({ length: height }, (_, row): Line =>
    columns.flatMap(({ rows, columns: width }, index) => {
      const line = rows[row] ?? blank
      const isLast = index === columns.length - 1
      return isLast ? truncate(line, width) : [...fit(line, width - 1), border]
    }),
  )

const bodyOf = (model: Model, chat: ChatView) => {
  const size = areas(model, chat)
  const shown: Array<Shown> = []
  const columns: Array<{ rows: ReadonlyArray<Line>; columns: number }> = []
  const put = (rows: ReadonlyArray<Line>, width: number) => void columns.push({ rows, columns: width })
  const putPane = (pane: Pane, width: number) => {
    const made = paneRows(model, chat, pane)
    if (made.shown !== undefined) shown.push(made.shown)
    put(made.rows, width)
  }
  if (size.list > 0)
    put(
      listRows(model, chat, size.list - 1, size.body).map(({ line }) => line),
      size.list,
    )
  const isCovered = model.overlay._tag !== "None"
  const timeline = timelinePane(model, chat)
  if (isCovered) put(overlayRows(model, chat, size.main + size.side, size.body), size.main + size.side)
  else {
    if (timeline !== undefined) putPane(timeline, size.main)
    else if (model.side._tag === "None") put(welcome(chat, size.body), size.main)
    const sideColumns = size.side > 0 ? size.side : size.main
    if (model.side._tag === "Members") put(membersRows(model, chat, sideColumns, size.body), sideColumns)
    const pane = model.side._tag === "Thread" ? focusedPane(model, chat) : undefined
    if (pane !== undefined) putPane(pane, sideColumns)
  }
  return { rows: beside(columns, size.body), shown }
}

const welcome = (chat: ChatView, height: number): ReadonlyArray<Line> => {
  const name = chat.state.account?.account.username
  const hints = [
    name === undefined ? `Waiting for ${chat.server}` : `You are @${name} at ${chat.server}`,
    "",
    "Ctrl-K  go to a conversation",
    "F1      all keys and commands",
    "/to @name or /to #room, and Enter: talk there",
  ]
  const top = Math.max(0, Math.floor((height - hints.length) / 3))
  return [...Array.from({ length: top }, () => blank), ...hints.map((text) => [span(`  ${text}`, { fg: "muted" })])]
}

/** What is being written, with the cursor in it; in an overlay, what is looked for is written there. */
const inputOf = (model: Model, chat: ChatView) => {
  const size = areas(model, chat)
  const prompt = promptOf(model, chat)
  const rows = size.written.lines.map((line, index) =>
    [span(index === 0 ? prompt : " ".repeat(prompt.length), { fg: "muted" })].concat(line),
  )
  const cursor = { row: size.body + 1 + size.written.row, column: prompt.length + size.written.column }
  return { rows, cursor }
}

export const view = (model: Model, chat: ChatView): View => {
  const { columns, rows: height } = model.size
  const body = bodyOf(model, chat)
  const input = inputOf(model, chat)
  const rows = [...body.rows, statusLine(model, chat, columns), ...input.rows]
    .slice(0, height)
    .map((line) => (lineWidth(line) > columns ? truncate(line, columns) : line))
  const isWriting = model.overlay._tag === "None" && model.selected === null
  const overlayCursor = cursorOfOverlay(model, areas(model, chat).list)
  const cursor = isWriting ? input.cursor : overlayCursor
  const isInside = cursor !== undefined && cursor.row < height && cursor.column < columns
  return { frame: { rows, title: titleOfWindow(model, chat), ...(isInside ? { cursor } : {}) }, shown: body.shown }
}

const cursorOfOverlay = ({ overlay }: Model, left: number) => {
  if (overlay._tag !== "Switcher" && overlay._tag !== "Search" && overlay._tag !== "React") return undefined
  const before = overlay.query.text.slice(0, overlay.query.cursor)
  return { row: 1, column: left + 2 + lineWidth([span(before)]) }
}
